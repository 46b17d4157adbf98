"""What a cell's wording says about its role: a label, a value, a unit, a heading, a note."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

# Words that are labels by themselves on Japanese factory forms; compared after folding width and spaces.
LABEL_WORDS = frozenset(
    """品番 品名 図番 部番 型番 型式 形式 機種 製品 製品名 部品 部品名 部品番号 工程 工程名 設備 設備名 機械
    機番 号機 治具 金型 材質 材料 素材 寸法 規格 基準 公差 単位 数量 個数 員数 ロット ロットno lot lotno
    製番 工番 注番 客先 納期 納入先 納入日 仕入先 得意先 顧客 会社名 社名 事業所 工場 部署 所属 部門 課名 係
    班 役職 氏名 名前 ふりがな フリガナ 性別 年齢 生年月日 住所 所在地 郵便番号 電話 電話番号 tel fax e-mail
    email メール 連絡先 担当 担当者 作業者 検査員 検査者 測定者 記入者 報告者 作成 作成者 作成日 照査 承認
    確認 確認者 検印 審査 検認 受付 発行 発行日 発行元 発行者 発行部署 制定 制定日 改訂 改訂日 改定日
    改訂番号 版 版数 rev rev. 日付 年月日 日時 時刻 時間 期間 期限 発生日 発生日時 発生場所 発生工程
    発生状況 発見者 発見工程 現象 不具合内容 原因 推定原因 処置 処置内容 暫定処置 暫定対策 恒久対策 対策
    再発防止 再発防止策 効果確認 水平展開 回答 回答期限 判定 合否 総合判定 結果 検査結果 測定値 実測値 備考
    摘要 特記事項 その他 コメント 所見 理由 目的 概要 件名 題名 標題 表題 宛先 宛名 番号 no no. № 管理番号
    管理no 文書番号 帳票番号 伝票番号 受注番号 注文番号 項目 内容 区分 種別 分類 種類 状態 状況 条件 設定値
    目標値 実績 計画 予定 累計 天候 天気 気温 室温 湿度 温度 圧力 回転数 送り速度 切込み トルク 締付トルク
    重量 硬度 粗さ 外径 内径 全長 長さ 幅 高さ 深さ 厚さ 厚み 直径 始業 終業 勤務 出勤 直 稼働時間 停止時間
    生産数 良品数 不良数 不良率 歩留まり 単価 金額 合計 小計 税込 税抜 支払条件 資本金 従業員数 代表者 設立
    業種 取引銀行 url ホームページ 印 使用設備 使用機器 測定器 検査機器 ゲージ 頻度 点検項目 点検者 点検日
    点検内容 点検箇所 点検方法 点検周期 判定基準 異常時の処置 保護具 適用 適用範囲 対象 対象品 関連文書 添付
    添付書類 手順 急所 ページ 頁 署名 捺印 申請者 申請日 届出者 届出日 提出日 提出先 本籍 国籍 職業 勤務先
    続柄 有効期限 製造日 製造番号 製造元 メーカー 購入日 設置日 設置場所 保管場所 資産番号 耐用年数 個人番号
    被保険者番号 本人との関係 課税状況 預貯金額 有価証券 主要製品 主要設備 認証 取得認証 品質責任者 窓口
    窓口担当 希望納期 支給品 梱包 輸送方法""".split()
)
# Endings that make a short noun a label (検査日, 納入先, 連絡者, 不良率 …).
LABEL_ENDINGS = tuple(
    """番号 名称 名 日 年月日 日時 日付 期日 者 者名 先 元 欄 数 数量 量 率 値 区分 種別 種類 内容 理由 原因
    対策 処置 結果 方法 場所 住所 所在地 電話 時間 時刻 期間 期限 機関 工程 型式 材質 寸法 単位 規格 基準
    公差 判定 備考 コード no no. id 担当 部署 金額 単価 価格 条件 状況 状態 項目 目的 概要 事項 資格 温度
    圧力 湿度 速度 トルク サイズ 有無 印 性 範囲 周期 頻度 回数 実績 計画 予定 対象 設備 装置 器具 機器
    測定器 資料 書類 人数 面積 粗さ 強度 硬度 長さ 高さ 深さ 厚さ 責任者 との関係 人 額 費 氏名 url mail
    電話番号 方式 体制 見解 署名 所見 別 要否 可否 合否 度 力 幅 径 長 厚 重 ロット 型番 図番 品番 品名 納期
    宛 件名 経緯 確認 使用 名前""".split()
)
# Endings of names of people, firms, sections and places: values, although they are short nouns.
VALUE_ENDINGS = tuple(
    """様 殿 御中 株式会社 有限会社 (株) (有) 製作所 工業 精機 工場 製造部 課 部 係 班 号機 ライン 支店 営業所
    センター 済 済み 良 可 なし 無し あり 有り 良好 異常なし 鋼 製 以上 以下 未満 以内 程度 する した です
    ます こと""".split()
)
JOB_TITLES = (
    "工場長",
    "部長",
    "課長",
    "係長",
    "班長",
    "社長",
    "主任",
    "職長",
    "組長",
    "次長",
    "室長",
    "所長",
    "リーダー",
)
VALUE_WORDS = frozenset(
    """合格 不合格 合 否 ok ng 有 無 あり なし 済 未 良 可 不可 男 女 晴れ 晴 曇り 曇 雨 雪 昼勤 夜勤 日勤 同上
    〃 - ― なし 無し 該当なし はい いいえ 月 火 水 木 金 土 日""".split()
)

_SPACES = re.compile(r"[\s\u3000]+")
_BRACKETS = re.compile(r"[(\[【〔「『<][^)\]】〕」』>]*[)\]】〕」』>]")
_NUMBERING = re.compile(r"^(\d{1,2}[.)]|\(\d{1,2}\)|[①-⑳])")
_NUMBER = re.compile(r"^[±+\-−▲△φΦ≦≧<>~約\\¥$]*\d[\d,]*(\.\d+)?%?$")
_NUMERIC = re.compile(
    r"^[±+\-−▲△φΦ≦≧<>~約\\¥$(]*\d[\d,.]*\s*[%‰°℃a-zA-Zμµ/・²³^円個本枚台回分秒時間日月年人件名度種点式箱袋歳)]{0,8}$"
)
_CODE = re.compile(r"^(?=.*\d)[A-Za-z0-9][A-Za-z0-9\-_/.#()+ ×x*]{1,39}$")
_DATE = re.compile(
    r"^((明治|大正|昭和|平成|令和|[mtshr]\.?)?(\d{1,4}|元)[年/.\-]\d{1,2}[月/.\-]\d{1,2}日?|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}(:\d{2})?)"
    r"([(（].[)）])?([ ~〜\-T]?(\d{1,2}[:時]\d{0,2}(:\d{2})?分?)?)?",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"(〒|℡|[(（]\s{2,}[)）]|[_＿]{3,})")
_GAPS = re.compile(r"(年|令和|平成|西暦)[\s\u3000]+月|月[\s\u3000]+日|時[\s\u3000]+分|(令和|平成|西暦)[\s\u3000]+年")
_CHOICE_TEXT = re.compile(r"^[^・/、]{1,8}([・/][^・/、]{1,8}){1,5}$")
_SPACED = re.compile(r"^[^\s\u3000]([\s\u3000]+[^\s\u3000])+$")
_NOTE = re.compile(r"^[(\[（]?\s*(※|＊|\*|注\s*\d*[)）.:：]|注意[:：]|注記|備考[:：]|\(注)")
_UNIT = re.compile(
    r"^[(\[（［]?(mm|cm|m|km|μm|µm|um|nm|inch|in|mm2|mm²|cm²|m2|m²|m3|m³|㎡|㎥|㎜|㎝|㎏|㎎|㏄|cc|ml|mL|L|l|ℓ|kl|g|kg|mg|t|N|kN|mN|N・m|N·m|N･m|Nm|N\.m|kN・m|"
    r"cN・m|kgf・cm|kgf|Pa|kPa|MPa|hPa|GPa|bar|Torr|°|℃|°C|K|%|％|‰|ppm|dB|Hz|kHz|MHz|GHz|V|mV|kV|A|mA|W|kW|MW|kWh|Wh|VA|kVA|Ω|kΩ|MΩ|F|μF|"
    r"s|sec|ms|min|h|hr|rpm|min-1|min⁻¹|r/min|mm/min|m/min|mm/rev|mm/s|m/s|L/min|ℓ/min|個|本|枚|台|件|回|人|名|円|千円|百万円|万円|億円|日|時間|分|秒|ヶ月|か月|カ月|"
    r"年|月|歳|度|点|箱|袋|式|セット|組|ロット|種|社|HRC|HRB|HV|HB|HS|Ra|Rz|lx|lm|pcs|PCS|pc|ea|EA|kg/m3|N/mm2|N/mm²|kgf/cm2|g/cm3|%RH|W/m2)[)\]）］]?$"
)
_IN_CELL = re.compile(r"(?:^|[\s\u3000、,;／/])([^\s\u3000：:、,;。]{1,20})\s*[：:](?!//)[ \u3000]*")


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text without spaces, in half width and lower case, for comparing words only."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=65_536)
def label_score(text: str) -> float:
    """How much the wording looks like a label (positive) or like a value (negative), from -3 to 3; empty is -3."""
    bare = text.strip()
    if not bare:
        return -3.0
    folded = fold(bare)
    if folded.endswith(":") and len(folded) <= 24:
        return 3.0
    if _GAPS.search(bare):
        return -3.0
    core = _BRACKETS.sub("", folded).rstrip(":;*※＊") or folded.strip("()[]【】")
    if core in LABEL_WORDS or _NUMBERING.sub("", core) in LABEL_WORDS:
        return 2.5
    if _is_value(bare, folded, core):
        return -3.0
    if "。" in folded or len(folded) > 30 or _NOTE.match(bare):
        return -1.5
    if folded[0] == "(" and folded[-1] == ")" and len(core) == len(folded) - 2:
        return -0.5  # 「（申請先）」 is a remark, not the name of a field
    score = 0.2 if len(core) <= 10 else -0.2
    if any(ch.isdigit() for ch in core):
        score -= 0.7
    if len(core) <= 14 and core.endswith(LABEL_ENDINGS) and not core.endswith(JOB_TITLES):
        score += 1.4
    elif core.endswith(VALUE_ENDINGS) or "株式会社" in core or "有限会社" in core or core.endswith(JOB_TITLES):
        score -= 1.2
    if _SPACED.match(bare) and not bare.isascii() and ("  " in bare or "\u3000" in bare) and len(core) >= 2:
        score += 0.4  # 「品　名」 is set wide to fill its box; so are names, 「山田　太郎」, hence little
        if all(len(part) == 1 for part in bare.split()):
            score += 1.0
    return score


def _is_value(bare: str, folded: str, core: str) -> bool:
    return bool(
        core in VALUE_WORDS
        or _NUMERIC.match(folded)
        or _DATE.match(folded)
        or _TEMPLATE.search(bare)
        or (_CODE.match(unicodedata.normalize("NFKC", bare)) and not folded.startswith("no."))
        or "@" in folded
        or is_unit(bare)
        or (
            len(folded) > 2
            and "・" in folded
            and _CHOICE_TEXT.match(folded)
            and len(folded) <= 9
            and "有・無" in folded
        )
    )


@lru_cache(maxsize=16_384)
def is_unit(text: str) -> bool:
    """A unit that stands alone: 「N・m」, 「[mm]」, 「円」."""
    return len(text) <= 12 and bool(_UNIT.match(unicodedata.normalize("NFC", text.strip())))


@lru_cache(maxsize=65_536)
def is_number(text: str) -> bool:
    """A figure as people write it: full-width digits, thousands, ▲, ±, %."""
    return len(text) <= 40 and bool(_NUMBER.match(fold(text)))


@lru_cache(maxsize=65_536)
def is_value(text: str) -> bool:
    """A figure, date, code, unit or the like: by its form no label and no header."""
    bare = text.strip()
    folded = fold(bare)
    return bool(bare) and label_score(text) <= -3.0 and folded not in LABEL_WORDS


def is_note(text: str) -> bool:
    """A remark under a table or beside a field: ※, 注."""
    return bool(_NOTE.match(text.strip()))


def is_remark(text: str) -> bool:
    """An instruction printed beside a field: 「※…」, 「左記において…記入不要です。」."""
    folded = fold(text)
    starts = folded.startswith(("※", "(※", "左記", "上記", "下記"))
    if len(folded) < 8 or not (starts or is_note(text) or folded.endswith("。")):
        return False
    return starts or folded.rstrip("。)").endswith(("ください", "下さい", "不要です", "不要", "のこと"))


class Marker(StrEnum):
    """The ways a heading is marked, from the highest to the lowest by custom."""

    CHAPTER = "chapter"
    SQUARE = "square"
    BRACKET = "bracket"
    NUMBER = "number"
    SUBNUMBER = "subnumber"
    DIAMOND = "diamond"
    PARENTHESIS = "parenthesis"
    CIRCLED = "circled"
    NONE = "none"


_MARKERS = (
    (Marker.CHAPTER, re.compile(r"^第\s*[0-9０-９一二三四五六七八九十]+\s*[章編部節条]")),
    (Marker.SQUARE, re.compile(r"^[■▣◼]\s*\S")),
    (Marker.DIAMOND, re.compile(r"^[◆◇▼★▶►●]\s*\S")),
    (Marker.BRACKET, re.compile(r"^[【〔≪《][^】〕≫》]{1,40}[】〕≫》]")),
    (
        Marker.SUBNUMBER,
        re.compile(
            r"^[0-9０-９]{1,2}([.．\-][0-9０-９]{1,2}){1,3}[.．]?([\s\u3000]+[^\d\s.．,％%±~〜]|[^\x00-\x7f０-９．％℃±〜])"
        ),
    ),
    (Marker.NUMBER, re.compile(r"^([0-9０-９]{1,2}[.．、)）]|[IVXⅠ-Ⅻ]{1,4}[.．、\s])[\s\u3000]*[^\d\s.．,]")),
    (Marker.NUMBER, re.compile(r"^[0-9０-９]{1,2}[\s\u3000]+[^\d\s.．,％%/]{2,}")),
    (Marker.PARENTHESIS, re.compile(r"^[(（][0-9０-９一二三四五ア-ンa-z]{1,2}[)）]\s*\S")),
    (Marker.CIRCLED, re.compile(r"^[①-⑳]\s*\S")),
)


@lru_cache(maxsize=16_384)
def marker(text: str) -> Marker:
    """The numbering or sign a line opens with."""
    bare = text.strip()[:48]
    for kind, pattern in _MARKERS:
        if pattern.match(bare):
            return kind
    return Marker.NONE


_NUMBER_ONLY = re.compile(
    r"^([(（]?[0-9０-９]{1,3}[)）.．]?|[0-9０-９]{1,2}([.\-－][0-9０-９]{1,2}){1,3}\.?|[①-⑳]|[・•※＊*●○◆■◇□▪‐-]|-\d{1,2}|[ア-ン][)）.])$"
)


def is_number_only(text: str) -> bool:
    """A numbering or bullet that stands in a cell of its own before its text."""
    return len(text) <= 10 and bool(_NUMBER_ONLY.match(text.strip()))


class InCell(NamedTuple):
    """A label and its value in one cell."""

    label: str
    value: str


@lru_cache(maxsize=16_384)
def in_cell_pairs(text: str) -> tuple[InCell, ...]:
    """Split 「品番：A-1023　品名：軸」; empty unless the whole text is made of label–value pairs."""
    if len(text) > 200 or not ("：" in text or ":" in text):
        return ()
    found = [hit for hit in _IN_CELL.finditer(text) if not _NUMERIC.match(fold(hit.group(1)))]
    if not found or text[: found[0].start(1)].strip():
        return ()
    pairs = []
    for index, hit in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        label, value = hit.group(1).strip(), text[hit.end() : end].strip(" \u3000\n\t、,;／/")
        if _NOTE.match(label + "：") or label_score(label) <= -3.0 or len(fold(label)) > 14 or "。" in value:
            return ()
        pairs.append(InCell(label, value))
    if len(pairs) == 1 and (not pairs[0].value or (label_score(pairs[0].label) < 0 and len(pairs[0].value) > 30)):
        return ()
    return tuple(pairs)


_WRAP = re.compile(r"(?<=[^\x00-\x7f])(?:[ \u3000]{3,}|[ \u3000]*\n[ \u3000]*)(?=[^\x00-\x7f])")


def one_line(text: str) -> str:
    """A text broken or stretched to fit its cell, in one line; Japanese joins without a space."""
    return _SPACES.sub(" ", _WRAP.sub("", text.strip()))


def clean_label(text: str) -> str:
    """A label without its colon, its line ends and the spaces that only stretch it over its box."""
    bare = one_line(text).rstrip(" ：:").strip()
    parts = bare.split(" ")
    # 「氏　　名」 and 「フ リ ガ ナ」 are one word; 「Lot No」 and 「検査 結果」 are not ours to join
    if len(parts) > 1 and any(len(part) == 1 for part in parts) and not _has_ascii(bare):
        return "".join(parts)
    return bare


def _has_ascii(text: str) -> bool:
    return any(ch.isascii() and ch.isalnum() for ch in text)
