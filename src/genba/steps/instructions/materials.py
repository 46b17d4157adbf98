"""What the whole document needs: tools, parts, protective equipment, qualifications, from lists, fields and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from genba.model.instruction import Hazard, Part
from genba.model.nodes import Choices
from genba.model.place import Place
from genba.steps.instructions import items
from genba.steps.instructions.columns import Part as GridPart
from genba.steps.instructions.columns import Rows
from genba.steps.instructions.drafts import Draft
from genba.steps.instructions.rows import row_parts
from genba.steps.instructions.wording import Column, column_of
from genba.steps.instructions.zones import Zone

_TOOL_KIND = re.compile(r"工具|治具|冶具|設備|測定|計測|器|機|道具|ゲージ")
_PART_KIND = re.compile(r"部品|部材|材料|資材|油脂|消耗|購入|副資材|ネジ|ねじ")
_EQUIPMENT_KIND = re.compile(r"保護具|着用")
_COMMON_TOOLS = re.compile(
    r"(?:[一-鿿ァ-ヴーA-Za-z0-9.φ]{0,12}?)(?:レンチ|スパナ|ドライバー?|ハンマー?|プライヤー?|ペンチ|ニッパー?|"
    r"ラチェット|ノギス|マイクロメータ|マイクロ|ダイヤルゲージ|"
    r"シックネスゲージ|隙間ゲージ|ゲージ|ドリル|リーマ|やすり|ヤスリ|トルクドライバー?|エアガン|ピンセット|"
    r"クレーン|ホイスト|台車|圧入機|プレス機|テスター?)"
    r"(?=(?:で|にて|を使|を用い|により|によって))"
)


_STEPPED = frozenset((Column.ACTION, Column.CHARACTERISTIC, Column.PROCESS))


@dataclass(slots=True)
class Materials:
    """What has been gathered for the whole document."""

    tools: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    equipment: list[str] = field(default_factory=list)
    qualifications: list[str] = field(default_factory=list)
    warnings: list[Hazard] = field(default_factory=list)

    def take(self, column: Column, text: str, place: Place, label: str = "") -> bool:
        """Take a field in; False where it is none of these."""
        if column is Column.TOOL or column is Column.INSTRUMENT:
            _extend(self.tools, items.tools_of(text, label))
        elif column is Column.EQUIPMENT:
            _extend(self.equipment, items.names_of(text))
        elif column is Column.QUALIFICATION:
            _extend(self.qualifications, items.names_of(text))
        elif column is Column.PART:
            self.parts.extend(items.parts_of(text, place))
        else:
            return False
        return True

    def take_line(self, zone: Zone, text: str, place: Place, heading: str) -> bool:
        """Take a line of a section in that lists things; False in other sections."""
        if len(text) > 80 or (text.endswith(("。", "する", "こと")) and zone is not Zone.EQUIPMENT):
            return False
        if zone is Zone.EQUIPMENT:
            _extend(self.equipment, items.names_of(text))
        elif zone is Zone.QUALIFICATION:
            _extend(self.qualifications, items.names_of(text))
        elif zone is Zone.PARTS:
            self.parts.extend(items.parts_of(text, place))
        elif zone is Zone.TOOLS and not _PART_KIND.search(heading):
            _extend(self.tools, items.names_of(text))
        else:
            return False
        return True

    def take_choices(self, choices: Choices, zone: Zone) -> None:
        """Take what is ticked for protective equipment or qualifications."""
        column = column_of(choices.label.rpartition("/")[2]) or column_of(choices.label)
        picked = [option.text for option in choices.options if option.selected and not items.is_nothing(option.text)]
        if column is Column.EQUIPMENT or _EQUIPMENT_KIND.search(choices.label):
            _extend(self.equipment, picked)
        elif column is Column.QUALIFICATION or (zone is Zone.QUALIFICATION and column is None):
            _extend(self.qualifications, picked)
        elif column is Column.TOOL:
            _extend(self.tools, picked)
        elif zone is Zone.EQUIPMENT and not choices.label:
            _extend(self.equipment, picked)

    def take_table(self, part: GridPart, rows: Rows, places: tuple[Place, ...], zone: Zone, heading: str) -> bool:
        """Take a table of tools or parts in; False where it is another."""
        roles = part.roles
        named = Column.PART in roles or Column.PART_NUMBER in roles
        if roles & _STEPPED and Column.KIND not in roles:
            return False
        if not (named or Column.TOOL in roles or Column.EQUIPMENT in roles):
            return False
        kind = ""
        for row in range(part.first, part.last):
            cells: dict[Column, str] = {}
            for cell in rows.get(row, ()):
                name = part.names.get(cell.column)
                if name is not None and name.column is not None:
                    cells.setdefault(name.column, cell.text.strip())
            kind = cells.get(Column.KIND, kind)
            place = places[row] if row < len(places) else Place()
            self._row(cells, kind or _of_zone(zone, heading), place)
        return True

    def _row(self, cells: dict[Column, str], kind: str, place: Place) -> None:
        if Column.TOOL in cells:
            _extend(self.tools, items.names_of(cells[Column.TOOL]))
        if Column.EQUIPMENT in cells:
            _extend(self.equipment, items.names_of(cells[Column.EQUIPMENT]))
        name, number = cells.get(Column.PART, ""), cells.get(Column.PART_NUMBER, "")
        if not name and not number:
            return
        if _EQUIPMENT_KIND.search(kind):
            _extend(self.equipment, items.names_of(name))
        elif _TOOL_KIND.search(kind) and not _PART_KIND.search(kind):
            _extend(self.tools, [name or number])
        elif Column.TOOL not in cells:
            counts = [cells[Column.QUANTITY]] if Column.QUANTITY in cells else []
            self.parts.extend(row_parts([number] if number else [], [name] if name else [], counts, place))


def _of_zone(zone: Zone, heading: str) -> str:
    if _PART_KIND.search(heading):
        return "部品"
    return {Zone.TOOLS: "工具", Zone.PARTS: "部品", Zone.EQUIPMENT: "保護具"}.get(zone, "")


def _extend(names: list[str], more: list[str] | tuple[str, ...]) -> None:
    names.extend(name for name in more if name and name not in names)


def link_materials(drafts: list[Draft], materials: Materials) -> None:
    """Give each step the tools and parts of the document that its words name."""
    tools = [(name, _spoken(name)) for name in materials.tools]
    parts = [(part, _spoken(part.name)) for part in materials.parts]
    for draft in drafts:
        text = re.sub(r"\s", "", draft.text)
        for name, spoken in tools:
            if spoken and spoken in text and name not in draft.tools:
                draft.tools.append(name)
        for found in _COMMON_TOOLS.finditer(draft.text):
            name = re.sub(r"^.*[をにでがは]", "", found.group())
            if not any(name in other or _spoken(other) in name for other in draft.tools):
                draft.tools.append(name)
        for part, spoken in parts:
            named = (part.number and part.number in draft.text) or (spoken and spoken in text)
            if named and not any(_is_same(part, other) for other in draft.parts):
                draft.parts.append(part)
        draft.parts[:] = [_completed(part, materials.parts) for part in draft.parts]


def _spoken(name: str) -> str:
    """A name as a sentence has it: without size and number."""
    bare = re.sub(r"[(（\[].*?[)）\]]", "", name)
    bare = re.sub(r"\s+(?:No\.?\s?\d+|\d.*)$", "", bare)
    bare = re.sub(r"\s", "", bare)
    return bare if len(bare) >= 2 else ""


def _is_same(part: Part, other: Part) -> bool:
    return bool(part.number and part.number == other.number) or (
        bool(part.name) and part.name == other.name and not (part.number and other.number)
    )


def _completed(part: Part, known: list[Part]) -> Part:
    """Fill what a step leaves out of a part that the parts table has."""
    if part.number and part.name:
        return part
    for other in known:
        if _is_same(part, other):
            return Part(
                number=part.number or other.number, name=part.name or other.name,
                quantity=part.quantity if part.quantity is not None else other.quantity,
                unit=part.unit or other.unit, place=part.place,
            )  # fmt: skip
    return part
