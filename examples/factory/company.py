"""The invented company: people, departments, products, equipment, suppliers, lots."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

NAME = "株式会社霧ヶ原精工"
NAME_EN = "Kirigahara Seiko Co., Ltd."
PLANTS = ("本社工場", "第二工場（プレス）")
DEPARTMENTS = {
    "製造部": ("製造一課（機械加工）", "製造二課（プレス）", "製造三課（組立）"),
    "品質保証部": ("品質保証課", "検査課", "計測管理室"),
    "生産技術部": ("生産技術課", "設備保全課", "金型課"),
    "購買部": ("購買課", "外注管理課"),
    "管理部": ("総務課", "人事課", "情報システム課"),
}
PRODUCTS = (
    ("KG-2140-01", "減速機ハウジング", "ADC12", "機械加工"),
    ("KG-2140-02", "減速機カバー", "ADC12", "機械加工"),
    ("KG-3305-00", "センサーブラケット", "SUS304-2B t1.5", "プレス"),
    ("KG-3318-11", "モーター取付板", "SPCC t2.3", "プレス"),
    ("KG-4102-03", "バルブボディ", "S45C", "機械加工"),
    ("KG-4127-00", "スプール", "SCM415 浸炭", "機械加工"),
    ("KG-5008-21", "端子カバー", "C2680-1/2H t0.4", "プレス"),
    ("KG-6001-00", "アクチュエーターASSY", "―", "組立"),
)
EQUIPMENT = (
    ("MC-01", "立形マシニングセンタ", "TV-560", "2014-06", "第1加工ライン"),
    ("MC-02", "立形マシニングセンタ", "TV-560", "2014-06", "第1加工ライン"),
    ("MC-05", "横形マシニングセンタ", "TH-400P", "2019-11", "第2加工ライン"),
    ("NL-03", "CNC旋盤", "QL-200", "2011-03", "第1加工ライン"),
    ("PR-11", "順送プレス 110t", "SP-110L", "2008-09", "プレス1号棟"),
    ("PR-12", "順送プレス 200t", "SP-200L", "2016-02", "プレス1号棟"),
    ("GR-02", "円筒研削盤", "CG-300", "2005-07", "研削室"),
    ("WS-01", "部品洗浄機", "HW-30", "2012-12", "洗浄室"),
    ("CM-01", "三次元測定機", "CX-776", "2017-05", "計測室"),
    ("NR-04", "ナットランナー", "NR-50E", "2020-08", "組立セルB"),
)
SUPPLIERS = (
    ("S-0107", "里見野熱処理㈱", "熱処理"),
    ("S-0112", "㈲鳥羽沢メッキ工業", "表面処理"),
    ("S-0125", "杉ノ目鋼材株式会社", "鋼材"),
    ("S-0131", "（株）三峰台ダイカスト", "ダイカスト素材"),
    ("S-0144", "ﾋﾏﾜﾘ精密ﾈｼﾞ", "ねじ・ボルト"),
)
CUSTOMERS = ("東雲谷モビリティ㈱", "㈱葛城野オートメーション", "白樺湾ロボティクス株式会社")
_FAMILY = (
    "佐久良", "田之上", "久我原", "三好野", "髙瀬川", "森戸", "市ノ瀬", "榊谷", "渡会", "﨑山",
    "小野木", "樋之口", "羽鳥田", "沖津", "須賀沼", "早乙女", "千種", "真木野", "曽我部", "籠谷",
)  # fmt: skip
_GIVEN = (
    "健一", "美咲", "大輔", "陽子", "翔太", "直樹", "恵", "和也", "千尋", "隆",
    "由紀", "誠", "彩", "浩二", "里奈", "剛", "薫", "拓海", "久美子", "駿",
)  # fmt: skip
DEFECTS = ("バリ残り", "寸法外れ（内径）", "キズ", "打痕", "面粗さ不良", "ねじ山つぶれ", "メッキむら", "欠品")
ERAS = ((date(2019, 5, 1), "令和", "R"), (date(1989, 1, 8), "平成", "H"), (date(1926, 12, 25), "昭和", "S"))


def wareki(day: date, *, short: bool = False) -> str:
    """A date as Japanese offices write it: 令和7年4月1日, or R7.4.1 in short."""
    start, name, letter = next(era for era in ERAS if day >= era[0])
    year = day.year - start.year + 1
    if short:
        return f"{letter}{year}.{day.month}.{day.day}"
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def fullwidth(value: str) -> str:
    """The same characters in their full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "　" if c == " " else c for c in value)


@dataclass(frozen=True)
class Person:
    """An invented employee."""

    number: str
    name: str
    department: str
    section: str


@dataclass(frozen=True)
class File:
    """One generated file with what is known about it."""

    path: str
    data: bytes
    kind: str
    format: str
    truth: dict[str, object] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True)
class Factory:
    """The company as one seed makes it."""

    seed: int

    def rng(self, topic: str) -> random.Random:
        """Random numbers of one topic; other topics do not disturb them."""
        return random.Random(f"{self.seed}/{topic}")

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Sixty of the 300 people, enough for every document."""
        rng = self.rng("people")
        names = [f"{family} {given}" for family in _FAMILY for given in _GIVEN]
        chosen = rng.sample(names, 60)
        places = [(department, section) for department, sections in DEPARTMENTS.items() for section in sections]
        return tuple(Person(f"{1000 + n * 7:05d}", name, *places[n % len(places)]) for n, name in enumerate(chosen))

    def person(self, rng: random.Random, department: str = "") -> str:
        """A name, from one department when given."""
        return rng.choice([p.name for p in self.people if not department or p.department == department])

    @cached_property
    def today(self) -> date:
        """The day on which the share is looked at."""
        return date(2025, 9, 1) + timedelta(days=self.rng("today").randrange(120))

    def day(self, rng: random.Random, within: int = 500) -> date:
        """A day in the past."""
        return self.today - timedelta(days=rng.randrange(1, within))

    def lot(self, rng: random.Random, day: date) -> str:
        """A lot number: year letter, month, day, line, serial."""
        return f"{'ABCDEFGHJK'[day.year % 10]}{day.month:02d}{day.day:02d}-{rng.choice('12')}{rng.randrange(1, 60):02d}"

    @cached_property
    def document_numbers(self) -> dict[str, str]:
        """A document number for each kind of standard."""
        rng = self.rng("numbers")
        kinds = (
            "作業標準書",
            "作業手順書",
            "QC工程表",
            "検査基準書",
            "検査成績書",
            "FMEA",
            "8D",
            "調査票",
            "日報",
            "点検基準書",
        )
        codes = ("WS", "WI", "QC", "IS", "IR", "FM", "8D", "SQ", "DR", "MS")
        return {kind: f"KGS-{code}-{rng.randrange(100, 999)}" for kind, code in zip(kinds, codes, strict=True)}


Builder = Callable[[Factory], Iterator[File]]
