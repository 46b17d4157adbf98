"""What a work instruction says, drawn from a seed, before any house has laid it out."""

# ruff: noqa: E501 - tables of words; a full-width character counts as two

from __future__ import annotations

import random
from dataclasses import dataclass, field

from benchmarks.generators.instructions.quantities import Quantity, draw

POLITE = {
    "締め付ける": "締め付けます", "加熱する": "加熱します", "確認する": "確認します", "取り付ける": "取り付けます", "取り外す": "取り外します",
    "調整する": "調整します", "塗布する": "塗布します", "圧入する": "圧入します", "測定する": "測定します", "清掃する": "清掃します", "保持する": "保持します",
    "乾燥させる": "乾燥させます", "設定する": "設定します", "仕上げる": "仕上げます", "挿入する": "挿入します", "記録する": "記録します", "置く": "置きます",
    "貼る": "貼ります", "接続する": "接続します", "押す": "押します", "運ぶ": "運びます", "脱脂する": "脱脂します", "削る": "削ります", "供給する": "供給します",
    "印加する": "印加します", "固定する": "固定します", "巻く": "巻きます", "拭き取る": "拭き取ります", "合わせる": "合わせます", "選ぶ": "選びます",
}  # fmt: skip
# kind of quantity: objects, wording with the quantity ({o}, {n} its name, {q}), wording without it, verb
MEASURED: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = {
    "torque": (("フランジボルト", "六角穴付きボルト", "ドレンプラグ", "カバー固定ねじ", "ロックナット", "端子ねじ"), ("{o}を{n}{q}で", "{o}を{q}で", "トルクレンチで{o}を{q}に"), ("{o}を対角の順に", "{o}を規定トルクで"), "締め付ける"),
    "temperature": (("軸受", "ヒーターブロック", "金型", "接着部", "予熱炉"), ("{o}を{q}に", "{o}を{n}{q}に"), ("{o}を規定の温度に",), "加熱する"),
    "pressure": (("エアガン", "クランプ回路", "リーク試験機", "真空チャック"), ("{o}の{n}が{q}であることを", "{o}の{n}を{q}に調整して"), ("{o}の圧力計を",), "確認する"),
    "hold": (("圧着ヘッド", "押え治具", "超音波ホーン"), ("{o}を下げたまま{q}", "{o}を当てて{q}"), ("{o}を下げたまま規定の時間",), "保持する"),
    "soak": (("塗装面", "接着部", "洗浄後のワーク"), ("{o}を{q}", "{o}を炉内で{q}"), ("{o}を炉内で",), "乾燥させる"),
    "gap": (("近接センサー", "ストッパー", "刃先と材料"), ("{o}の{n}を{q}に", "{o}の間隔を{q}に"), ("{o}の間隔をシムで",), "調整する"),
    "length": (("スペーサー", "ノックピン", "シャフト", "ばね受け"), ("{o}を{n}{q}になるように", "{o}を{n}が{q}の位置で"), ("{o}を基準面に当てて",), "固定する"),
    "bore": (("ハウジング", "ブッシュ", "フランジ"), ("{o}の{n}を{q}に", "{o}の{n}{q}を"), ("{o}の穴を",), "仕上げる"),
    "speed": (("主軸", "研磨ホイール", "撹拌機"), ("{o}の{n}を{q}に", "{o}を{q}に"), ("{o}の速度つまみを指定の位置に",), "設定する"),
    "force": (("オイルシール", "ボールベアリング", "ブッシュ"), ("{o}を{n}{q}で", "{o}を{q}の力で"), ("{o}をまっすぐに",), "圧入する"),
    "mass": (("Oリング溝", "ねじ部", "合わせ面", "摺動面"), ("{o}にグリスを{q}", "{o}に接着剤を{n}{q}で"), ("{o}にグリスを薄く",), "塗布する"),
    "voltage": (("コイル端子", "検査用端子", "制御基板"), ("{o}に{q}を", "{o}に{n}{q}を"), ("{o}に規定の電圧を",), "印加する"),
    "roughness": (("シール面", "座面", "摺動面"), ("{o}を{q}に", "{o}を{n}{q}に"), ("{o}を鏡面に近づくまで",), "仕上げる"),
}  # fmt: skip
PLAIN_OBJECTS = (
    "ワーク", "治具", "カバー", "シム", "配線", "センサー", "Oリング", "銘板", "フィルター", "ラベル", "端子台", "ホース", "ガスケット", "パレット", "検査票",
    "ノズル", "ストレーナー", "リード線", "保護キャップ", "ガイドレール", "取付け面", "エアホース", "位置決めピン", "台車", "安全カバー", "通い箱",
)  # fmt: skip
PLAIN = (
    ("{o}を台車から", "取り外す"), ("{o}の向きを確かめて", "取り付ける"), ("ウエスで{o}の汚れを", "拭き取る"), ("{o}を所定の位置に", "置く"), ("{o}にキズがないことを目視で", "確認する"),
    ("{o}を奥まで", "挿入する"), ("{o}を溶剤で", "脱脂する"), ("{o}の周囲をエアブローで", "清掃する"), ("{o}の番号を作業日報に", "記録する"), ("{o}を合いマークに", "合わせる"),
    ("現品票と{o}の型式を照合し、合うものを", "選ぶ"), ("{o}を仮置き台まで", "運ぶ"), ("{o}を線番どおりに", "接続する"), ("{o}の端面を軽く", "削る"), ("{o}にマスキングテープを", "貼る"),
)  # fmt: skip
KEY_POINTS = (
    "刻印が上を向くこと", "指で触れて段差がないこと", "ゆっくり下ろすこと", "対角の順に2回に分けて行う", "カチッと音がするまで押し込む", "左手で支えながら行う", "端から順に行う", "油分を残さない",
    "ねじれがないこと", "切欠きを手前に向ける", "奥に突き当たるまで入れる", "マークが一直線に並ぶこと", "こぼれた液はすぐ拭く", "重ね置きしない", "締め忘れがないか指差しで数える", "素手で触れない",
)  # fmt: skip
REASONS = (
    "斜めに入るとシールが切れるため", "打痕を防ぐため", "誤組付けを防ぐため", "ガタの原因になるため", "油漏れにつながるため", "後工程で位置がずれるため", "接触不良を防ぐため", "さびの発生を防ぐため",
    "締付け力がばらつくため", "異物が残ると焼付くため", "寸法が狂うため", "手直しに時間がかかるため",
)  # fmt: skip
WARNINGS = {
    "danger": ("通電中の端子に触れると感電し、死亡するおそれがある", "可動範囲に立ち入ると挟まれて重傷を負う", "残圧がある状態で配管を外すと部品が飛ぶ", "溶湯の近くに水を持ち込むと爆発する"),
    "warning": ("回転中の主軸に手を近付けない", "インターロックを無効にして運転しない", "電源を切り、施錠してから作業する", "つり荷の下に入らない", "加熱直後の金型に触れるとやけどをする", "二人作業では合図を確かめてから起動する"),
    "caution": ("角部で手を切るおそれがあるので革手袋を着ける", "溶剤を使うときは換気する", "部品を落とすと足を傷める", "床の油で滑りやすい", "重量物は腰を落として持ち上げる", "刃先に触れない", "粉じんを吸い込まないようにする", "ホースに足を掛けない"),
}  # fmt: skip
FIGURES = (
    "締付け順序", "治具への取付け状態", "合いマークの位置", "端子の配列", "塗布範囲", "センサーの取付け位置", "良品と不良品の見本", "配管の接続", "圧入の向き", "清掃する箇所", "置き方", "銘板の貼付け位置",
)  # fmt: skip
TOOLS = (
    "トルクレンチ",
    "六角レンチ",
    "ノギス",
    "ダイヤルゲージ",
    "プラスチックハンマー",
    "エアドライバー",
    "ラジオペンチ",
    "すきまゲージ",
    "温度計",
    "ハンドプレス",
    "マイクロメーター",
    "ピンセット",
)
PPE = ("保護めがね", "安全靴", "耳栓", "革手袋", "防じんマスク", "ヘルメット", "耐熱手袋", "静電リストバンド")
PART_NAMES = (
    "Oリング",
    "平ワッシャー",
    "六角ボルト",
    "スプリングピン",
    "オイルシール",
    "深溝玉軸受",
    "ガスケット",
    "端子カバー",
    "圧縮ばね",
    "止め輪",
    "コネクター",
    "銘板",
)
SECTIONS = ("準備", "段取り", "組付け", "本締め", "調整", "加工", "洗浄", "検査", "後片付け", "梱包")
PRODUCTS = (
    "減速機",
    "油圧バルブ",
    "小型ポンプ",
    "サーボアクチュエーター",
    "電磁弁",
    "スピンドルユニット",
    "ワイヤーハーネス",
    "熱交換器",
    "ロボットハンド",
    "計量フィーダー",
    "燃料噴射管",
    "制御盤",
    "リニアガイド",
    "冷却ファン",
)
PROCESSES = ("組立", "加工", "段取り", "接着", "洗浄", "溶接前処理", "分解整備", "塗布", "圧入", "配線")


@dataclass(slots=True)
class Work:
    """One step of the content."""

    before: str  # the sentence up to its verb, `{q}` where the quantity stands, if it stands inside
    verb: str
    quantity: Quantity | None = None
    is_inside: bool = False
    objects: str = ""
    section: str = ""
    key_point: str = ""
    reason: str = ""
    warning: tuple[str, str] | None = None
    figure: str = ""
    tool: str = ""
    part: int | None = None
    back_to: int | None = None  # place of the step that NG leads back to
    time_s: int | None = None
    is_withdrawn: bool = False
    below: list[Work] = field(default_factory=list)


@dataclass(slots=True)
class Content:
    """A whole instruction."""

    product: str
    process: str
    product_number: str
    number: str
    revision: int
    day: tuple[int, int, int]
    steps: list[Work]
    sections: list[str]
    warnings: list[tuple[str, str]]
    tools: list[str]
    parts: list[tuple[str, str, int, str]]  # number, name, quantity, counter
    ppe: list[str]
    purpose: str
    people: tuple[str, str]


def draw_content(rng: random.Random, *, can_withdraw: bool = True) -> Content:
    """An instruction of 6 to 25 steps."""
    count = rng.randrange(6, 26)
    chosen = sorted(rng.sample(range(len(SECTIONS)), min(rng.randrange(1, 5), count // 3)))
    sections = [SECTIONS[place] for place in chosen]
    parts = _parts(rng)
    pools = {
        name: rng.sample(pool, len(pool))
        for name, pool in (("figure", FIGURES), ("key", KEY_POINTS), ("reason", REASONS))
    }
    warnings = {level: rng.sample(texts, len(texts)) for level, texts in WARNINGS.items()}
    steps: list[Work] = []
    seen: set[str] = set()
    for place in range(count):
        work = _fresh(rng, seen)
        work.section = sections[place * len(sections) // count]
        _dress(rng, work, pools, warnings, place, len(parts))
        steps.append(work)
    if can_withdraw and rng.random() < 0.5:
        old = _fresh(rng, seen)
        old.section, old.is_withdrawn = steps[count // 2].section, True
        steps.insert(count // 2 + 1, old)
    for work in steps:
        if not work.is_withdrawn and rng.random() < 0.12:
            work.below = [_fresh(rng, seen, plain=True) for _ in range(2)]
    of_all = [(level, texts.pop()) for level, texts in warnings.items() if texts and rng.random() < 0.4]
    product, process = rng.choice(PRODUCTS), rng.choice(PROCESSES)
    tools = list(dict.fromkeys([work.tool for work in steps if work.tool] + rng.sample(TOOLS, 2)))
    letters = "".join(rng.choice("ABCDEGHKMNPRSTWX") for _ in range(2))
    return Content(
        product, process, f"{letters}{rng.randrange(100, 999)}-{rng.randrange(10, 99)}",
        f"{rng.choice(('WI', 'SOP', 'MS', 'TS', 'KH'))}-{rng.randrange(100, 9999):04d}", rng.randrange(1, 12),
        (rng.randrange(2018, 2026), rng.randrange(1, 13), rng.randrange(1, 29)), steps, sections, of_all, tools, parts,
        rng.sample(PPE, rng.randrange(2, 5)), f"{product}の{process}作業を安全に、かつ同じ品質で行うための手順を定める。",
        (rng.choice(("佐久良", "三好野", "久我原")), rng.choice(("榊谷", "渡会", "森戸"))),
    )  # fmt: skip


def _fresh(rng: random.Random, seen: set[str], *, plain: bool = False) -> Work:
    """A step whose object and doing no other step of the document has."""
    while True:
        if plain or rng.random() < 0.4:
            before, verb = rng.choice(PLAIN)
            thing = rng.choice(PLAIN_OBJECTS)
            work = Work(before.format(o=thing), verb, objects=thing)
        else:
            kind = rng.choice(list(MEASURED))
            things, inside, outside, verb = MEASURED[kind]
            thing, quantity = rng.choice(things), draw(rng, kind)
            side = rng.choice(("", "", "左側の", "右側の", "上部の", "モーター側の", "背面の"))
            is_inside = rng.random() < 0.55
            before = rng.choice(inside if is_inside else outside).format(o=side + thing, n=quantity.name, q="{q}")
            work = Work(before, verb, quantity, is_inside, side + thing)
        key = work.objects + work.verb
        if key not in seen:
            seen.add(key)
            return work


def _dress(
    rng: random.Random, work: Work, pools: dict[str, list[str]], warnings: dict[str, list[str]], place: int, parts: int
) -> None:
    """Give a step its key point, reason, warning, figure, tool, part, branch, time: some of them."""
    if pools["key"] and rng.random() < 0.45:
        work.key_point = pools["key"].pop()
        if pools["reason"] and rng.random() < 0.6:
            work.reason = pools["reason"].pop()
    level = rng.choice(("danger", "warning", "warning", "caution", "caution"))
    if warnings[level] and rng.random() < 0.2:
        work.warning = (level, warnings[level].pop())
    if pools["figure"] and rng.random() < 0.25:
        work.figure = pools["figure"].pop()
    if rng.random() < 0.25:
        work.tool = rng.choice(TOOLS)
    if rng.random() < 0.2:
        work.part = rng.randrange(parts)
    if place > 2 and rng.random() < 0.1:
        work.back_to = rng.randrange(0, place - 1)
    if rng.random() < 0.3:
        work.time_s = rng.choice((10, 15, 20, 30, 45, 60, 90))


def _parts(rng: random.Random) -> list[tuple[str, str, int, str]]:
    names = rng.sample(PART_NAMES, rng.randrange(2, 6))
    head = rng.choice(("P", "KG", "B2", "N"))
    return [
        (f"{head}-{rng.randrange(1000, 9999)}-{rng.randrange(10):02d}", name, rng.randrange(1, 9), rng.choice("個本枚"))
        for name in names
    ]


PARTS_OF_REPORTS = {
    "findings": ("軸受の予圧が不足していた。", "治具の摩耗が0.3mm進んでいた。", "作業者が交替した日に集中している。", "同じロットの他の部品に異常はなかった。", "温度の記録に15℃の落込みがあった。", "締付けの順序が守られていなかった。", "受入検査では見付からない不良である。"),
    "measures": ("治具を月1回測定する。", "作業者を再教育する。", "温度計を更新する。", "仕入先に是正を求める。", "検査を全数に切り替える。", "手順書を改訂する。", "在庫120個を選別する。"),
}  # fmt: skip
