"""What a text is found by: words, and for Japanese and Chinese every character and every two that stand together."""

import re
import unicodedata
from collections.abc import Iterator

# Han, Hiragana, Katakana with the prolonged sound mark, iteration marks, Bopomofo; half-width forms are folded before.
_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
# Longer words are cut: nobody types them, and an index has to end somewhere.
WORD_LENGTH = 64
TEXT_LENGTH = 100_000
QUERY_TOKENS = 32


def folded(text: str) -> str:
    """Make variants of one writing equal: full and half width, capitals and small letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def tokens(text: str) -> frozenset[str]:
    """Give everything that a text can be found by."""
    found: set[str] = set()
    for cjk, word in _runs(text[:TEXT_LENGTH]):
        if word:
            found.add(word[:WORD_LENGTH])
        else:
            found.update(cjk)
            found.update(cjk[place : place + 2] for place in range(len(cjk) - 1))
    return frozenset(found)


def wanted(query: str) -> tuple[str, ...]:
    """Give what a text must have to be found by a query: of each run of characters its pairs, or the single one."""
    found: dict[str, None] = {}
    for cjk, word in _runs(query[:1000]):
        if word:
            found[word[:WORD_LENGTH]] = None
        elif len(cjk) == 1:
            found[cjk] = None
        else:
            found.update(dict.fromkeys(cjk[place : place + 2] for place in range(len(cjk) - 1)))
    return tuple(found)[:QUERY_TOKENS]


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for run in _RUNS.finditer(folded(text)):
        yield run[1] or "", run[2] or ""
