"""What kind of text a text file holds, told by the structure of its first lines."""

import re

HEAD_BYTES = 64 << 10
CONTROL = bytes(set(range(32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B}) + b"\x7f"
XML_START = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?>\s*|<\?[^>]*>\s*)*<([A-Za-z_][\w.:-]*)",
    re.S,
)
HTML_NAMES = frozenset(
    [
        "html",
        "head",
        "body",
        "table",
        "div",
        "meta",
        "title",
        "script",
        "style",
        "h1",
        "h2",
        "p",
        "span",
        "br",
        "center",
        "font",
    ]
)
JSON_START = re.compile(r'\s*(?:\{\s*(?:"|\}|\Z)|\[\s*(?:[\[{"\]]|-?\d|true\b|false\b|null\b|\Z))')
JSON_LINE = re.compile(r"\s*\{.*\}\s*$|\s*\[.*\]\s*$")
HEADERS_OF_MAIL = re.compile(
    r"(?:(?:Received|From|To|Subject|Date|Message-ID|Return-Path|MIME-Version|X-[\w-]+|Delivered-To):"
    r"[^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.I,
)
MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|? *:?-{3,}:? *\|)", re.M)


def looks_binary(head: bytes) -> bool:
    """Say whether bytes that bear no signature are not text in any encoding we read."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or utf16_without_mark(head):
        return False
    without_nul = head.replace(b"\0", b"")  # loggers that lose power leave runs of NUL
    if len(without_nul) < len(head) * 0.1:
        return True
    controls = len(without_nul) - len(without_nul.translate(None, CONTROL))
    return controls > 2 + len(without_nul) * 0.002 or (0.02 < 1 - len(without_nul) / len(head) < 0.6 and controls > 0)


def utf16_without_mark(head: bytes) -> str:
    """Name the UTF-16 byte order of text without a mark: ASCII lines leave every other byte zero."""
    sample = head[: 4096 & ~1]
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.3 and even <= half * 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.3 and odd <= half * 0.02 else ""


def rough_text(head: bytes) -> str:
    """Decode for looking at structure only: delimiters and brackets come out right in every encoding we read."""
    if head.startswith(b"\xff\xfe"):
        return head[2:].decode("utf-16-le", "replace")
    if head.startswith(b"\xfe\xff"):
        return head[2:].decode("utf-16-be", "replace")
    wide = utf16_without_mark(head)
    if wide:
        return head.decode(wide, "replace")
    head = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 4:  # cut in the middle of a character
            return head[: error.start].decode("utf-8")
    japanese = head.decode("cp932", "replace")
    if "\ufffd" in japanese:
        euc = head.decode("euc_jp", "replace")
        return euc if euc.count("\ufffd") < japanese.count("\ufffd") else japanese
    return japanese


def kind_of_markup(text: str) -> str:
    """Recognise XML, HTML, saved web pages and mails; empty when it is none of them."""
    start = XML_START.match(text[:8192])
    if start:
        return _kind_of_root(start[1], text)
    if HEADERS_OF_MAIL.match(text):
        return "mhtml" if "multipart/related" in text[:2000].lower() else "eml"
    if text.lstrip()[:14].lower() == "<!doctype html":
        return "html"
    return "xml" if text.lstrip().startswith("<?xml") else ""


def _kind_of_root(root: str, text: str) -> str:
    name = root.rpartition(":")[2].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:4096] and name == "workbook":
        return "spreadsheetml"
    if name == "svg":
        return "svg"
    if text.lstrip()[:5] == "<?xml" and name != "html":
        return "xml"
    if name in HTML_NAMES:
        return "html"
    # Without a declaration, an element that is closed again or carries attributes makes it XML.
    return "xml" if f"</{root}" in text or re.match(r"\s*<[^<>]+(?:/>|>\s*<)", text) else ""


def kind_of_json(text: str) -> str:
    """Recognise JSON and lines of JSON; empty when it is neither."""
    if not JSON_START.match(text):
        return ""
    lines = [line for line in text[:HEAD_BYTES].split("\n", 4)[:4] if line.strip()]
    if len(lines) >= 2 and all(JSON_LINE.match(line) for line in lines[:2]) and not lines[0].rstrip().endswith(","):
        return "jsonl"
    return "json"


def kind_of_drawing(text: str) -> str:
    """Recognise the text forms of CAD exchange formats; empty when it is none."""
    if text.startswith("ISO-10303-21"):
        return "step"
    if re.match(r"\s*0\s*\r?\n\s*SECTION\s*\r?\n", text) or re.match(
        r"\s*999\s*\r?\n[^\n]*\n\s*0\s*\r?\n\s*SECTION", text
    ):
        return "dxf"
    return "iges" if re.match(r"[^\n]{72}S\s{0,6}\d{1,7}\s*\n", text) else ""


def looks_markdown(text: str) -> bool:
    """Say whether the lines use Markdown's headings, fences or tables."""
    return MARKDOWN.search(text) is not None
