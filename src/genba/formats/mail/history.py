"""Tells what a mail's author wrote from what the mail program quoted below it, and from the signature's ornaments."""

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"\s{0,3}(?:[>＞]|\|\s)")
_ORIGINAL = re.compile(
    r"\s*[-－―─_＿]{2,}\s*(?:Original\s+(?:Message|Appointment)|元のメッセージ|元のメール|オリジナルメッセージ|返信元メッセージ)\s*[-－―─_＿]*\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\**(?:From|差出人|送信者|発信者)\**\s*[:：]\**\s*\S", re.IGNORECASE)
_BESIDE = re.compile(
    r"\s*\**(?:Sent|Date|To|Cc|Subject|送信日時|送信日|日時|日付|宛先|件名|ＣＣ|重要度|Importance)\**\s*[:：]",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\s*(?:On\b.{5,200}\bwrote\s*[:：]"
    r"|.{3,200}(?:さん|様|氏)?\s*(?:が|は)?\s*(?:書きました|wrote)\s*[:：]"
    r"|(?:19|20)\d{2}[年/.-]\s?\d{1,2}[月/.-]\s?\d{1,2}日?.{0,120}<[^<>\s]+@[^<>\s]+>\s*[:：]?)\s*",
    re.IGNORECASE | re.DOTALL,
)
_FORWARDED = re.compile(r"\s*(?:FW|FWD|転送)\s*[:：]", re.IGNORECASE)
_ORNAMENTS = frozenset("-=_*~#+/:.＊－─━＝…‥☆★◆◇■□●○♪｡・～〜＿")
_CONTACT = re.compile(
    r"(?:TEL|FAX|E-?mail|Mail|電話|携帯|内線|URL|〒)\s*[:：]?|https?://|\w@\w|株式会社|有限会社|㈱|㈲|(?:部|課|室)\s*$",
    re.IGNORECASE,
)
_STANDARD_MARK = re.compile(r"-- ?$")
LEAD_LINES = 3  # over how many lines a mail program wraps "On …, … wrote:"
LEAD_CHARS = 400
HEADER_LINES = 8  # within which 送信日時, 宛先, 件名 follow 差出人
SIGNATURE_LINES = 18


@dataclass(frozen=True, slots=True)
class Parted:
    """A mail's text in its three parts; `quoted` counts the lines of the history that were taken out."""

    text: str
    signature: str = ""
    quoted: int = 0


def is_forwarded(subject: str) -> bool:
    """Say whether a mail passes another one on: what it quotes is then what it has to say."""
    return _FORWARDED.match(subject) is not None


def part(text: str, *, forwarded: bool = False) -> Parted:
    """Part a mail's text; where nothing but history would be left, it all stays."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = lines if forwarded else own_lines(lines)
    if not any(line.strip() for line in kept):
        kept = lines
    quoted = sum(1 for line in lines if line.strip()) - sum(1 for line in kept if line.strip())
    body, signature = _part_signature(kept)
    return Parted("\n".join(body).strip("\n"), "\n".join(signature).strip("\n"), quoted)


def own_lines(lines: list[str]) -> list[str]:
    """Leave out quoted lines, the lines that announce them, and all that follows the head of an older mail."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _ORIGINAL.fullmatch(line) or begins_older(lines, at):
            # The rule that Outlook draws above 差出人 goes with what it announces.
            while kept and (not kept[-1].strip() or re.fullmatch(r"\s*[-_＿─━=]{8,}\s*", kept[-1])):
                kept.pop()
            break
        if _QUOTED.match(line):
            at += 1
            continue
        lead = _lead(lines, at)
        if lead:
            at += lead
            continue
        kept.append(line)
        at += 1
    return kept


def begins_older(lines: list[str], at: int) -> bool:
    """Say whether an older mail's head begins here: 差出人 with at least two of 送信日時, 宛先, 件名 below it."""
    if not _FROM.match(lines[at]):
        return False
    near = lines[at + 1 : at + 1 + HEADER_LINES]
    return sum(1 for line in near if _BESIDE.match(line)) >= 2


def _lead(lines: list[str], at: int) -> int:
    """Count the lines of "On …, … wrote:" that stand here with a quotation, or nothing, after them."""
    if not lines[at].strip() or len(lines[at]) > LEAD_CHARS:
        return 0
    for count in range(1, LEAD_LINES + 1):
        joined = " ".join(line.strip() for line in lines[at : at + count])
        if joined[-1:] not in ":：>" or len(joined) > LEAD_CHARS or not _LEAD.fullmatch(joined):
            continue
        follows = next((line for line in lines[at + count :] if line.strip()), None)
        if follows is None or _QUOTED.match(follows):
            return count
    return 0


def _part_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the signature: below "-- ", or between rows of ornaments near the end, with an address or a number in it."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    first = max(0, end - SIGNATURE_LINES)
    for at in range(first, end):
        marks = _STANDARD_MARK.fullmatch(lines[at]) is not None
        if not marks and not _is_ornament(lines[at]):
            continue
        below = lines[at + 1 : end]
        words = [line for line in below if line.strip() and not _is_ornament(line)]
        if marks or (words and sum(1 for line in words if _CONTACT.search(line)) * 3 >= len(words)):
            return lines[:at], words
    return lines[:end], []


def _is_ornament(line: str) -> bool:
    """A row of signs, a short word among them at most: ━━━━, *-*-*-*, ====■."""
    bare = "".join(line.split())
    return len(bare) >= 4 and sum(1 for char in bare if char in _ORNAMENTS) >= max(4, 0.8 * len(bare))
