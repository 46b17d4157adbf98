"""What Japanese factories call the columns, fields and sections of work instructions and inspection standards."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

LABEL_CHARS = 24


class Column(StrEnum):
    """What a column, or a labelled field, holds."""

    NUMBER = "number"
    ACTION = "action"
    KEY_POINT = "key_point"
    REASON = "reason"
    PARAMETER = "parameter"
    PARAMETER_NAME = "parameter_name"
    NOMINAL = "nominal"
    TOLERANCE = "tolerance"
    UPPER = "upper"
    LOWER = "lower"
    UNIT = "unit"
    CHARACTERISTIC = "characteristic"
    CRITERION = "criterion"
    METHOD = "method"
    INSTRUMENT = "instrument"
    FREQUENCY = "frequency"
    CHECK = "check"
    TOOL = "tool"
    PART = "part"
    PART_NUMBER = "part_number"
    QUANTITY = "quantity"
    KIND = "kind"
    HAZARD = "hazard"
    EQUIPMENT = "equipment"  # protective
    QUALIFICATION = "qualification"
    FIGURE = "figure"
    TIME = "time"
    BRANCH = "branch"
    PROCESS = "process"
    REMARK = "remark"
    OTHER = "other"  # known, and of no use here


# The whole label, after folding, must be one of these; the first line that fits decides.
_LABELS = (
    (Column.NUMBER, (
        r"(?:工順|作業順|順位|通し番号|連番|seq(?:uence)?\.?|step ?no\.?)(?:no|番号)?|(?:(?:作業)?手順|作業|工程|"
        r"動作|ステップ|step|検査|項目|管理)?(?:no|№|番号|番|順|順序|順番)|項番?|#|seq|連番|(?:作業|"
        r"手)順番?号?序?(?:no)?(?<=no)|順序?|順番"
    )),
    (Column.EQUIPMENT, (
        r"(?:身に)?(?:着用|着|つけ|付け)(?:する|る)?(?:もの|物|品)|服装(?:・保護具)?|身支度|(?:着用|使用|必要)?(?:安全)?保護具(?:等|類)?|"
        r"着用(?:する)?保護具|ppe"
    )),
    (Column.QUALIFICATION, r"(?:必要|作業|作業者)?(?:資格|免許)(?:要件)?|必要(?:な)?資格(?:・教育)?|作業者?資格"),
    (Column.REASON, (
        r"(?:急所|ポイント|作業)?の?(?:理由|わけ|なぜ|根拠)(?:・根拠)?|なぜ(?:そうするか)?|why|"
        r"(?:急所の)?理由(?:・(?:目的|根拠|背景))?|(?:これを)?(?:守|し|行わ)(?:ら)?ない(?:と|場合|時|とき)(?:は|どうなるか?|の影響)?|"
        r"怠ると|(?:急所の)?背景|(?:なん|何)のため(?:に)?"
    )),
    (Column.KEY_POINT, (
        r"(?:作業|品質|重要|手順)?の?(?:急所|ポイント|要点|勘所|[勘カか][ンん]?どころ|コツ|こつ|留意点|"
        r"留意事項|キーポイント|着眼点)|"
        r"カン・?コツ(?:・急所)?|急所・?(?:ポイント|コツ|要点|カン・?コツ|注意点)|(?:作業|品質)?ポイント・?(?:急所|"
        r"コツ)?|(?:急所|ポイント|要点|コツ)(?:・|と|と、?その)(?:理由|なぜ)|どのように|how|key ?points?|"
        r"要点・急所|急所・要点|気を(?:付|つ)ける(?:こと|点|ところ|ポイント)|心がけ(?:ること)?"
    )),
    (Column.TIME, (
        r"(?:標準|所要|作業|目標|正味|実作業|サイクル|タクト)?(?:時間|タイム)(?:\(.*\))?|工数|[sm]\.?t|ct|"
        r"所要(?:時間)?|(?:正味|標準|所要)?(?:秒|分)数?"
    )),
    (Column.BRANCH, (
        r"(?:異常|不良|不合格|ng|不具合|問題|規格外(?:れ)?|逸脱)(?:発生)?(?:時|の場合|品)?の?(?:処置|対応|対処|措置|"
        r"処理)(?:方法)?|(?:異常|不合格|ng|規格外)(?:時|の場合)|処置(?:方法)?|異常処置"
    )),
    (Column.HAZARD, (
        r"(?:安全|作業|取扱い?|重要)?(?:上の)?(?:注意|警告|危険)(?:事項|点|ポイント|表示|喚起)?|安全(?:・|"
        r"上の)?(?:注意|ポイント|衛生|事項)?(?:事項|点)?|危険(?:・|有害)?(?:性|要因)?|警告・?注意(?:事項)?|"
        r"注意・?警告|危険・?警告(?:・?注意)?|危険予知|ky(?:ポイント|項目|事項)?|ヒヤリハット|安全急所|災害(?:防止|要因)"
    )),
    (Column.FIGURE, (
        r"(?:作業|参考|参照|説明|関連)?(?:図|写真|図面|略図|図解|イラスト|画像|絵)(?:・?(?:写真|図|イラスト|図解|"
        r"説明|略図))?(?:番号|no|参照|等|表示)?|図表|見本写真|figure|photo"
    )),
    (Column.UPPER, (
        r"(?:規格|管理|許容|公差|寸法)?(?:の)?(?:上限|最大)(?:値|規格|許容差|公差)?|usl|max\.?|上(?:の)?許容差|\+側?"
    )),
    (Column.LOWER, (
        r"(?:規格|管理|許容|公差|寸法)?(?:の)?(?:下限|最小)(?:値|規格|許容差|公差)?|lsl|min\.?|下(?:の)?許容差|-側?"
    )),
    (Column.TOLERANCE, r"(?:寸法|許容)?(?:公差|許容差|許容範囲|許容値|許容|誤差|ばらつき)"),
    (Column.NOMINAL, r"(?:中央|基準|目標|呼び?|図面|狙い|ねらい|公称|設計|中心)(?:値|寸法)|ノミナル|nominal"),
    (Column.UNIT, r"単位|unit"),
    (Column.METHOD, (
        r"(?:検査|確認|測定|計測|点検|試験|検証|評価|チェック|判定)の?(?:方法|要領|手段|手順|方式)|管理方法|方法|"
        r"見方|method"
    )),
    (Column.INSTRUMENT, (
        r"(?:使用|検査|測定|計測|試験|検測|確認)?の?(?:測定具|測定器|計測器|計測具|検査具|検査器具|測定機器|計測機器|"
        r"検具|ゲージ|試験機|検査機器?|測定機|測定器具|計器|検査治具|検査設備|測定設備|測定装置|計測機)(?:・(?:治具|"
        r"ゲージ|方法))?|測定機器?等?|測定(?:具|手段)|gauge|instrument"
    )),
    (Column.FREQUENCY, (
        r"(?:検査|確認|測定|点検|管理|抜取り?|サンプリング|チェック|試験)?の?(?:頻度|周期|間隔|時期|回数|タイミング)|"
        r"抜取り?(?:数|方式|頻度)?|サンプル(?:数|サイズ)?|サンプリング|n数?|検査数|試料数|検査水準|抜取り?検査(?:数|"
        r"方式)?|頻度・(?:数|抜取り?数?|n数?)|いつ|frequency"
    )),
    (Column.CRITERION, (
        r"(?:合否|良否|合格|不合格|検査|品質|管理|確認|判断|点検)?(?:の)?(?:判定|判断)?(?:基準|規格|標準)(?:・規格|"
        r"・公差)?|判定|良否|規格・?(?:基準|公差|値)?|規格値|合格条件|要求(?:事項|品質|精度)|品質(?:基準|規格|標準)|"
        r"仕様|criteria|規格又は基準|規格限界|管理(?:基準|限界)値?|許容基準|判定基準値?|期待(?:値|結果)"
    )),
    (Column.CHARACTERISTIC, (
        r"(?:検査|測定|品質|管理|点検|確認|試験|評価|チェック|重要|製品|工程)の?(?:項目|特性|箇所|部位|点|個所|内容|"
        r"対象|事項)(?:名)?|特性(?:名|項目)?|項目(?:名)?|管理特性・?項目?|検査ヶ所|characteristic|品質特性"
    )),
    (Column.PARAMETER, (
        r"(?:作業|加工|設定|管理|工程|運転|製造|成形|溶接|標準|規定|基準|締付け?|処理)?(?:条件|管理値|設定値|規定値|"
        r"標準値|基準値|数値|設定|指示値|目標|値|パラメータ|パラメーター)(?:・(?:条件|規格|管理値|設定値|"
        r"基準))?(?:値)?|管理値|条件値?|parameter|狙い"
    )),
    (Column.PARAMETER_NAME, r"(?:条件|管理|設定)(?:項目)?名|パラメータ名|条件項目|設定項目"),
    (Column.PART_NUMBER, (
        r"(?:部品|材料|品目|製品|図面|購入品)?(?:番号|no|コード)(?<!^番号)(?<!^no)|品番|図番|部番|型番|型式|p/?n|"
        r"品目コード|part ?no\.?"
    )),
    (Column.TOOL, (
        r"(?:準備|用意|使用|必要)(?:する|な)?(?:もの|物|品)|使う(?:もの|物|道具|工具|治具|機械)|(?:使用|必要|専用|作業|主な)?(?:する)?(?:治工具|治具|"
        r"冶具|工具|道具|器具|工具類|設備|機械|機器|装置|使用機器)(?:類|名|等)?(?:・(?:治具|冶具|工具|設備|測定具|"
        r"測定器|計測器|機器|器具|消耗品|機械))*(?:類|名|等)?|設備名(?:称)?|機械名|tool|tools|jig"
    )),
    (Column.QUANTITY, r"(?:必要|使用|標準)?(?:数量|個数|員数|使用数|数|量|使用量|本数|qty|q'?ty)(?:/台)?"),
    (Column.PART, (
        r"(?:使用|構成|必要|主要|組付け?)?(?:部品|部材|材料|資材|副資材|消耗品|油脂|品)(?:名|名称|・材料|・副資材|"
        r"・部材|・消耗品)?(?:(?<!^品))|名称|品名|名前|parts?|"
        r"(?:品番|部番|部品番号|品名|部品名?)・(?:員数|数量|個数|品番|部番|部品番号|品名)"
    )),
    (Column.KIND, r"表示|危険度|区分|種別|種類|分類|レベル|区別|level"),
    (Column.CHECK, r"確認(?:事項|内容|項目)?|チェック|自主検査|品質確認|出来栄え|できばえ|check"),
    (Column.PROCESS, r"工程(?:名|名称|内容)?|process"),
    (Column.ACTION, (
        r"(?:(?:主な|主要な?|重要)?(?:作業|操作|実施|動作|手順|要素|組立|組付け?|検査|点検|施工|工程)(?:の)?(?:手順|"
        r"内容|要素|順序|方法|要領|ステップ|詳細|説明|事項|項目|指示|動作|作業)?(?:・(?:内容|要領|手順|方法|操作))?)|"
        r"(?:主な|主要な?|実施)?(?:手順|ステップ|操作|内容|動作|要領|段階|やり方|進め方|なすこと|行うこと)(?:・(?:内容|方法|要領))?|何を(?:する(?:か)?)?|要素作業|"
        r"作業(?:名)?|what|step|procedure|実施事項|するべきこと|すること|やること"
    )),
    (Column.REMARK, r"備考|摘要|特記(?:事項)?|コメント|メモ|補足|note|その他"),
    (Column.OTHER, (
        r"担当(?:者|部署)?|実施者|責任者|記録(?:様式|方法|名|先|書類?)?|帳票|判定欄|結果|測定値|承認|作成|確認(?:者|"
        r"印)|改訂(?:日|番号|内容|履歴|no)?|版|日付|年月日|関連(?:文書|標準|資料)|規定類?|備考欄|適用|文書番号|管理者"
    )),
)  # fmt: skip
_COLUMNS = tuple((column, re.compile(rf"(?:{words})")) for column, words in _LABELS)
_DROPPED = re.compile(r"[\s:：.。\"'*※■□◆◇●○◎・]+$|^[\s■□◆◇●○◎※*・]+|\s+")
_WRAPPED = re.compile(r"[<【\[「(](.+)[>】\]」)]")
_ASIDE = re.compile(r"\([^()]*\)$|\[[^\[\]]*\]$|【[^【】]*】$")
_SHORT_KANA = str.maketrans({"/": "・", "&": "・", "、": "・", ",": "・", "及": "・", "＆": "・"})


@lru_cache(maxsize=8192)
def column_of(label: str) -> Column | None:
    """Tell what a column or field of this name holds; None for a name nobody here knows."""
    if not label or len(label) > LABEL_CHARS * 2:
        return None
    last = label.rpartition("/")[2] if "/" in label else label
    for text in (label, last):
        for folded in _foldings(text):
            for column, pattern in _COLUMNS:
                if pattern.fullmatch(folded):
                    return column
    return None


def column_like(label: str) -> Column | None:
    """Tell what the header of a column holds, by the words in it where the whole is not known."""
    known = column_of(label)
    if known is not None:
        return known
    for folded in _foldings(label):
        if len(folded) > LIKE_CHARS or _NOBODY.search(folded):
            continue
        for column, pattern in _LIKE:
            if pattern.search(folded):
                return column
    return None


def _foldings(label: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", label).casefold()
    folded = _DROPPED.sub("", folded).translate(_SHORT_KANA).replace("・び", "・")
    if (wrapped := _WRAPPED.fullmatch(folded)) is not None:
        folded = wrapped[1]
    bare = _ASIDE.sub("", folded)
    return (folded,) if bare == folded or not bare else (folded, bare)


LIKE_CHARS = 14
_NOBODY = re.compile(
    r"者|氏名|印$|承認|作成|部署|担当|課$|班$|文書|改訂|年月|日付|版|名称|履歴|測定値|実績|結果|サイン|記入|機種|"
    r"製品|品名|ロット|[書票]$|マニュアル$"
)
_LIKE = tuple(
    (column, re.compile(words))
    for column, words in (
        (Column.ACTION, r"^(?:作業|手順|操作)(?:内容|手順)?(?:と|・|及び|および)"),
        (Column.KEY_POINT, r"(?:急所|ポイント|コツ|要点).*[・(と](?:理由|なぜ)"),
        (Column.REASON, r"理由|なぜ|根拠|守らない|しないと|どうなる"),
        (Column.KEY_POINT, r"急所|ポイント|コツ|要点|勘所|留意"),
        (Column.EQUIPMENT, r"着用(?:する)?(?:もの|物|品)|服装(?:・保護具)?|身支度|保護具"),
        (Column.BRANCH, r"(?:異常|不良|ng|不合格).*(?:処置|対応|対処|時)"),
        (Column.FREQUENCY, r"頻度|抜取|周期|サンプル"),
        (Column.INSTRUMENT, r"測定[具器機]|計測[具器機]|検査[具器機]|ゲージ|測る(?:もの|道具)"),
        (Column.METHOD, r"(?:検査|確認|測定|点検|見る|調べる).*(?:方法|方|要領)"),
        (Column.CRITERION, r"判定|合否|良否|合格|基準"),
        (
            Column.TOOL,
            r"(?:準備|用意|使用|必要)(?:する|な)?(?:もの|物|品)|工具|治具|冶具|道具|使うもの|使用機器|器具|設備",
        ),
        (Column.PARAMETER, r"条件|管理値|設定|数値|規格|狙い|ねらい|目標"),
        (Column.FIGURE, r"写真|図|イラスト|絵|見本"),
        (Column.HAZARD, r"注意|安全|危険|警告"),
        (Column.TIME, r"時間|秒数|タイム"),
        (Column.PART_NUMBER, r"品番|部番|部品番号|部品no"),
        (Column.PART, r"部品|材料|資材"),
        (Column.ACTION, r"手順|やり方|やること|すること|動作|操作|作業|進め方|何を"),
        (Column.CHARACTERISTIC, r"項目|特性|箇所"),
    )
)
