"""Ruby: small kana beside a line belongs to the characters it stands at, as their reading, and never to the text."""

from bisect import bisect_left

from genba.formats.pagelayout.glyphs import KANA, UPRIGHT, Box, Glyph, into
from genba.formats.pagelayout.runs import Run
from genba.model.marks import Reading

RUBY_SIZE = 0.68  # of the base; usually a half
WORDS_OF_FORMS = {"フリガナ", "ふりがな", "よみがな", "よみ", "カナ"}  # a label, not the reading of what is below it


def attach_ruby(runs: list[Run]) -> list[Run]:
    """Take the ruby runs out and put them on the runs below (in vertical writing: to the left of) them."""
    if len({round(run.em, 1) for run in runs}) < 2:
        return runs
    small = [run for run in runs if is_kana(run)]
    if not small:
        return runs
    lines = sorted((run.box[1], index) for index, run in enumerate(runs))
    readings: dict[int, list[tuple[float, Reading]]] = {}
    taken: set[int] = set()
    for run in small:
        found = find_base(run, runs, lines)
        if found is not None:
            index, reading = found
            readings.setdefault(index, []).append(reading)
            taken.add(id(run))
    for index, found_readings in readings.items():
        runs[index].readings = tuple(reading for _, reading in sorted(found_readings, key=lambda item: item[0]))
    return [run for run in runs if id(run) not in taken]


def is_kana(run: Run) -> bool:
    """Say whether a run could be ruby."""
    text = "".join(glyph.text for glyph in run.glyphs)
    return KANA.fullmatch(text.replace("\u3000", "")) is not None and text not in WORDS_OF_FORMS


def find_base(ruby: Run, runs: list[Run], lines: list[tuple[float, int]]) -> tuple[int, tuple[float, Reading]] | None:
    """Find the line right below the ruby, and the characters of it that the ruby covers."""
    bottom, em = ruby.box[3], ruby.em
    first = bisect_left(lines, (bottom - 0.9 * em, -1))
    for top, index in lines[first:]:
        if top > bottom + 0.6 * em:
            break
        base = runs[index]
        if base is ruby or ruby.em > RUBY_SIZE * base.em or base.em > 4 * ruby.em:
            continue
        covered = [glyph for glyph in base.glyphs if is_covered(glyph, into(base.flow, glyph[1:5]), ruby.box)]
        if covered:
            text = "".join(glyph.text for glyph in covered).translate(UPRIGHT)
            reading = "".join(glyph.text for glyph in ruby.glyphs).translate(UPRIGHT).replace("\u3000", "")
            return index, (ruby.box[0], Reading(base=text, reading=reading))
    return None


def is_covered(glyph: Glyph, box: Box, ruby: Box) -> bool:
    """A third of a kanji lies beside the ruby; of kana, which ruby may overhang, almost all."""
    overlap = min(box[2], ruby[2]) - max(box[0], ruby[0])
    return overlap > (0.8 if KANA.match(glyph.text) else 0.35) * (box[2] - box[0])
