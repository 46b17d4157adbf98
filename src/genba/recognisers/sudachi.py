"""Japanese words by Sudachi and its core dictionary, and names of people, companies and places by its proper nouns."""

import re
from functools import cached_property, lru_cache
from typing import Any

from genba.ports.recognisers import Name, Token, Tokeniser
from genba.recognisers.editions import edition

# Sudachi takes 49,149 bytes at a time, counted after it has folded characters such as ㍿, which grow.
PIECE_CHARS = 4_000
CACHED_CHARS = 400
_LONGEST_WORD = 64
_CUTS = ("\n", "。", "．", "、", " ")


class SudachiTokeniser:
    """Cuts text into Sudachi's longest units (mode C) with their normalised forms."""

    def __init__(self) -> None:
        self.name = (
            f"SudachiPy-{edition('sudachipy', 'sudachipy')}/core-{edition('sudachidict_core', 'sudachidict_core')}"
        )
        # Cells and labels say the same again and again, and several steps ask for the same text.
        self._again = lru_cache(maxsize=4096)(self._tokens)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Cut a text of any length; longer ones are handed over in pieces that end with a line or a sentence."""
        if len(text) <= CACHED_CHARS:
            return self._again(text)
        return self._tokens(text)

    def is_word(self, text: str) -> bool:
        """Tell whether the dictionary has this very word, names included."""
        return 0 < len(text) <= _LONGEST_WORD and len(self._dictionary.lookup(_sound(text))) > 0

    def _tokens(self, text: str) -> tuple[Token, ...]:
        found: list[Token] = []
        text = _sound(text)
        begin = 0
        while begin < len(text):
            end = _piece_end(text, begin)
            found += self._cut(text[begin:end], begin)
            begin = end
        return tuple(found)

    def _cut(self, piece: str, begin: int) -> list[Token]:
        from sudachipy.errors import SudachiError

        try:
            words = self._tokenizer.tokenize(piece)
        except SudachiError:
            if len(piece) == 1:
                return [Token(piece, piece, "", ("補助記号", "一般", "*", "*", "*", "*"), begin, False)]
            middle = len(piece) // 2
            return self._cut(piece[:middle], begin) + self._cut(piece[middle:], begin + middle)
        return [
            Token(
                word.surface(),
                word.normalized_form(),
                word.reading_form(),
                word.part_of_speech(),
                begin + word.begin(),
                not word.is_oov(),
            )
            for word in words
        ]

    @cached_property
    def _dictionary(self) -> Any:
        from sudachipy import Dictionary

        return Dictionary(dict="core")

    @cached_property
    def _tokenizer(self) -> Any:
        return self._dictionary.tokenizer("C")


def _sound(text: str) -> str:
    """Half surrogate pairs come from broken files and cannot be handed over; positions stay."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _piece_end(text: str, begin: int) -> int:
    if len(text) - begin <= PIECE_CHARS:
        return len(text)
    limit = begin + PIECE_CHARS
    for mark in _CUTS:
        at = text.rfind(mark, begin + PIECE_CHARS // 2, limit)
        if at >= 0:
            return at + 1
    return limit


_HONORIFIC = re.compile(r"様|さん|氏|殿|君|先生|課長|部長|係長|主任|班長|工場長|社長|専務|常務|取締役|主査|職長|組長")
_COMPANY_FORM = re.compile(r"株式会社|有限会社|合同会社|合資会社|㈱|㈲|\(株\)|（株）|\(有\)|（有）")
_COMPANY_END = re.compile(
    r"(?:製作所|製鉄所|研究所|工業所|鉄工所|工業|産業|商会|商店|商事|電機|電器|電子|電装|精機|精工|精密|化学|化成|金属|鋼業|製鋼|重工|"
    r"機械|機工|鉄工|技研|物産|興業|運輸|運送|建設|印刷|塗装|鋳造|鍛工|発條|ゴム|樹脂|硝子|自動車|組合|銀行|大学|システムズ|テクノロジー|エンジニアリング)$"
)


class SudachiNames:
    """Finds names by the dictionary's proper nouns and what stands beside them; a lone surname may be a plain word."""

    def __init__(self, tokeniser: Tokeniser) -> None:
        self._tokeniser = tokeniser
        self.name = f"{tokeniser.name}/names-1"

    def names(self, text: str) -> tuple[Name, ...]:
        """Find people (姓 and 名, or 姓 and a title), companies (株式会社, …工業) and places."""
        tokens = self._tokeniser.tokens(text)
        found: list[Name] = []
        at = 0
        while at < len(tokens):
            for rule in (_company, _person, _place):
                end, name = rule(tokens, at)
                if name is not None:
                    found.append(name)
                    at = end
                    break
            else:
                at += 1
        return tuple(found)


def _proper(token: Token) -> str:
    """Give 人名, 地名 or 一般 for a proper noun, else nothing."""
    return token.pos[2] if token.pos[:2] == ("名詞", "固有名詞") else ""


def _company(tokens: tuple[Token, ...], at: int) -> tuple[int, Name | None]:
    """Join a run of nouns that holds 株式会社 or begins with a name and ends as companies' names do."""
    end = at
    while end < len(tokens) and end - at < 8 and _may_be_in_company(tokens[end]):
        end += 1
    if end == at:
        return at, None
    run = tokens[at:end]
    text = "".join(token.surface for token in run)
    form = _COMPANY_FORM.search(text)
    if form and len(text) > len(form[0]):
        return end, Name(text, tokens[at].begin, "company")
    if len(run) > 1 and _proper(run[0]) in ("人名", "地名") and _COMPANY_END.search(text):
        return end, Name(text, tokens[at].begin, "company")
    if _proper(run[0]) == "一般" and _COMPANY_END.search(run[0].surface):
        return at + 1, Name(run[0].surface, run[0].begin, "company")
    return at, None


def _may_be_in_company(token: Token) -> bool:
    if token.surface in "（）()株有" or _COMPANY_FORM.fullmatch(token.surface):
        return True
    return token.pos[0] in ("名詞", "接尾辞") and token.pos[1] != "数詞"


def _person(tokens: tuple[Token, ...], at: int) -> tuple[int, Name | None]:
    first = tokens[at]
    if _proper(first) != "人名":
        return at, None
    end = at + 1
    if end < len(tokens) and tokens[end].surface in (" ", "\u3000", "・"):
        end += 1
    if end < len(tokens):
        second = tokens[end]
        if first.pos[3] == "姓" and _is_given_name(second, spaced=end > at + 1):
            last = second.begin + len(second.surface)
            return end + 1, Name(_between(tokens, at, last), first.begin, "person")
        if _HONORIFIC.match(second.surface) and first.pos[3] in ("姓", "名"):
            return end, Name(first.surface, first.begin, "person")
    return at, None


def _is_given_name(token: Token, *, spaced: bool) -> bool:
    if _proper(token) == "人名":
        return token.pos[3] == "名" or spaced
    return spaced and not token.is_known and bool(re.fullmatch("[一-鿿々ぁ-ん]{1,3}", token.surface))


def _between(tokens: tuple[Token, ...], at: int, end: int) -> str:
    text = ""
    for token in tokens[at:]:
        if token.begin >= end:
            break
        text += token.surface
    return text


def _place(tokens: tuple[Token, ...], at: int) -> tuple[int, Name | None]:
    end = at
    while end < len(tokens) and _proper(tokens[end]) == "地名":
        end += 1
    if end == at:
        return at, None
    return end, Name("".join(token.surface for token in tokens[at:end]), tokens[at].begin, "place")
