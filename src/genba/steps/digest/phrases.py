"""Nouns and runs of nouns as candidates for terms: by parts of speech, or by letters where no tokeniser is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from genba.ports.recognisers import Token, Tokeniser
from genba.steps.digest.commonness import folded

LONGEST_PARTS = 8
LONGEST, SHORTEST = 24, 2


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of nouns as written, with the normalised forms of its words; `begins` are the places where one begins."""

    text: str
    parts: tuple[str, ...]
    begins: tuple[int, ...] = (0,)
    roles: str = "N"

    @property
    def normal(self) -> str:
        """The folded spelling under which phrases are counted together."""
        return "".join(self.parts)

    def within(self) -> Iterator["Phrase"]:
        """Give the shorter runs inside, none of which begins or ends with what cannot stand there."""
        ends = (*self.begins[1:], len(self.text))
        for first in range(len(self.parts)):
            for last in range(first, len(self.parts)):
                if last - first + 1 == len(self.parts) or not _stands(self.roles[first : last + 1]):
                    continue
                begin = self.begins[first]
                yield Phrase(
                    self.text[begin : ends[last]],
                    self.parts[first : last + 1],
                    tuple(at - begin for at in self.begins[first : last + 1]),
                    self.roles[first : last + 1],
                )


Finder = Callable[[str], list[Phrase]]


def _stands(roles: str) -> bool:
    return "N" in roles and roles[0] in "NAVD" and roles[-1] in "NSV" and roles != "V"


# ---- with a tokeniser ----

_DROPPED_PREFIXES = frozenset("各当本約同全貴御ご")
_COUNTED = re.compile(r"軸|次元|液|相|点|層|級|段|極|爪|連|軸$|号[機炉]?")
_LETTERS = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]+")
_KATAKANA = re.compile(r"[ァ-ヴー]{2,}")
_HIRAGANA = re.compile("[ぁ-ん]+")
_RUBY = re.compile(r"(?<=[一-鿿々])[(（][ぁ-んー]+[)）]")
_APART = frozenset("及び 又は 並びに 若しくは 株式会社 有限会社 合同会社 ㈱ ㈲ No NO no Ｎｏ №".split())
# Nouns by grammar only, and suffixes that make no longer word.
_EMPTY = frozenset(
    "こと もの ため とき よう ほか ごと もと うち など あと まま わけ たび つど ところ うえ はず つもり とおり どおり "
    "ずつ まで のみ だけ くらい ぐらい ほど ころ ごろ あいだ ほとんど すべて いずれ それぞれ はじめ お知らせ これ それ "
    "あれ どれ ここ そこ あそこ どこ だれ なに みな 皆 何 誰 とも".split()
)
_MAY_BEGIN_WORD = frozenset("は が に で を か".split())
_TITLES = frozenset("課長 部長 係長 班長 主任 工場長 社長 専務 常務 取締役 職長 組長 主査 先生 様 氏 殿 君".split())
_CASES = frozenset("が を は の".split())
_KANA_SUFFIXES = frozenset("さ み め".split())
_GODAN = str.maketrans("うくぐすつぬぶむる", "いきぎしちにびみり")


def by_tokens(tokeniser: Tokeniser) -> Finder:
    """Cut texts with a tokeniser: 締付けトルク, 面粗さ不良 and 寸法外れ stay whole, 確認する is no noun."""

    def find(text: str) -> list[Phrase]:
        tokens = tokeniser.tokens(_RUBY.sub("", text))
        roles = [_role(token) for token in tokens]
        for at, token in enumerate(tokens[1:]):
            # 肉厚が: an adjective that has a case is a noun
            if roles[at] == "A" and token.surface in _CASES:
                roles[at] = "N"
        return [phrase for begin, end in _runs(tokens, roles) if (phrase := _phrase(tokens, roles, begin, end))]

    return find


def _role(token: Token) -> str:
    """N noun, S suffix, P prefix, V verb as a noun ends, A adjective's stem, D number, H person, else space."""
    kind, sub, third = token.pos[:3]
    surface = token.surface
    if surface in _APART or surface in _EMPTY:
        return " "
    if surface in ("ヶ", "ケ"):  # 霧ヶ原
        return "N"
    if kind == "名詞":
        if sub == "数詞":
            return "D"
        if sub == "固有名詞" and third == "人名" and token.pos[3] != "一般" and not _KATAKANA.fullmatch(surface):
            return "H"
        return " " if sub == "助動詞語幹" else "N"
    if kind == "接尾辞":
        return "S" if sub == "名詞的" and (surface in _KANA_SUFFIXES or not _HIRAGANA.fullmatch(surface)) else " "
    if kind == "接頭辞":
        return " " if surface in _DROPPED_PREFIXES else "P"
    if kind == "動詞":
        return "V" if sub == "一般" and token.pos[5] == "連用形-一般" else " "
    if kind == "形容詞":
        return "A" if token.pos[5].startswith("語幹") else " "
    if kind == "形状詞":
        return "A" if sub == "一般" else " "
    return "N" if kind == "副詞" and (surface == "ばり" or _KATAKANA.fullmatch(surface)) else " "  # バリ is one there


def _runs(tokens: tuple[Token, ...], roles: list[str]) -> Iterator[tuple[int, int]]:
    """Find runs of what makes up a noun; numbers end a run where they count something (3回, 12件)."""
    begin = 0
    for at, role in enumerate((*roles, " ")):
        if role == " ":
            if at > begin:
                yield begin, at
            begin = at + 1
        elif role == "D" and not _is_part_of_name(tokens, roles, at):
            if at > begin:
                yield begin, at
            begin = at + 1
            # the counter behind a number goes with it
            if begin < len(roles) and (tokens[begin].pos[2] == "助数詞可能" or roles[begin] == "S"):
                roles[begin] = " "


def _is_part_of_name(tokens: tuple[Token, ...], roles: list[str], at: int) -> bool:
    """Say whether a number belongs to a word: 第二工場, 5軸加工機, 3号機, 5S活動."""
    if at and tokens[at - 1].surface == "第":
        return True
    if at + 1 >= len(roles) or roles[at + 1] not in "NS":
        return False
    following = tokens[at + 1].surface
    if following.startswith("号"):
        return True
    named = _COUNTED.fullmatch(following) or (len(following) == 1 and _LETTERS.fullmatch(following))
    return bool(named) and at + 2 < len(roles) and roles[at + 2] == "N"


def _phrase(tokens: tuple[Token, ...], roles: list[str], begin: int, end: int) -> Phrase | None:
    """Trim a run to what can stand as a noun; None where nothing is left, or it is a name or a verb."""
    while begin < end and (roles[begin] == "S" or (roles[begin] == "V" and _is_verb_before(tokens, begin))):
        begin += 1
    while begin < end and not _ends_noun(tokens, roles, begin, end):
        end -= 1
    if begin == end or end - begin > LONGEST_PARTS:
        return None
    kinds = "".join("N" if role == "H" else role for role in roles[begin:end])
    if all(
        role in "HSP" or token.surface in _TITLES
        for token, role in zip(tokens[begin:end], roles[begin:end], strict=True)
    ):
        return None
    if not _stands(kinds.replace("P", "A")):
        return None
    if end - begin == 1 and end < len(tokens) and tokens[end].normal == "為る":
        return None
    if _is_beside_name(tokens, roles, begin, end):
        return None
    run = tokens[begin:end]
    first = run[0].begin
    text = "".join(token.surface for token in run)
    if _HIRAGANA.fullmatch(text) and begin and tokens[begin - 1].surface in _MAY_BEGIN_WORD:
        return None  # は|がれ
    if text.isdigit() or not SHORTEST <= len(text) <= LONGEST:
        return None
    return Phrase(
        text,
        tuple(_normal(token, role) for token, role in zip(run, kinds, strict=True)),
        tuple(token.begin - first for token in run),
        kinds.replace("P", "A"),
    )


def _is_beside_name(tokens: tuple[Token, ...], roles: list[str], begin: int, end: int) -> bool:
    """Say whether a short run is the other half of a name of which one half is known: 千種 里奈."""
    if end - begin > 2 or sum(len(token.surface) for token in tokens[begin:end]) > 4:
        return False
    before = begin >= 2 and tokens[begin - 1].pos[0] == "空白" and roles[begin - 2] == "H"
    after = end + 1 < len(tokens) and tokens[end].pos[0] == "空白" and roles[end + 1] == "H"
    return before or after


def _is_verb_before(tokens: tuple[Token, ...], at: int) -> bool:
    return at > 0 and tokens[at - 1].surface in ("を", "に", "へ")


def _ends_noun(tokens: tuple[Token, ...], roles: list[str], begin: int, end: int) -> bool:
    last, role = tokens[end - 1], roles[end - 1]
    if role in "PAD":
        return False
    if role == "V":
        if end - begin < 2 or end >= len(tokens):
            return end - begin >= 2
        following = tokens[end]
        return following.pos[0] in ("補助記号", "空白", "記号", "名詞", "接尾辞") or following.pos[1] in (
            "格助詞",
            "係助詞",
        )
    if "副詞可能" in last.pos and len(last.surface) == 1:
        return False
    return not (role == "S" and last.surface in "等達毎迄")


def _normal(token: Token, role: str) -> str:
    """Fold a word's spelling; a verb becomes its noun: 締付け and 締付 are 締め付け."""
    if role == "A":
        return token.surface
    normal = token.normal
    if role != "V" or token.pos[0] != "動詞":
        return normal
    if "一段" in token.pos[4] and normal.endswith("る"):
        return normal[:-1]
    return normal[:-1] + normal[-1].translate(_GODAN)


# ---- without one ----

_WORD = "[一-鿿々〆ヶァ-ヴーｦ-ﾟ]"
# Endings that belong to a noun when a word goes on behind them or ends there: 締付けトルク, 面粗さ, 見積り.
_ENDING = "[けりれさみきえぎめせげべ]"
_LAST = "[けりれさみきえぎせげべ]"  # 保護めがね does not end in め
_PARTICLE = "[をはがのにでとへもや]|から|まで|より|など|する|すべ|した|して|し、|しな|され|させ"
_TERM = re.compile(
    rf"(?<![0-9０-９一-鿿ァ-ヴー]){_WORD}(?:{_WORD}|{_ENDING}(?={_WORD}))*{_LAST}?(?=$|[^ぁ-ん一-鿿ァ-ヴー]|{_PARTICLE})"
    r"|(?<![A-Za-z0-9-])[A-Za-z]{4,}(?![A-Za-z0-9-])"
)
_JOINT = re.compile(r"及び|又は|並びに|若しくは|または|および|株式会社|有限会社|合同会社|[㈱㈲]|[（(][株有][）)]")
_PREFIX = re.compile(r"^(?:[各当同全](?=[一-鿿]{2})|本(?=手順|標準|規程|規定|基準|製品|設備|作業|工程|資料))")
_SHORT_KANA = re.compile("[ァ-ヴーぁ-ん]")


def by_letters(text: str) -> list[Phrase]:
    """Take runs of kanji and katakana that no particle cuts: coarser, and needs no dictionary."""
    found = []
    for match in _TERM.findall(_JOINT.sub("、", text)):
        term = _PREFIX.sub("", match)
        short = len(term) == SHORTEST and _SHORT_KANA.search(term)
        if SHORTEST <= len(term) <= LONGEST and term.strip("ー") and not short:
            found.append(Phrase(term, (folded(term),), (0,), "N"))
    return found
