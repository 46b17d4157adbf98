"""What a term names: by what other steps found, by the document's own properties, else by how the word ends."""

import re
from collections import Counter

from genba.model.document import Document
from genba.model.terms import TermKind
from genba.model.vocabulary import Concept
from genba.steps.digest.commonness import folded

_PROPERTIES = {
    "part_number": TermKind.PART,
    "drawing_number": TermKind.DRAWING,
    "document_number": TermKind.DOCUMENT,
    "equipment": TermKind.EQUIPMENT,
    "lot": TermKind.LOT,
    "process": TermKind.PROCESS,
}
_DEFECT = re.compile(
    r"(?:不良|欠陥|不具合|不適合|キズ|きず|傷|疵|打痕|圧痕|割れ|ワレ|クラック|亀裂|剥がれ|はがれ|剥離|変形|異音|びびり|ビビリ|摩耗|錆|サビ|さび|汚れ|欠け|"
    r"カケ|漏れ|モレ|外れ|ずれ|ズレ|かじり|カジリ|焼付き|焼き付き|巣|ボイド|ピンホール|シワ|ヒケ|ウェルド|混入|ムラ|むら|歪み|反り|ソリ|折れ|欠品|誤品|"
    r"バリ|ばり|バリ残り|ばり残り|コンタミ|ブローホール|スパッタ|アンダーカット|ショートショット|未溶着|緩み|ゆるみ|破損|折損|固着|過熱|故障|停止)(?:不良)?$"
)
_PROCESS = re.compile(
    r"(?:工程|加工|研削|切削|旋削|鋳造|鍛造|焼入れ?|焼戻し?|焼き入れ|焼き戻し|浸炭|熱処理|洗浄|組立|組み立て|組付け?|溶接|塗装|めっき|メッキ|成形|切断|"
    r"曲げ|絞り|研磨|梱包|穴あけ|穴開け|バリ取り|ばり取り|段取り?|締付け?|圧入|接着|脱脂|乾燥|検査|処理作業|ショットブラスト|ろう付け|はんだ付け)$"
)
_EQUIPMENT = re.compile(
    r"(?:(?<![契動時危投])機|加工機|測定機|装置|設備|旋盤|研削盤|ボール盤|フライス盤|[^基地円鍵字吸]盤|炉|ロボット|クレーン|コンベア|コンベヤ|"
    r"マシニングセンター?|プレス機|コンプレッサー?|ポンプ|号機|フォークリフト|ホイスト)$"
)
_NOT_DEFECT = re.compile(r"傷$(?<=負傷)|(?:一時|非常|緊急)停止$")


def known_kinds(document: Document) -> dict[str, TermKind]:
    """Tell kinds by folded spelling, as far as other steps have found them."""
    votes: dict[str, Counter[TermKind]] = {}
    for mention in document.mentions:
        if mention.kind is not TermKind.UNKNOWN:
            for spelling in {folded(mention.text), folded(mention.normal)}:
                votes.setdefault(spelling, Counter())[mention.kind] += 1
    kinds = {spelling: counts.most_common(1)[0][0] for spelling, counts in votes.items()}
    for item in document.properties:
        if item.name in _PROPERTIES and item.value:
            kinds.setdefault(folded(item.value), _PROPERTIES[item.name])
    return kinds


def kind_of(text: str, known: dict[str, TermKind], concept: Concept | None) -> TermKind:
    """Decide on a word; codes of which nothing is known are decided by the caller."""
    if concept is not None and concept.kind is not TermKind.TERM:
        return concept.kind
    found = known.get(folded(text))
    if found is not None:
        return found
    if _DEFECT.search(text) and not _NOT_DEFECT.search(text):
        return TermKind.DEFECT
    if _PROCESS.search(text):
        return TermKind.PROCESS
    if _EQUIPMENT.search(text):
        return TermKind.EQUIPMENT
    return TermKind.TERM
