"""Read plain text: paragraphs, headings by the signs Japanese writers use, lists; drawn tables stay as they are."""

import re
from collections.abc import Iterator

from genba.formats.delimited.chunks import Damage, chunks, encoding_of
from genba.model.finding import Finding, Severity
from genba.model.nodes import Heading, Paragraph, Role
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

HEADING_CHARS = 50
UNSURE = 0.3
CHAPTER = re.compile(r"(第\s*[0-9０-９一二三四五六七八九十百]+\s*([編部章節項]))\s*(.*)")
CHAPTER_LEVELS = {"編": 1, "部": 1, "章": 1, "節": 2, "項": 3}
SIGN = re.compile(r"([■◆▼●◎★□◇])\s*(\S.*)")
BRACKETS = re.compile(r"[【〈《](.+)[】〉》]\s*")
NUMBERED = re.compile(
    r"(?:([0-9０-９]{1,3}(?:[.．-][0-9０-９]{1,3}){0,4})[.．、:：)）]?|([(（][0-9０-９]{1,3}[)）])|([①-⑳]))\s*(\S.*)"
)
BULLET = re.compile(r"([・●○◯‣•*＊※\-–→])\s*(\S.*)")
RULE = re.compile(r"\s*[-=_*~─━═＝ー－―]{3,}\s*")
DRAWN = re.compile(r"[│┃├┤┬┴┼┌┐└┘┏┓┗┛┣┫┳┻╋─━]{2}|[│┃|｜].*[│┃|｜]|\+-{2,}")
SPACED = re.compile(r"\S(?: {3,}|　{2,}|\t+)\S.*\S(?: {3,}|　{2,}|\t+)\S")


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield headings and paragraphs in the order of the file, each with its lines."""
    found = encoding_of(blob)
    damage = Damage()
    if found.confidence < UNSURE:
        yield Finding(code="text.encoding_unsure", details={"encoding": found.encoding})
    left = limits.text_chars
    first = 1
    lines: list[str] = []
    for chunk in chunks(blob, found.encoding, damage=damage):
        lines += chunk.text[:left].split("\n")
        if len(chunk.text) > left:
            yield Finding(code="file.text_too_long", severity=Severity.PROBLEM, details={"limit": limits.text_chars})
            break
        left -= len(chunk.text)
        cut = max((at for at in range(len(lines) - 1, 0, -1) if not lines[at].strip()), default=0)
        if cut:
            yield from _nodes(lines[:cut], first)
            lines, first = lines[cut:], first + cut
        if lines and not lines[-1]:
            lines.pop()
    yield from _nodes(lines, first)
    if damage.undecodable:
        yield Finding(code="file.undecodable", count=damage.undecodable)
    yield from damage.findings()


def _nodes(lines: list[str], first: int) -> Iterator[Part]:
    held: list[tuple[int, str]] = []
    drawn: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if DRAWN.search(line) or (SPACED.search(line) and (drawn or _is_spaced(lines, at + 1))):
            yield from _paragraph(held)
            drawn.append((first + at, line.rstrip()))
            continue
        yield from _paragraph(drawn, Role.CODE)
        text = line.strip()
        if not text or RULE.fullmatch(line):
            yield from _paragraph(held)
            continue
        node = _special(text, first + at, lines, at)
        if node is None:
            held.append((first + at, text))
        else:
            yield from _paragraph(held)
            yield node
    yield from _paragraph(drawn, Role.CODE)
    yield from _paragraph(held)


def _paragraph(held: list[tuple[int, str]], role: Role = Role.BODY) -> Iterator[Part]:
    if held:
        yield Paragraph(
            text="\n".join(text for _, text in held), role=role, place=Place(line=held[0][0], line_end=held[-1][0])
        )
        held.clear()


def _special(text: str, line: int, lines: list[str], at: int) -> Heading | Paragraph | None:
    place = Place(line=line, line_end=line)
    short = len(text) <= HEADING_CHARS and text[-1] not in "。．、,"
    if (chapter := CHAPTER.fullmatch(text)) and short:
        return Heading(text=chapter[3] or chapter[1], level=CHAPTER_LEVELS[chapter[2]], number=chapter[1], place=place)
    if short and (bracketed := BRACKETS.fullmatch(text)):
        return Heading(text=bracketed[1], level=2, place=place)
    if short and (sign := SIGN.fullmatch(text)) and not _is_list(SIGN, lines, at):
        return Heading(text=sign[2], level=2, place=place)
    if short and at + 1 < len(lines) and len(lines[at + 1].strip()) >= 4 and RULE.fullmatch(lines[at + 1]):
        return Heading(text=text, level=1 if lines[at + 1].strip()[0] in "=＝═━" else 2, place=place)
    if numbered := NUMBERED.fullmatch(text):
        number = numbered[1] or numbered[2] or numbered[3]
        mark = text[: len(text) - len(numbered[4])].strip()
        depth = len(re.split(r"[.．-]", number))
        if short and numbered[1] and mark != number[:0] and _opens_section(text, mark, lines, at):
            return Heading(text=numbered[4], level=min(depth, 6), number=mark, place=place)
        if mark != number or numbered[2] or numbered[3] or depth > 1:
            indent = len(lines[at]) - len(lines[at].lstrip())
            return Paragraph(text=numbered[4], role=Role.LIST_ITEM, number=mark, level=min(indent // 2, 8), place=place)
        return None
    if bullet := BULLET.fullmatch(text):
        if bullet[1] == "-" and bullet[2][:1].isdigit():
            return None
        indent = len(lines[at]) - len(lines[at].lstrip())
        return Paragraph(text=bullet[2], role=Role.LIST_ITEM, number=bullet[1], level=min(indent // 2, 8), place=place)
    return None


def _opens_section(text: str, mark: str, lines: list[str], at: int) -> bool:
    """Take a numbered line for a heading when text follows it and no like line stands directly above or below."""
    if not re.search(r"[.．、)）]$|[.．-]", mark) and not re.match(r"\S+[ 　]", text):
        return False
    return not _is_list(NUMBERED, lines, at) and any(line.strip() for line in lines[at + 1 : at + 3])


def _is_list(pattern: re.Pattern[str], lines: list[str], at: int) -> bool:
    neighbours = [lines[near].strip() for near in (at - 1, at + 1) if 0 <= near < len(lines)]
    return any(pattern.fullmatch(text) for text in neighbours if text)


def _is_spaced(lines: list[str], at: int) -> bool:
    return at < len(lines) and SPACED.search(lines[at]) is not None
