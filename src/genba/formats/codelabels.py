"""What Japanese factories write beside a code to say what it names: 品番, 図番, 号機, ロットNo."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from genba.model.terms import TermKind

_NUMBER = r"(?:番号|no|№|コード|code|number|id|記号)"
# Ends of labels; each list names one kind. A label such as 図面枚数 or ロット数 ends otherwise and is none of them.
_ENDS = {
    TermKind.DRAWING: rf"図番|図面{_NUMBER}|図面|図面名|図{_NUMBER}|dwg\.?{_NUMBER}?|drawing{_NUMBER}?|部品図|組立図|組図|製品図|承認図|製作図|図番号",
    TermKind.PART: (
        rf"品番|部番|型番|品目{_NUMBER}|品目|(?:部品|製品|商品|品種|品名|アイテム|構成部品|子部品|親部品|材料|資材|購入品|完成品|半製品|客先品|相手先品)(?:品)?{_NUMBER}"
        rf"|part{_NUMBER}|p/?n|item{_NUMBER}|部品|対象部品|対象品|parts{_NUMBER}|sku"
    ),
    TermKind.DOCUMENT: (
        rf"(?:文書|書類|標準|標準書|手順書|規程|規定|帳票|規格|様式|基準書|作業標準|作業手順書|検査基準書|作業指示書|管理標準|要領書|仕様書|マニュアル|qc工程表|関連文書|参照文書|関連標準|適用標準)"
        rf"(?:管理)?{_NUMBER}|(?:関連|参照|適用|参考|引用|準拠|上位|下位)(?:文書|標準|規程|規定|資料|図書|標準類|規格)|doc(?:ument)?{_NUMBER}|文書|手順書|作業標準書?|基準書|規程"
        rf"|(?:作業|検査|管理|技術|社内|品質)?標準書?|作業手順書|検査基準書|要領書?|仕様書|様式|作業指示書"
    ),
    TermKind.EQUIPMENT: (
        rf"(?:設備|機械|装置|機器|使用設備|使用機械|治具|治工具|冶具|金型|型|工具|刃具|計測器|測定器|測定機器|計器|ゲージ|検査具|ライン|ロボット|炉)(?:管理)?{_NUMBER}"
        rf"|号機|機番|設備|使用設備|使用機械|機械|装置|設備機械|machine{_NUMBER}?|equipment{_NUMBER}?|使用機器|使用治具|使用金型"
    ),
    TermKind.LOT: rf"(?:製造|材料|入荷|生産|出荷|加工|熱処理)?(?:ロット|lot){_NUMBER}?|製造{_NUMBER}|製番|シリアル{_NUMBER}?|serial{_NUMBER}?|s/?n|チャージ{_NUMBER}|ヒート{_NUMBER}",
    TermKind.PROCESS: rf"工程{_NUMBER}|工程|process{_NUMBER}?|作業{_NUMBER}",
}  # fmt: skip
_KINDS = [(kind, re.compile(rf"(?:{ends})$")) for kind, ends in _ENDS.items()]
# Numbers of other things: their values show what codes of parts and drawings do not look like.
_OTHER = re.compile(
    rf"(?:{_NUMBER}|tel|電話|fax|〒|郵便|内線|携帯|日付|年月日|日時|時刻|数量|個数|金額|単価|寸法|規格値?|公差|測定値|実測値?|管理値|温度|圧力|トルク|重量|行|頁)$"
)
_PROCESS_WORDS = re.compile(r"(?:工程名称?|工程|作業名|加工工程|前工程|後工程|次工程|発生工程|検出工程)$")
_DEFECT_WORDS = re.compile(
    r"(?:不良|不適合|不具合|欠陥|異常|クレーム)(?:内容|名称?|項目|現象|種類|種別|区分|モード|の内容|の種類)$|^(?:故障モード|不良モード|欠点名|現象)$"
)
_JUNK = re.compile(r"[\s.．:：・*※■□●○◆◇()（）\[\]【】「」]|\(.*\)$")
_INLINE_ENDS = "|".join(ends for ends in _ENDS.values())
_INLINE = re.compile(
    rf"(?P<label>{_INLINE_ENDS})\s*(?:の)?\s*[.．]?\s*(?:{_NUMBER}[.．]?)?\s*[:：=＝は]?\s*[「『\[（(【]?\s*$",
    re.IGNORECASE,
)
_OTHER_INLINE = re.compile(
    r"(?:注文|受注|発注|伝票|見積|請求|契約|社員|従業員|口座|登録|許可|受付|管理|電話|案件|プロジェクト|工事|証明書|検定|車両|郵便|整理)(?:番号|No\.?|コード)?"
    r"\s*[:：=＝は]?\s*[「『\[（(]?\s*$|(?:TEL|FAX|〒|内線|Tel|Fax)[.:： ]*$|(?:ver|rev|version|IP|型式|形式|モデル|機種)[.:： ]*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def folded_label(label: str) -> str:
    """Bring a label to one form: width, case, no spaces, marks or brackets; of nested labels the last."""
    plain = unicodedata.normalize("NFKC", label[:80]).lower()
    last = re.split(r"[/\n](?!n\b)", plain)[-1] or plain
    bare = _JUNK.sub("", re.sub(r"\(.*?\)", "", last))
    return bare or _JUNK.sub("", last)


@lru_cache(maxsize=8192)
def kind_of_label(label: str) -> TermKind | None:
    """Tell what a label says of the code beside it; UNKNOWN for labels of other numbers, None for no label."""
    plain = folded_label(label)
    if not plain or len(plain) > 20:
        return None
    for kind, pattern in _KINDS:
        if pattern.search(plain):
            return kind
    return TermKind.UNKNOWN if _OTHER.search(plain) else None


@lru_cache(maxsize=8192)
def kind_of_words(label: str) -> TermKind | None:
    """Tell whether words under this label name processes or defects."""
    plain = folded_label(label)
    if not plain or len(plain) > 20:
        return None
    if _DEFECT_WORDS.search(plain):
        return TermKind.DEFECT
    return TermKind.PROCESS if _PROCESS_WORDS.search(plain) else None


def label_before(text: str) -> tuple[TermKind, str] | None:
    """Find the label at the end of a folded text, which stands before a code."""
    tail = text[-30:]
    if _OTHER_INLINE.search(tail):
        return TermKind.UNKNOWN, ""
    found = _INLINE.search(tail)
    if found is None:
        return None
    label = found["label"]
    kind = kind_of_label(label)
    return (kind, label) if kind is not None else None
