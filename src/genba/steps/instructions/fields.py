"""Fields inside running words: 急所: …, 【理由】…, 使用工具: … before, behind and between other words."""

import re
from typing import NamedTuple

from genba.steps.instructions.wording import Column, column_of

_LABELS = (
    "急所の理由|急所・ポイント|急所|作業のポイント|作業ポイント|ポイント|要点|勘所|勘どころ|カンどころ|カン・コツ|コツ|こつ|"
    "留意点|着眼点|理由|なぜ|守らないと|"
    "使用工具・治具|使用治工具|使用工具|必要工具|工具・治具|治工具|工具|使用治具|治具|準備するもの|用意するもの|"
    "着用するもの|使用設備|使用機器|使用機械|使用器具|使うもの|道具|用具|使用|"
    "使用測定具|使用測定器|測定具|測定器|計測器|検査具|検査機器|着用保護具|使用保護具|保護具|使用部品|使用材料|"
    "必要部品|部品|材料|副資材|"
    "標準時間|所要時間|作業時間|確認方法|検査方法|測定方法|点検方法|確認頻度|検査頻度|頻度|合否判定基準|判定基準|"
    "合否基準|合格基準|確認事項|確認|判定|"
    "管理値|管理基準|設定値|規格値|作業条件|加工条件|設定条件|条件|規格|参照図|写真|異常時の処置|異常時|異常処置|"
    "NG時の処置|NG時|不良時|必要資格|作業資格|資格"
)
MARKS = r"[\s　・･※●■□◆○◎◇▪▫▶►▸▷▲△▼▽☆★❖✔✓☑☞»→⇒➡•‣◦*/／|–—-]"  # before a label
_FIELD = re.compile(
    rf"{MARKS}*(?:[(（]\s*(?P<aside>{_LABELS})\s*[:：]\s*(?P<inside>[^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）]。?"
    rf"|[【\[＜<〔［《≪〈](?P<boxed>{_LABELS})[】\]＞>〕］》≫〉]\s*[:：]?|(?<![一-鿿ァ-ヴー])(?P<plain>{_LABELS})\s*[:：]|"
    rf"[(（](?P<round>急所|ポイント|コツ|理由|要点)[)）]|(?<![一-鿿ァ-ヴー(（])(?P<half>急所|ポイント|コツ|理由|"
    rf"要点)[)）]"
    rf"|(?<=[一-鿿ァ-ヴー])(?P<glued>急所|ポイント|理由|使用工具|使用治具|保護具|使用部品|判定基準|標準時間|"
    rf"所要時間)\s*[:：])"
)


_MAYBE = re.compile(r"[:：]|急所|理由|ポイント|コツ|要点")


class Field(NamedTuple):
    """A labelled piece of a text."""

    column: Column
    label: str
    value: str


def split_fields(text: str) -> tuple[str, list[Field]]:
    """Part the words before the first label from the fields; a text without labels comes back whole."""
    lead: list[str] = []
    fields: list[Field] = []
    done, open_label = 0, ""
    for found in _FIELD.finditer(text) if _MAYBE.search(text) else ():
        said = text[done : found.start()]
        _close(open_label, said, lead, fields)
        done = found.end()
        if found["aside"]:
            _close(found["aside"], found["inside"], lead, fields)
            open_label = ""
        else:
            open_label = found["boxed"] or found["plain"] or found["glued"] or found["round"] or found["half"]
    _close(open_label, text[done:], lead, fields)
    return "".join(lead).strip(), fields


def _close(label: str, said: str, lead: list[str], fields: list[Field]) -> None:
    if not label:
        lead.append(said)
        return
    # A list ends with its line or sentence; what follows in brackets is said of the step.
    value, rest = said, ""
    column = Column.TOOL if label == "使用" else column_of(label)
    if column is None:
        lead.append(f"{label}:{said}")
        return
    if column is Column.REASON:
        value, _, rest = said.partition("\n") if said.strip() and not said.startswith("\n") else (said, "", "")
    if column in (Column.TOOL, Column.INSTRUMENT, Column.PART, Column.TIME, Column.EQUIPMENT):
        ended = re.search(r"。|\n(?![・\-])|(?=[(（](?:図|写真|標準|所要))", said)
        if ended is not None and ended.start() > 0:
            value, rest = said[: ended.start()], said[ended.end() :]
            rest = f"\n{rest}" if ended.group() == "\n" else rest
    if value.strip(" 　。、\n"):
        fields.append(Field(column, label, value.strip(" 　\n").rstrip("、/／")))
    if rest.strip():
        lead.append(rest)
