"""Which figures show which step: named in its words, in its row, named after it, or right behind it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from genba.formats.ranges import Area, parse_area
from genba.model.nodes import Figure
from genba.model.place import Place
from genba.steps.instructions.drafts import Draft
from genba.steps.instructions.numbering import ordinal

_KEY = (
    r"(?P<word>図|写真|Fig(?:ure)?\.?|Photo|絵|イラスト)\s*[-－]?\s*(?:No\.?)?\s*(?P<number>[0-9]+(?:[-.][0-9]+)*|"
    r"[①-⑳]|[A-Z](?![a-z]))"
)
_NAMED = re.compile(
    _KEY + r"(?P<more>(?:\s*[,、・~〜～及び]+\s*(?:図|写真|Fig\.?)?\s*[0-9]+(?![0-9a-zA-Z.%]))*)", re.IGNORECASE
)
_CAPTION = re.compile(rf"^[\s\[【(（<＜■●◆]*{_KEY}", re.IGNORECASE)
_OF_STEP = re.compile(
    r"(?:手順|ステップ|STEP|工程|作業)\s*(?:No\.?)?\s*(?P<number>[0-9]+(?:[-.][0-9]+)*|[①-⑳])", re.IGNORECASE
)
_WORDS = {"fig": "図", "figure": "図", "photo": "写真", "絵": "図", "イラスト": "図"}


REACH_ROWS = 12  # from a step to the picture under it


@dataclass(slots=True)
class Seen:
    """A figure, the step before it, and whether nothing else stood between them."""

    figure: Figure
    before: Draft | None
    follows: bool
    caption: str


def link_figures(drafts: list[Draft], figures: list[Seen]) -> None:
    """Link figures to steps: what the words say goes before where the figure stands."""
    by_key: dict[tuple[str, str], list[str]] = {}
    for seen in figures:
        if (key := caption_key(seen.caption)) is not None:
            by_key.setdefault(key, []).append(seen.figure.id)
    named: set[str] = set()
    words = {word for word, _ in by_key}  # where figures are never called 図, 図1 may mean 写真1
    for draft in drafts:
        for key in (key for text in draft.figure_words for key in keys_in(text)):
            other = "写真" if key[0] == "図" else "図"
            found = by_key.get(key) or ([] if key[0] in words else by_key.get((other, key[1]), []))
            for identity in found[:1]:
                named.add(identity)
                _add(draft, identity)
    spans = [(draft, _span(place)) for draft in drafts if draft.is_row for place in draft.places]
    for seen in figures:
        if (home := _row_of(seen.figure, spans)) is not None:
            _add(home, seen.figure.id)
            continue
        if seen.figure.id in named:
            continue
        told = _told_by_caption(seen.caption, drafts) or _beside(seen.figure, drafts)
        if told is not None:
            _add(told, seen.figure.id)
        elif seen.figure.place.sheet:
            continue
        elif seen.follows and seen.before is not None and not seen.before.is_row:
            _add(seen.before, seen.figure.id)


def _add(draft: Draft, identity: str) -> None:
    if identity and identity not in draft.figures:
        draft.figures.append(identity)


def caption_key(caption: str) -> tuple[str, str] | None:
    """The word and number by which a figure is called."""
    found = _CAPTION.match(unicodedata.normalize("NFKC", _keep_circles(caption)))
    return (_word(found["word"]), _number(found["number"])) if found is not None else None


def keys_in(text: str) -> list[tuple[str, str]]:
    """The figures that a text names: 図3, 写真1・2, Fig. 4."""
    if not re.search(r"図|写真|[Ff]ig|FIG|[Pp]hoto|イラスト|絵", text):
        return []
    keys: list[tuple[str, str]] = []
    for found in _NAMED.finditer(unicodedata.normalize("NFKC", _keep_circles(text))):
        word = _word(found["word"])
        first = _number(found["number"])
        keys.append((word, first))
        more = re.findall(r"[0-9]+", found["more"] or "")
        if more and re.match(r"\s*[~〜～]", found["more"]) and first.isdigit():
            keys.extend((word, str(each)) for each in range(int(first) + 1, min(int(more[0]), int(first) + 20) + 1))
        else:
            keys.extend((word, each) for each in more)
    return keys


def _keep_circles(text: str) -> str:
    return re.sub("[①-⑳]", lambda found: str(ord(found.group()) - 0x2460 + 1), text)


def _word(word: str) -> str:
    folded = word.casefold().rstrip(".")
    return _WORDS.get(folded, folded)


def _number(number: str) -> str:
    return number.replace(".", "-")


def _told_by_caption(caption: str, drafts: list[Draft]) -> Draft | None:
    found = _OF_STEP.search(unicodedata.normalize("NFKC", _keep_circles(caption)))
    if found is None:
        return None
    wanted = ordinal(found["number"])
    fitting = [draft for draft in drafts if ordinal(draft.number) == wanted]
    return fitting[0] if len(fitting) == 1 else None


def _beside(figure: Figure, drafts: list[Draft]) -> Draft | None:
    """On a sheet without a table: the step in whose rows a picture stands, else the one above it in its columns."""
    area = parse_area(figure.place.range) if figure.place.range else None
    if area is None:
        return None
    best: tuple[int, Draft | None] = (REACH_ROWS, None)
    for draft in drafts:
        place = draft.place
        span = (
            parse_area(place.range) if place.range and place.sheet == figure.place.sheet and not draft.is_row else None
        )
        if span is None:
            continue
        if span.top <= area.bottom and area.top <= span.bottom:
            away = max(area.left - span.right, span.left - area.right, 0) // 8
        elif span.left <= area.right and area.left <= span.right and span.bottom < area.top:
            away = area.top - span.bottom
        else:
            continue
        if away < best[0]:
            best = (away, draft)
    return best[1]


def _span(place: Place) -> tuple[Place, Area | None]:
    return place, parse_area(place.range) if place.range else None


def _row_of(figure: Figure, spans: list[tuple[Draft, tuple[Place, Area | None]]]) -> Draft | None:
    """The row in which a figure's middle lies, else the one that it covers most of."""
    place = figure.place
    area = parse_area(place.range) if place.range else None
    best: tuple[float, Draft | None] = (0.0, None)
    for draft, (row, span) in spans:
        covered = 0.0
        if area is not None and span is not None and row.sheet == place.sheet:
            if area.left > span.right or area.right < span.left:
                continue
            covered = float(min(area.bottom, span.bottom) - max(area.top, span.top) + 1)
        elif place.box is not None and row.box is not None and row.page == place.page:
            if place.box[0] > row.box[2] or place.box[2] < row.box[0]:
                continue
            covered = min(place.box[3], row.box[3]) - max(place.box[1], row.box[1])
        elif row.pointer and place.pointer.startswith(f"{row.pointer}/") and row.part == place.part:
            return draft
        if covered > best[0]:
            best = (covered, draft)
    return best[1]
