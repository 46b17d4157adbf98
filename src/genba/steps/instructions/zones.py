"""What the sections of an instruction are for, by their headings."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

HEADING_CHARS = 48


class Zone(StrEnum):
    """What a section is for."""

    PROCEDURE = "procedure"  # says itself that it holds the steps
    WORK = "work"  # named after a piece of work: 準備, 締付け
    CHECKS = "checks"
    TOOLS = "tools"
    PARTS = "parts"
    EQUIPMENT = "equipment"
    QUALIFICATION = "qualification"
    HAZARDS = "hazards"
    ABNORMAL = "abnormal"
    APART = "apart"  # purpose, scope, terms, revisions
    UNKNOWN = "unknown"


_DEED = (
    "作業|操作|検査|点検|組立て?|組付け?|加工|交換|段取り?|実施|保全|清掃|測定|試験|分解|運転|起動|停止|締付け?|"
    "取付け?|取外し?|"
    "設定|溶接|塗装|塗布|洗浄|調整|準備|具体的な|標準"
)
_TOOL = "工具|治工具|治具|冶具|器具|設備|機器|機材|機械|道具|測定具|測定器|測定機器|計測器|検査具|装置"
_PART = "部品|材料|資材|副資材|部材|消耗品|油脂|構成品|構成部品"
_GEAR = "保護具|服装|身支度|保護用品|着用品|安全装備"
_LISTED = "一覧表?|リスト|表|類|等|名|など|明細"
_AND = "(?:・|及び|と|および|や|並びに)"
_THINGS = f"(?:{_TOOL}|{_PART}|{_GEAR})"


def _list_of(first: str) -> str:
    """A heading that lists things: 使用工具, 部品及び工具, 工具一覧 — but not 治具の取付け."""
    return (
        rf"(?:使用|必要|準備|着用|主要|主な|専用)?(?:する|な)?(?:{first})(?:(?:類|名)?{_AND}(?:使用|"
        rf"必要)?{_THINGS})*(?:の?(?:{_LISTED}))?"
    )


_ZONES = (
    (
        Zone.APART,
        (
            r"(?:本書の|本標準の|この手順の)?(?:目的|適用|対象|範囲|用語|定義|引用|参照|参考|関連|責任|権限|職務|"
            r"様式|帳票|配布|目次|概要|はじめに|附則|"
            r"付則|教育|添付|付録|背景|前書き|まえがき|記録|保管|記録の?保管|文書)"
            rf"(?:{_AND}?(?:目的|適用|対象|範囲|定義|引用|参照|関連|責任|権限|保管|管理))*"
            r"(?:範囲|製品|対象|機種|文書|規格|資料|標準|書類|図面|品|品番|期間|事項|設備|工程|図|表|一覧|ライン|法令)*"
            r"|.*改[訂定](?:履歴|記録|内容|理由|来歴|欄)?.*|変更(?:点|履歴|内容)|制定.*|(?:発行|版)(?:履歴|管理)|"
            r"承認(?:欄|履歴)?"
        ),
    ),
    (Zone.EQUIPMENT, _list_of(_GEAR)),
    (Zone.QUALIFICATION, r"(?:必要|作業|作業者)?(?:な|の)?(?:資格|免許|力量)(?:要件|・.*)?"),
    (
        Zone.ABNORMAL,
        (
            r".*(?:異常|不良|不合格|不適合|トラブル|緊急|不具合|ng)(?:品|時|の場合|が?発生|処置|対応|対策|の処置|"
            r"の対応|とき).*|トラブルシューティング|"
            r"(?:異常|不適合|トラブル)(?:処置|対応|対策)?"
        ),
    ),
    (
        Zone.PROCEDURE,
        (
            rf"(?:{_DEED})*の?(?:手順|要領|順序|方法|ステップ|内容|流れ|進め方|すすめ方|やり方|しかた|仕方|フロー|"
            rf"実施事項|手順の詳細|手順詳細)"
            r"(?:(?:・|と|及び)(?:急所|ポイント|内容|要点|注意点|理由)|一覧|表|書|の?詳細)*"
            r"|作業(?:標準)?|procedures?|(?:work ?)?steps?|本作業|主作業|手順・急所・理由|作業分解"
        ),
    ),
    (
        Zone.CHECKS,
        (
            r"(?:品質|製品)?(?:確認|検査|点検|測定)(?:項目|基準|事項|内容|規格|方式|水準)|(?:合否)?判定(?:基準)?|"
            r"合否(?:判定)?(?:基準)?|抜取り?方式|管理項目"
        ),
    ),
    (
        Zone.HAZARDS,
        (
            r"(?:作業|取扱い?|操作)?(?:時|上|前)?の?(?:安全|注意|警告|危険|要注意)(?:上|衛生)?の?(?:・|に関する|"
            r"に係る|・衛生)?"
            r"(?:注意|警告|危険|事項|点|心得|遵守|対策|ポイント|留意|確保|要点|項目|のために|規則|・|及び|と|"
            r"する(?:こと|点))*"
        ),
    ),
    (Zone.TOOLS, rf"(?:準備|用意|使用|必要)(?:する|な|品|物)?(?:もの|物|品)|{_list_of(_TOOL)}"),
    (Zone.PARTS, _list_of(_PART)),
)
_PATTERNS = tuple((zone, re.compile(words)) for zone, words in _ZONES)
_WORK = re.compile(
    r".*(?:準備|段取り?|組立て?|組付け?|加工|締付け?|後始末|片付け?|検査|確認|仕上げ?|取外し?|取付け?|分解|清掃|"
    r"給油|試運転|点検|交換|"
    r"調整|洗浄|塗布|塗装|溶接|圧入|測定|設置|運転|起動|停止|セット|投入|搬送|運搬|包装|梱包|出荷|受入|始業前?|"
    r"作業前|作業中|作業後|終業|"
    r"接続|配線|貼付け?|充填|研磨|研削|切削|切断|曲げ|成形|取出し?|装着|挿入|組込み?|固定|解除|前工程|後工程|"
    r"本作業|処理|復帰|復旧|工程|"
    r"仮置き?|乾燥|脱脂|検品|計量|試験|設定|登録|記録|整備|組合せ|はめ込み|締結|据付け?|芯出し?|位置決め|完了|"
    r"終了|開始)"
    r"(?:作業|工程|手順|後|時|前|する)?"
)
_LEADING_NUMBER = re.compile(
    r"^(?:第?\s*[\d０-９]+(?:[.\-－．][\d０-９]+)*\s*[章節項条部]?|[①-⑳]|\(\d+\)|[A-Za-zＡ-Ｚ]|"
    r"[IVXⅠ-Ⅻ]+)\s*[.．、)）:：\s]\s*"
)
_DROPPED = re.compile(r"[\s:：.。*※■□◆◇●○◎・]+$|^[\s■□◆◇●○◎※*・]+|\s+")
_WRAPPED = re.compile(r"[<【\[「(](.+)[>】\]」)]")
_DOTS = str.maketrans({"/": "・", "&": "・", "、": "・", ",": "・"})


@lru_cache(maxsize=4096)
def zone_of(heading: str) -> Zone:
    """Tell what a section of this heading is for."""
    if len(heading) > HEADING_CHARS:
        return Zone.UNKNOWN
    text = unicodedata.normalize("NFKC", heading).strip().casefold()
    text = _DROPPED.sub("", _LEADING_NUMBER.sub("", text)).translate(_DOTS)
    if (wrapped := _WRAPPED.fullmatch(text)) is not None:
        text = wrapped[1]
    if not text:
        return Zone.UNKNOWN
    for zone, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return zone
    return Zone.WORK if _WORK.fullmatch(text) and "を" not in text else Zone.UNKNOWN
