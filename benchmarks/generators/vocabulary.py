"""Words of Japanese factories, put together anew for every seed, and the writing of a corpus with its truth."""

# ruff: noqa: E501 - tables of words; a full-width character counts as two

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

OBJECTS = (
    "ワーク", "金型", "治具", "刃物", "ボルト", "カバー", "コンベヤ", "潤滑油", "切削油", "フィルタ", "センサー", "測定子", "合わせ面",
    "ねじ部", "軸受", "ベルト", "配線", "バルブ", "圧力計", "チャック", "スピンドル", "素材", "梱包箱", "ラベル", "操作盤", "ｼﾘﾝﾀﾞ", "Oリング",
)  # fmt: skip
MANNERS = (
    "ゆっくり", "確実に", "対角に", "目視で", "手袋をして", "2名で", "規定位置まで", "左から順に", "専用工具で", "１個ずつ", "始業前に",
    "停止後に", "水平に", "軽く", "奥まで", "交互に", "",
)  # fmt: skip
VERBS = (
    "取り付ける", "清掃する", "確認する", "締め付ける", "取り外す", "測定する", "記録する", "交換する", "給油する", "位置決めする", "搬送する",
    "洗浄する", "点検する", "調整する", "固定する", "貼り付ける", "並べる", "刻印する",
)  # fmt: skip
CAUTIONS = (
    "手を入れないこと",
    "素手で触らないこと",
    "必ず2名で行う",
    "落下に注意",
    "高温注意",
    "保護めがね着用",
    "感電に注意",
    "指差し確認",
)
LABELS = (
    "会社名", "所在地", "電話番号", "FAX番号", "担当者", "責任者", "役職", "部署名", "品番", "品名", "図番", "材質", "数量", "納期", "発注日",
    "検査日", "検査員", "ロットNo.", "設備番号", "設備名", "型式", "製造番号", "設置場所", "導入年月", "定格電圧", "重量", "外形寸法", "主軸回転数",
    "加工時間", "段取時間", "使用工具", "切削油", "表面処理", "熱処理", "硬さ", "面粗さ", "客先名", "仕入先", "単価", "見積番号", "有効期限", "支払条件",
    "発生日", "発生場所", "発見者", "不具合内容", "暫定処置", "恒久対策", "承認者", "作成者", "改訂番号", "文書番号", "保管期限", "配布先", "工程名",
    "作業者", "直", "気温", "湿度", "校正日", "次回校正", "測定器", "管理番号", "備考", "用途", "等級", "年間使用量", "荷姿", "輸送方法", "保証期間",
)  # fmt: skip
HEADINGS = (
    "基本情報",
    "会社概要",
    "品質管理",
    "測定条件",
    "設備仕様",
    "処置内容",
    "安全衛生",
    "環境対応",
    "取引条件",
    "連絡先",
    "確認結果",
    "その他",
)
GROUPS = (
    "測定値",
    "規格",
    "管理方法",
    "件数",
    "処置前",
    "処置後",
    "上期",
    "下期",
    "第1ライン",
    "第2ライン",
    "本社工場",
    "第二工場",
    "実績",
    "計画",
)
MEMBERS = (
    "1回目", "2回目", "3回目", "平均", "最大", "最小", "上限", "下限", "中央値", "頻度", "測定具", "記録", "担当", "4月", "5月", "6月", "7月", "発生度",
    "影響度", "検出度", "数量", "金額", "率", "目標", "日勤", "夜勤",
)  # fmt: skip
SINGLES = (
    "No.",
    "工程",
    "項目",
    "品番",
    "品名",
    "設備",
    "ロット",
    "日付",
    "判定",
    "備考",
    "担当者",
    "特性",
    "作業者",
    "区分",
)
FAMILY = (
    "佐久良",
    "田之上",
    "久我原",
    "三好野",
    "髙瀬川",
    "森戸",
    "市ノ瀬",
    "榊谷",
    "渡会",
    "﨑山",
    "小野木",
    "樋之口",
)
GIVEN = ("健一", "美咲", "大輔", "陽子", "翔太", "直樹", "恵", "和也", "千尋", "由紀")
FIRMS = (
    "霧ヶ原精工",
    "里見野熱処理",
    "鳥羽沢メッキ工業",
    "杉ノ目鋼材",
    "三峰台ダイカスト",
    "葛城野機工",
    "東雲谷製作所",
    "白樺湾電装",
)
CHOICES = {
    "取得認証": ("ISO 9001", "ISO 14001", "なし"), "保護具": ("手袋", "耳栓", "保護めがね", "安全靴"), "変更区分": ("新規", "変更", "廃止"),
    "有害物質の使用": ("有", "無"), "外観判定": ("良", "否"), "納入区分": ("通常", "特急", "試作"), "発生区分": ("社内", "客先", "仕入先"),
    "点検周期": ("毎日", "毎週", "毎月", "毎年"), "輸送手段": ("船便", "航空便", "陸送"), "返却": ("要", "不要"), "処置": ("手直し", "選別", "廃棄", "特採"),
}  # fmt: skip
UNIT_OF = {
    "数量": "個", "重量": "kg", "定格電圧": "V", "主軸回転数": "rpm", "加工時間": "分", "段取時間": "分", "気温": "℃", "湿度": "%", "年間使用量": "kg",
    "硬さ": "HRC", "単価": "円", "面粗さ": "μm",
}  # fmt: skip
VALUES = {
    "役職": ("課長", "係長", "班長", "主任", "工場長"), "部署名": ("品質保証課", "製造一課", "生産技術課", "購買課"), "直": ("1直", "2直", "日勤"),
    "材質": ("S45C", "SUS304", "ADC12", "A5052P", "C2680"), "表面処理": ("三価クロメート", "黒染め", "無電解ニッケル", "なし"),
    "熱処理": ("浸炭焼入焼戻し", "窒化", "焼鈍", "なし"), "所在地": ("霧ヶ原市北三丁目4-1", "葛城野町大字東88", "東雲谷市港町2-7-15"),
    "支払条件": ("月末締翌月末払", "20日締翌月払"), "荷姿": ("通い箱", "段ボール", "パレット"), "等級": ("A級", "B級", "特級"),
    "発生場所": ("第1加工ライン", "組立セルB", "出荷場"), "設置場所": ("計測室", "プレス1号棟", "研削室"), "測定器": ("ノギス", "三次元測定機", "粗さ計"),
    "設備名": ("立形マシニングセンタ", "順送プレス", "円筒研削盤"), "工程名": ("荒加工", "内径仕上", "組立", "洗浄"), "保証期間": ("1年", "2年", "6か月"),
    "品名": ("減速機ハウジング", "センサーブラケット", "スプール", "端子カバー"), "外形寸法": ("120×80×45", "φ48×110", "300×200×1.5"),
}  # fmt: skip


class Words:
    """Texts drawn without repetition, so that each can be looked for in an output."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._used: set[str] = set()

    def fresh(self, make: Callable[[], str]) -> str:
        """A text that this corpus file does not hold yet."""
        for _ in range(200):
            words = make()
            if words not in self._used:
                self._used.add(words)
                return words
        words = f"{make()}（{len(self._used)}）"
        self._used.add(words)
        return words

    def phrase(self) -> str:
        """An instruction such as 治具を確実に固定する."""
        return self.fresh(lambda: f"{self.pick(OBJECTS)}を{self.pick(MANNERS)}{self.pick(VERBS)}")

    def caution(self) -> str:
        """A warning."""
        return self.fresh(lambda: f"{self.pick(OBJECTS)}：{self.pick(CAUTIONS)}")

    def code(self) -> str:
        """A part number."""
        return self.fresh(
            lambda: (
                f"{self.pick(('KG', 'TN', 'PX', 'M'))}-{self.rng.randrange(1000, 9999)}-{self.rng.randrange(100):02d}"
            )
        )

    def person(self) -> str:
        """A person."""
        return f"{self.pick(FAMILY)} {self.pick(GIVEN)}"

    def firm(self) -> str:
        """A company."""
        return self.pick(("株式会社", "㈱", "有限会社")) + self.pick(FIRMS)

    def telephone(self) -> str:
        """A telephone number."""
        return f"0{self.rng.randrange(10, 99)}-{self.rng.randrange(100, 999)}-{self.rng.randrange(1000, 9999)}"

    def day(self) -> date:
        """A day of the last decades."""
        return date(1998, 1, 1) + timedelta(days=self.rng.randrange(10000))

    def pick(self, choices: Sequence[str]) -> str:
        """One of them."""
        return self.rng.choice(choices)


def write_corpus(
    out: Path,
    seed: int,
    count: int,
    make: Callable[[random.Random, int], tuple[str, bytes, dict[str, object]]],
    kind: str,
) -> dict[str, object]:
    """Make `count` files, each with random numbers of its own, and write them with truth.json."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(count):
        name, data, truth = make(random.Random(f"{kind}/{seed}/{number}"), number)
        (out / name).write_bytes(data)
        files.append({"file": name, **truth})
    truth_of_all: dict[str, object] = {"kind": kind, "seed": seed, "count": count, "files": files}
    (out / "truth.json").write_text(
        json.dumps(truth_of_all, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
    )
    return truth_of_all


def characters(value: object) -> int:
    """How many characters of text a piece of truth holds."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(characters, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(characters, value))
    return 0
