"""Short technical papers about known topics, with the terms that an index of them would list."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.generators.instructions import pdf, word
from benchmarks.generators.instructions.blocks import Block, Layout, Line
from benchmarks.generators.vocabulary import write_corpus

TOPICS: dict[str, tuple[str, ...]] = {
    "摩擦攪拌接合の条件出し": ("摩擦攪拌接合", "ツール肩部", "塑性流動", "接合速度", "押込み深さ", "裏当て板"),
    "洗浄液の管理": ("洗浄液", "アルカリ濃度", "油分濃度", "液温管理", "浸漬洗浄", "すすぎ水"),
    "研削焼けの防止": ("研削焼け", "砥石", "ドレッシング", "切込み量", "クーラント流量", "残留応力"),
    "射出成形のひけ対策": ("ひけ", "保圧時間", "金型温度", "ゲート位置", "樹脂温度", "肉厚"),
    "ねじ締結のゆるみ": ("ゆるみ", "軸力", "座面摩擦", "締付けトルク", "増し締め", "ばね座金"),
    "めっき膜厚のばらつき": ("めっき膜厚", "電流密度", "遮蔽板", "浴管理", "前処理", "密着性"),
    "はんだ付けのボイド": ("ボイド", "リフロー炉", "フラックス", "温度プロファイル", "ソルダペースト", "濡れ性"),
    "プレス抜きのバリ": ("バリ", "クリアランス", "せん断面", "パンチ", "再研磨", "抜き荷重"),
    "空圧機器のエア漏れ": ("エア漏れ", "電磁弁", "シール材", "ドレン", "レギュレーター", "圧力降下"),
    "画像検査の見逃し": ("画像検査", "見逃し", "照明条件", "しきい値", "過検出", "撮像"),
    "熱処理のひずみ": ("熱処理ひずみ", "焼入れ", "冷却むら", "浸炭層", "治具配置", "焼戻し"),
    "溶接のスパッタ": ("スパッタ", "アーク長", "シールドガス", "ワイヤ送給", "溶け込み", "電流波形"),
    "ベアリングの異音": ("異音", "軸受", "予圧", "グリース", "振動解析", "はめあい"),
    "塗装のゆず肌": ("ゆず肌", "塗料粘度", "吐出量", "希釈率", "静電塗装", "乾燥炉"),
    "在庫の適正化": ("在庫", "発注点", "安全在庫", "リードタイム", "棚卸", "需要予測"),
    "接着剤の硬化不良": ("硬化不良", "接着剤", "混合比", "可使時間", "表面処理", "せん断強度"),
}
_PATTERNS = (
    "{a}は{b}の影響を強く受ける。", "{a}を見直したところ、{b}が安定した。", "{b}が大きいと{a}が悪化することが分かった。", "{a}と{b}の関係を調べた。",
    "{a}を測り、{b}と比べた。", "今回は{a}を変え、{b}は変えなかった。", "{a}の記録を残し、{b}の傾向を見る。", "{b}より先に{a}を点検する。", "過去の事例でも{a}が原因であった。",
    "{a}の管理幅を狭めた。", "{a}については{b}とあわせて考える必要がある。",
)  # fmt: skip
_FILLERS = (
    "詳しい結果は後日まとめて報告する。", "作業者に聞き取りを行った。", "関係者で話し合い、次の点を決めた。", "試験は3回繰り返した。", "前回の会議で出た意見を踏まえた。", "費用は今期の予算で賄う。",
    "別の工場でも同じことが起きている。", "以下に理由を述べる。", "この点は来月もう一度確かめる。", "結果を表にして配った。", "昨年の4月から続けている取組みである。", "担当は生産技術課とする。", "問題があれば直ちに知らせること。",
)  # fmt: skip


def generate(out: Path, seed: int, count: int) -> dict[str, object]:
    """Write `count` papers and truth.json into `out`."""
    return write_corpus(out, seed, count, make, "topics")


def make(rng: random.Random, number: int) -> tuple[str, bytes, dict[str, object]]:
    """One paper; topics and formats take turns."""
    title = list(TOPICS)[(number + rng.randrange(len(TOPICS))) % len(TOPICS)]
    terms = list(TOPICS[title])
    blocks: list[Block] = [Line(f"{title}について", "title")]
    # Each term at least three times, in an order of its own; what is said of them is drawn.
    told = rng.sample(terms, len(terms)) + rng.sample(terms, len(terms)) + rng.sample(terms, len(terms))
    told += [rng.choice(terms) for _ in range(rng.randrange(2, 8))]
    sentences = []
    for place, term in enumerate(told):
        other = rng.choice([one for one in terms if one != term])
        sentences.append(rng.choice(_PATTERNS).format(a=term, b=other))
        if place % 2:
            sentences.append(rng.choice(_FILLERS))
    heads = ("1. 背景", "2. 調べたこと", "3. 分かったこと", "4. 今後")
    share = len(sentences) // len(heads) + 1
    for place, head in enumerate(heads):
        blocks.append(Line(head, "heading"))
        mine = sentences[place * share : (place + 1) * share]
        blocks += [Line("".join(mine[at : at + 4])) for at in range(0, len(mine), 4)]
    kind = ("docx", "pdf", "txt")[number % 3]
    page = Layout(f"{title}について", blocks)
    if kind == "txt":
        lines = [block.text for block in blocks if isinstance(block, Line)]
        data = "\n".join(lines).encode("cp932" if number % 2 else "utf-8")
    else:
        data = word.write(page, rng) if kind == "docx" else pdf.write(page, rng)
    return f"paper{number:03d}.{kind}", data, {"title": title, "terms": terms}
