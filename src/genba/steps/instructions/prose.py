"""Steps in running text: numbered lines, fields under them, warnings between them, lists of what is needed."""

from __future__ import annotations

import re
from dataclasses import replace

from genba.formats.captions import is_figure_caption, is_table_caption
from genba.model.marks import Mark
from genba.model.nodes import Heading, Paragraph, Role
from genba.steps.instructions import items
from genba.steps.instructions.fields import MARKS, split_fields
from genba.steps.instructions.filling import note, take_field
from genba.steps.instructions.hazards import has_sign_without_level, hazards_of, level_of, opening_level, split_hazards
from genba.steps.instructions.numbering import is_number, ordinal, shape, split_inline, split_number
from genba.steps.instructions.quantities import parameters
from genba.steps.instructions.state import BAR_LEVEL, NO_STEPS, STEPPED, State
from genba.steps.instructions.verbs import is_imperative
from genba.steps.instructions.wording import Column, column_of
from genba.steps.instructions.zones import Zone, zone_of

_LABELLED = re.compile(
    rf"^{MARKS}*(?:[【\[＜<〔「《≪〈](?P<boxed>[^】\]＞>〕」》≫〉]{{1,14}})[】\]＞>〕」》≫〉]\s*[:：]?|"
    r"(?P<plain>[^:：。、\s]{1,14})\s*[:：]|"
    r"(?P<led>[^:：。、…‥＝=\s]{2,14})\s*(?:[…‥]+|[＝=]|　+|\s{2,}|\s[-―—–]\s|\s+(?=[□☐◻■☑☒✓✔◼])))"
    r"\s*(?P<rest>.*)$",
    re.DOTALL,
)
_LISTING = frozenset((Column.TOOL, Column.EQUIPMENT, Column.QUALIFICATION, Column.PART, Column.INSTRUMENT))
_BULLET = re.compile(r"^[・･●○◎■□◆◇▪▶►※*＊✓✔☑‣•◦–—-]$")
_FOOTNOTE = re.compile(r"\[\^\d+\]")
_STEP_HEADING = re.compile(r"^(?:作業)?(?:手順|ステップ|STEP|Step)\s*(?:No\.?)?\s*[0-9①-⑳]|^工程\s*[0-9①-⑳]")
_OF_STEP = frozenset(
    (
        Column.KEY_POINT, Column.REASON, Column.PARAMETER, Column.CRITERION, Column.METHOD, Column.INSTRUMENT,
        Column.FREQUENCY, Column.TIME, Column.FIGURE, Column.BRANCH, Column.CHECK, Column.CHARACTERISTIC, Column.TOOL,
        Column.PART, Column.REMARK,
    )
)  # fmt: skip
_NOTED = re.compile(r"^\s*(?:※|\*|注\s?\d*[)）]|補足|備考|参考|以上$)")
_REFERS = re.compile(r"[(（]?\s*(?:図|写真)\s*[-－]?\s*[0-9０-９①-⑳]+\s*(?:を)?参照")
_BRANCH = re.compile(r"\s*(?:→|⇒|->|(?:OK|NG|ＯＫ|ＮＧ)\s*(?:→|⇒|:|：|の場合|なら))")
_ROLES_APART = frozenset((Role.HEADER, Role.FOOTER, Role.FOOTNOTE, Role.CODE, Role.SPEAKER_NOTE, Role.TITLE))


def take_heading(state: State, node: Heading) -> None:
    """Enter a section, or take the heading as a step: 手順1 …, 4.2 ドレンプラグを外す."""
    text = node.text.strip()
    number, rest = (node.number, text) if node.number else split_number(text)
    whole = f"{node.number}{text}"
    above = state.above(node.level)
    zone = zone_of(text)
    if _STEP_HEADING.match(whole) and above not in NO_STEPS:
        if not number:
            number, rest = text, ""
        _step_heading(state, node, number, rest)
    elif above not in NO_STEPS and (number or state.number) and _is_told(rest, zone, above, state.number):
        _step_heading(state, node, number or state.number, rest)
    elif level_of(text) is not None and len(text) <= 4:
        state.level = text
    elif (opened := opening_level(text)) and opened[1]:
        state.warn(hazards_of(text, node.place), Paragraph(text=text, place=node.place, id=node.id))
    else:
        state.enter(node.level, zone, text)


def _is_told(words: str, zone: Zone, above: Zone, state_number: str) -> bool:
    """A heading that is a sentence is a step: グリスを塗布する, but not グリスの塗布."""
    if state_number and is_imperative(words):
        return True
    if zone is not Zone.UNKNOWN and not (zone is Zone.WORK and above is Zone.PROCEDURE):
        return False
    return "を" in words and is_imperative(words) and not words.endswith("こと")


def _step_heading(state: State, node: Heading, number: str, rest: str) -> None:
    words = rest.strip(" 　:：.．")
    if not words or is_number(node.text):
        state.number = number if words or number else node.text.strip()
        state.current = None
        return
    state.draft(number, words, node)


def take_paragraph(state: State, node: Paragraph) -> None:
    """Take a run of text in."""
    text = _FOOTNOTE.sub("", node.text).strip()
    if not text or node.role in _ROLES_APART:
        return
    pieces = split_inline(text)
    if len(pieces) > 1 and not opening_level(text):
        for at, piece in enumerate(pieces):
            take_paragraph(state, replace(node, text=piece, number=node.number if at == 0 else ""))
        return
    if "\n" in text and (lines := _own_lines(text)):
        for line in lines:
            take_paragraph(state, replace(node, text=line, number=node.number if line is lines[0] else ""))
        return
    if _is_caption(state, node, text) or is_table_caption(text):
        return
    if _hazard(state, node, text):
        return
    if is_number(text) and not node.number and ordinal(text):
        state.number = text  # the words follow in a paragraph of their own
        return
    if node.role is not Role.TEXT_BOX and _is_section_name(state, node, text):
        return
    is_free = not node.number or _BULLET.match(node.number) or state.zone not in STEPPED
    if is_free and _labelled(state, node, text):
        return
    if node.role is not Role.TEXT_BOX:
        _item(state, node, text)


def _own_lines(text: str) -> list[str]:
    """The lines of a text that has several steps, fields or warnings in it; none where it is one of them."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    begins = [bool(split_number(line)[0]) for line in lines]
    if len(lines) == 1:
        return []
    if sum(begins[1:]) == 0 and (opening_level(lines[0]) or not any(_LABELLED.match(line) for line in lines[1:])):
        return []
    return lines if len(lines) > 1 else []


def _is_caption(state: State, node: Paragraph, text: str) -> bool:
    if _REFERS.match(text) and state.current is not None:
        _attach(state, node, text)
        return True
    if node.role is not Role.CAPTION and not (is_figure_caption(text) and not node.number):
        return False
    if state.figures and not state.figures[-1].caption and node.role is not Role.LIST_ITEM:
        state.figures[-1].caption = text
    return True


def _hazard(state: State, node: Paragraph, text: str) -> bool:
    number, words = (node.number, text) if node.number else split_number(text)
    if _BULLET.match(number):
        number = ""
    opened = opening_level(words)
    if opened is None and state.level and not number:
        level, state.level = level_of(state.level), ""
        return state.warn(hazards_of(text, node.place, level), node)
    state.level = ""
    if opened is None:
        return _in_hazard_section(state, node, words)
    if not opened[1]:
        state.level = words
        return True
    if has_sign_without_level(words):
        state.signs.append(node.place)
    return state.warn(hazards_of(words, node.place), node)


def _in_hazard_section(state: State, node: Paragraph, words: str) -> bool:
    """Lines under 安全上の注意 are warnings of the level that the heading names."""
    if state.zone is not Zone.HAZARDS or _LABELLED.match(words) or node.role is Role.TEXT_BOX:
        return False
    level = level_of(state.section) if len(state.section) <= 14 else None
    return level is not None and state.warn(hazards_of(words, node.place, level), node)


def _is_section_name(state: State, node: Paragraph, text: str) -> bool:
    """A bar on a sheet, or a short line such as ■作業手順, opens a section without being a heading."""
    if node.number and not _BULLET.match(node.number):
        return False
    bare = text.strip("■□◆◇●○【】[]<>＜＞《》 　:：")
    if len(bare) > 16 or "。" in text or "、" in text or len(bare) < 2:
        return False
    zone = zone_of(bare)
    is_marked = bare != text or bool(node.number)
    if zone is Zone.UNKNOWN or (zone is Zone.WORK and not is_marked):
        return False
    if zone in (Zone.WORK, Zone.CHECKS) and not is_marked and is_imperative(text):
        return False
    state.enter(BAR_LEVEL, zone, bare)
    return True


def _labelled(state: State, node: Paragraph, text: str) -> bool:
    """急所: …, 【理由】…, 使用工具: …: fields of the step above, or of the document."""
    lead, fields = split_fields(text)
    if lead or not fields:
        found = _LABELLED.match(text)
        if found is None:
            return False
        label, rest = (found["boxed"] or found["plain"] or found["led"]).strip(), found["rest"].strip()
        column = column_of(label)
        if found["led"] and column not in _LISTING:
            return False
        if column is None or (column is Column.ACTION and rest):
            return False
        if column is Column.PART and not re.search("部品|部材|材料|資材|消耗|油脂", label):
            return True  # 品名 names what is made
        if not rest:
            return zone_of(label) is Zone.UNKNOWN
        return _field(state, column, rest, node, label) or state.materials.take(column, rest, node.place, label)
    taken = False
    for field in fields:
        taken = (
            _field(state, field.column, field.value, node, field.label)
            or state.materials.take(field.column, field.value, node.place, field.label)
            or taken
        )
    return taken


def _field(state: State, column: Column, text: str, node: Paragraph, label: str) -> bool:
    draft = state.current
    if draft is None or column not in _OF_STEP or state.zone in NO_STEPS:
        return False
    take_field(draft, column, text, node.place, label)
    draft.nodes.append(node.id)
    return True


def _item(state: State, node: Paragraph, text: str) -> None:
    if state.current is not None and _BRANCH.match(text):
        _attach(state, node, text)
        return
    number, words = node.number, text
    if number and _BULLET.match(number):
        number = ""
    elif not number:
        number, words = split_number(text)
    number = number or (state.number if len(words) > 3 else "")
    is_withdrawn = Mark.WITHDRAWN in node.marks
    imperative = is_imperative(split_fields(words)[0] or words)
    if state.zone is Zone.ABNORMAL and number and imperative:
        state.aside.add(id(state.draft(number, words, node)))
    elif state.zone in NO_STEPS:
        if not is_withdrawn:
            state.materials.take_line(state.zone, words, node.place, state.section)
    elif number and (
        state.zone is Zone.PROCEDURE
        or _may_be_step(state, imperative, words)
        or _is_sub(state, node)
        or _follows(state, number)
    ):
        draft = state.draft(number, words, node)
        draft.confidence = min(draft.confidence, 1.0 if state.zone is Zone.PROCEDURE and imperative else 0.9)
    elif (imperative or is_withdrawn) and not number and _is_procedural(state) and not _NOTED.match(text):
        draft = state.draft("", words, node)
        draft.confidence = min(draft.confidence, 0.7)
        state.unsure[id(draft)] = state.zone
    elif state.current is not None:
        _attach(state, node, text)


def _may_be_step(state: State, imperative: bool, words: str) -> bool:
    """Numbered lines outside a section called 手順: where they tell what to do."""
    if state.zone is Zone.CHECKS:
        return not state.has_procedure and imperative
    says = "を" in words or "する" in words
    return imperative or (len(words) > 6 and says and (state.zone is Zone.WORK or not state.has_procedure))


def _follows(state: State, number: str) -> bool:
    """Whether a number goes on where the step before left off."""
    before = state.last_number()
    now, then = ordinal(number), ordinal(before)
    return bool(now and then) and shape(number) == shape(before) and now == (*then[:-1], then[-1] + 1)


def _is_sub(state: State, node: Paragraph) -> bool:
    return state.current is not None and node.level > state.current.level and bool(node.number)


def _is_procedural(state: State) -> bool:
    return state.zone is Zone.PROCEDURE or (state.zone is Zone.WORK and bool(state.path))


def _attach(state: State, node: Paragraph, text: str) -> None:
    """A line under a step that is no step: a note, a bullet, the rest of its words."""
    draft = state.current
    if draft is None or (draft.is_row and node.place.sheet != ""):
        return
    bare, hazards = split_hazards(text, node.place)
    draft.warnings.extend(hazards)
    if state.zone not in STEPPED or not bare:
        return
    note(draft, bare)
    draft.add(parameters(bare, place=node.place))
    draft.nodes.append(node.id)
    if _BULLET.match(node.number) or node.role is Role.LIST_ITEM or bare[0] in "・※-*":
        draft.key_points.extend(items.lines_of(bare))
