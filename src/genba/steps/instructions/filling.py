"""What a labelled field or a cell adds to a step: its column says where it goes."""

import re
from dataclasses import replace

from genba.model.instruction import Branch, Check
from genba.model.place import Place
from genba.steps.instructions import items
from genba.steps.instructions.drafts import Draft
from genba.steps.instructions.fields import split_fields
from genba.steps.instructions.hazards import hazards_of, level_of, opening_level, split_hazards
from genba.steps.instructions.quantities import parameters
from genba.steps.instructions.wording import Column

_GENERIC = re.compile(
    r"^(?:.*(?:管理値|規格|基準|条件|設定値|規定値|標準値|基準値|数値|値|パラメーター?|目標|公差|仕様|狙い|"
    r"ねらい|項目|判定|許容差|標準|設定))?$"
)
_HANDLING = re.compile(r"の?(?:処置|対応|対処|措置|処理)(?:方法)?$")
_USED = re.compile(r"[(（《〈［\[<](?P<tools>[^()（）《》〈〉［］\[\]<>]{2,40}?)(?:を)?使用[)）》〉］\]>]")
_STARRED = re.compile(r"\s*※\s*(?P<words>[^※]{3,})$", re.DOTALL)
_CALLED = re.compile(r"[(（]\s*(?:→|⇒)?\s*(?:図|写真)[^()（）]{1,12}[)）]")
_BOTH = re.compile(r"(?:急所|ポイント|コツ|要点).*[・(（と/／].*(?:理由|なぜ)")
_WHY = (
    r"(?:ため|為|から|ので|防止(?:する)?|防ぐ|避ける|(?:おそれ|恐れ|可能性|危険)(?:が|の)?(?:ある)?|(?:て|で)しまう|"
    r"につながる|(?:原因|不良|もと|元)[にと]なる)"
)
_BECAUSE = re.compile(rf"\s*[(（]\s*(?P<reason>[^()（）]{{3,60}}?{_WHY})。?\s*[)）]\s*。?$")
_IN_BRACKETS = re.compile(r"\s*[(（]\s*(?P<reason>[^()（）]{2,80})\s*[)）]\s*。?$")
_LAST = re.compile(r"(?<=。)\s*(?P<reason>[^。]{3,60}(?:ため|為|から|ので)(?:である|です)?)。?$")
_SAID = re.compile(r"^(?:理由|なぜ|∵)\s*[:：]?\s*|。$")
_GOES = re.compile(r"戻|進|やり直|へ$|から")
CHECKED = {
    Column.METHOD: "method",
    Column.CRITERION: "criterion",
    Column.CHECK: "criterion",
    Column.INSTRUMENT: "instrument",
    Column.FREQUENCY: "frequency",
    Column.CHARACTERISTIC: "characteristic",
}


def say(draft: Draft, text: str, place: Place) -> None:
    """Take the words of a step in: fields in them apart, with quantities, branches, figures and time."""
    lead, fields = split_fields(text)
    if lead:
        lead, hazards = split_hazards(lead, place)
        draft.warnings.extend(hazards)
    for found in _USED.finditer(lead):
        draft.tools.extend(each for each in items.names_of(found["tools"]) if each not in draft.tools)
    noted = _STARRED.search(lead)
    if noted is not None and noted.start() > 3:
        words = _USED.sub("", noted["words"])
        draft.key_points.extend(items.lines_of(_CALLED.sub("", words).strip()))
        draft.add(parameters(words, place=place))
        note(draft, noted["words"])
        lead = lead[: noted.start()].rstrip()
    if lead:
        draft.reasons.extend(split_reason(lead)[1])
        draft.lines.append(lead)
        draft.add(parameters(lead, place=place))
        note(draft, lead)
    for field in fields:
        take_field(draft, field.column, field.value, place, field.label)


def note(draft: Draft, text: str) -> None:
    """Take in what words beside a step name: branches, figures, the time it takes."""
    draft.branches.extend(branch for branch in items.branches_of(text) if branch not in draft.branches)
    draft.figure_words.append(text)
    if draft.time_s is None:
        draft.time_s = items.time_said(text)


def take_field(draft: Draft, column: Column, text: str, place: Place, label: str = "", unit: str = "") -> None:
    """Put a text where its column or label says."""
    if items.is_nothing(text):
        return
    if column is Column.HAZARD:
        level = level_of(label) or level_of("注意")
        draft.warnings.extend(hazards_of(text, place, level))
        return
    if column in (Column.KEY_POINT, Column.REASON, Column.REMARK):
        _take_words(draft, column, text, place, is_both=_BOTH.search(label) is not None)
    elif column is Column.PARAMETER:
        name = "" if _GENERIC.match(label) else label
        draft.add(parameters(text, place=place, name=name, unit=unit, is_value=True))
    elif column is Column.TOOL:
        draft.tools.extend(each for each in items.tools_of(text, label) if each not in draft.tools)
    elif column is Column.PART:
        draft.parts.extend(items.parts_of(text, place))
    elif column is Column.FIGURE:
        draft.figure_words.append(text if re.search(r"\D", text) else f"図{text}")
    elif column is Column.TIME:
        draft.time_s = items.seconds_of(text, unit) if draft.time_s is None else draft.time_s
    elif column is Column.BRANCH:
        condition = _HANDLING.sub("", label) or "異常時"
        draft.branches.extend(items.branches_of(text) or (Branch(condition=condition, target=items.target_of(text)),))
    elif column in CHECKED:
        _take_check(draft, column, text, place)


def split_reason(text: str, *, is_both: bool = False) -> tuple[str, tuple[str, ...]]:
    """Part the reason that stands behind a point in brackets or as its last sentence: 奥まで押す（抜けを防ぐため）.

    `is_both` says that the column is for points with their reasons: what stands in brackets is one.
    """
    found = (_IN_BRACKETS if is_both else _BECAUSE).search(text) or _LAST.search(text)
    if found is None or not found.start():
        return text, ()
    return text[: found.start()].rstrip(), (_SAID.sub("", found["reason"]).strip(),)


def _take_points(draft: Draft, text: str, *, is_both: bool) -> None:
    """Key points with their reasons; a line that says where to go on is a branch only."""
    for line in items.lines_of(text):
        point, reasons = split_reason(line, is_both=is_both)
        draft.reasons.extend(reasons)
        if point and not (_GOES.search(point) and items.branches_of(point)):
            draft.key_points.append(point)


def _take_words(draft: Draft, column: Column, text: str, place: Place, *, is_both: bool = False) -> None:
    lead, fields = split_fields(text)
    if opening_level(lead):
        draft.warnings.extend(hazards_of(lead, place))
        lead = ""
    lead, hazards = split_hazards(lead, place)
    draft.warnings.extend(hazards)
    if lead and column is Column.KEY_POINT:
        _take_points(draft, lead, is_both=is_both)
    elif lead and column is Column.REASON:
        draft.reasons.extend(items.lines_of(lead))
    if column is not Column.REASON:
        draft.add(parameters(lead, place=place))
        note(draft, lead)
    for field in fields:
        if field.column is column is Column.KEY_POINT:
            _take_points(draft, field.value, is_both=is_both)
        elif field.column is column is Column.REASON:
            draft.reasons.append(field.value)
        elif field.column is not Column.REMARK:
            take_field(draft, field.column, field.value, place, field.label)


def _take_check(draft: Draft, column: Column, text: str, place: Place) -> None:
    """Add to the check that is being told, or begin one."""
    part = CHECKED[column]
    found = (
        parameters(text, place=place, is_value=column is Column.CRITERION) if part in ("criterion", "method") else ()
    )
    note(draft, text)
    last = draft.checks[-1] if draft.checks and not getattr(draft.checks[-1], part) else Check(place=place)
    grown = replace(last, parameters=(*last.parameters, *found))
    match part:
        case "method":
            grown = replace(grown, method=text)
        case "criterion":
            grown = replace(grown, criterion=text)
        case "instrument":
            grown = replace(grown, instrument=text)
        case "frequency":
            grown = replace(grown, frequency=text)
        case _:
            grown = replace(grown, characteristic=text)
    if draft.checks and last is draft.checks[-1]:
        draft.checks[-1] = grown
    else:
        draft.checks.append(grown)
