"""What a step tells to do and to what: its last verb in the dictionary form, and the words before を."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genba.ports.recognisers import Token, Tokeniser

SENTENCE_CHARS = 200
LINES = 6

# Verbs by their stems as factories write them: the dictionary's spelling, then the ways it is written. The last kana of
# the dictionary form tells how it is inflected; る is marked as 一段 where the stem before it ends in e or i.
_VERBS = """
取り付ける:取り付け,取付け,取付 取り外す:取り外,取外 取り出す:取り出,取出 取り除く:取り除,取除 取り込む:取り込,取込
取る:取,採 締め付ける:締め付け,締付け,締付,しめつけ 締める:締め,しめ 緩める:緩め,弛め,ゆるめ 付ける:付け,着け
外す:外,はず 挿入する:挿入 差し込む:差し込,差込 入れる:入れ 出す:出 押す:押 引く:引 回す:回,廻 押し込む:押し込,押込
押し付ける:押し付け,押付け 引き抜く:引き抜,引抜 抜く:抜 置く:置 載せる:載せ,乗せ 降ろす:降ろ,下ろ 下げる:下げ
上げる:上げ 掛ける:掛け,かけ 開ける:開け 閉める:閉め 閉じる:閉じ 開く:開 切る:切
切り替える:切り替え,切替え,切換え,切り換え 入れ替える:入れ替え,入替え 取り替える:取り替え,取替え 替える:替え,換え
切り取る:切り取,切取 切り離す:切り離,切離 折り曲げる:折り曲げ,折曲げ 曲げる:曲げ 伸ばす:伸ば 縮める:縮め
揃える:揃え,そろえ 並べる:並べ 合わせる:合わせ,合せ,あわせ 組み付ける:組み付け,組付け,組付
組み立てる:組み立て,組立て,組立 組み込む:組み込,組込 組み合わせる:組み合わせ,組合せ 嵌める:嵌め,はめ
嵌め込む:嵌め込,はめ込 貼る:貼,張 貼り付ける:貼り付け,貼付け 塗る:塗 拭く:拭,ふ 拭き取る:拭き取,ふき取,拭取 磨く:磨
削る:削 洗う:洗 乾かす:乾か 見る:見 測る:測,計,量 調べる:調べ 確かめる:確かめ 示す:示 記す:記 書く:書
書き込む:書き込,書込 読む:読 読み取る:読み取,読取 呼び出す:呼び出,呼出 押さえる:押さえ,押え 支える:支え 持つ:持
持ち上げる:持ち上げ 運ぶ:運 移す:移 戻す:戻 送る:送 流す:流 止める:止め 始める:始め 終える:終え 続ける:続け
繰り返す:繰り返,繰返 使う:使 用いる:用い 選ぶ:選 決める:決め 保つ:保 守る:守 避ける:避け 防ぐ:防 行う:行,おこな
当てる:当て,あて 通す:通 巻く:巻 巻き付ける:巻き付け 結ぶ:結 繋ぐ:繋,つな 沿わせる:沿わせ 埋める:埋め 満たす:満た
注ぐ:注 加える:加え 混ぜる:混ぜ 温める:温め 冷やす:冷や 溶かす:溶か 待つ:待 離す:離 触れる:触れ 触る:触 渡す:渡
受け取る:受け取 仕上げる:仕上げ 立ち上げる:立ち上げ 立てる:立て 打つ:打 打ち込む:打ち込 叩く:叩,たた 吹く:吹
吹き付ける:吹き付け 吊る:吊 吊り上げる:吊り上げ 吊り下げる:吊り下げ 垂らす:垂ら 染み込ませる:染み込ませ
片付ける:片付け 捨てる:捨て 消す:消 点ける:点け 落とす:落と 起こす:起こ 起こる:起こ 倒す:倒 傾ける:傾け 裏返す:裏返
引っ掛ける:引っ掛け 引き上げる:引き上げ 引き出す:引き出 折る:折 剥がす:剥が,はが 剥く:剥 照らし合わせる:照らし合わせ
見比べる:見比べ 求める:求め 定める:定め 整える:整え 備える:備え 納める:納め 収める:収め 詰める:詰め 包む:包
束ねる:束ね 分ける:分け 与える:与え 知らせる:知らせ 伝える:伝え 呼ぶ:呼 聞く:聞 探す:探 作る:作,造 直す:直
減らす:減ら 増やす:増や 変える:変え 超える:超え 向ける:向け 寄せる:寄せ 均す:均,なら 浸す:浸 浸ける:浸け,漬け
被せる:被せ 覆う:覆 噛み合わせる:噛み合わせ,かみ合わせ 突き当てる:突き当て 留める:留め 固める:固め
なじませる:なじませ 緩む:緩 絞る:絞 添える:添え 施す:施 除く:除 省く:省 吸う:吸 吸い取る:吸い取 戻る:戻 進む:進
移る:移 入る:入 回る:回 締め込む:締め込,締込 立ち会う:立ち会 降りる:降り 繋げる:繋げ,つなげ 乗る:乗 切り離す:切り離
ずらす:ずら すすぐ:すす 照らす:照ら 研ぐ:研 縛る:縛 刺す:刺,挿 崩す:崩 振る:振 転がす:転が 滑らせる:滑らせ
戻し入れる:戻し入れ 従う:従 よける:よけ 揉む:揉 撫でる:撫で
"""
_ROWS = {
    "す": "さしすせそ", "く": "かきくけこ", "ぐ": "がぎぐげご", "む": "まみむめも", "ぶ": "ばびぶべぼ",
    "ぬ": "なにぬねの", "う": "わいうえお", "つ": "たちつてと", "る": "らりるれろ",
}  # fmt: skip
_SOFT = {"す": "し", "く": "い", "ぐ": "い", "む": "ん", "ぶ": "ん", "ぬ": "ん", "う": "っ", "つ": "っ", "る": "っ"}


@lru_cache(maxsize=1)
def _inflected() -> dict[str, str]:
    """Every form in which a step may end with a verb: dictionary form, stem of ます, of ない, of て."""
    forms: dict[str, str] = {}
    for entry in _VERBS.split():
        verb, _, spellings = entry.partition(":")
        if verb.endswith("する"):
            continue
        for stem in spellings.split(","):
            last = verb[-1]
            if (
                verb[:-1].endswith(tuple("えけせてねへめれげぜでべいきしちにみりぎじびね"))
                and last == "る"
                and stem[-1:] == verb[-2:-1]
            ) or (last == "る" and verb == "見る"):
                found = [stem + "る", stem]
            elif stem[-1:] == "付" or stem[-1:] in ("立",):
                found = [stem, stem + "ける" if stem[-1] == "付" else stem + "てる"]
            else:
                row = _ROWS[last]
                found = [stem + last, stem + row[1], stem + row[0], stem + _SOFT[last]]
                if len(stem) > 1 and verb[-2:] in ("外す", "出す", "除く", "込む", "抜く"):
                    found.append(stem)
            for form in found:
                forms.setdefault(form, verb)
    return forms


_TRIMMED = re.compile(r"[\s　。．.、,!！:：;；]+$")
_ASIDE = re.compile(r"[(（\[【][^()（）\[\]【】]*(?:[(（][^()（）]*[)）][^()（）\[\]【】]*)*[)）\]】]\s*$")
_POLITE = re.compile(
    r"(?:て|で)(?:ください|下さい|頂く|いただく|おく|置く|いること|から|いる|ある)$|(?:ください|下さい)$|"
    r"(?:る)?(?:こと|事|ように(?:する)?|ものとする|必要がある|べし|べきである)$"
)
_SAHEN = re.compile(
    r"(?P<noun>[一-鿿々]{2,8}|[ァ-ヴー]{2,12}|[A-Z]{2,5})(?:を(?:実施|行|おこな)?)?(?P<tail>させる|させ|する|"
    r"し(?:て|ます|た|ない|)|しないこと|せよ|のこと|"
    r"を行う|を行い|を行って|を実施する|いたします|)$"
)
_NOT_NOUNS = frozenset(("以上", "以下", "場合", "注意事項", "基準", "状態", "完了"))
_NEGATIVE = re.compile(r"(?P<stem>.+?)(?:ない|ぬ|ないで|ません)(?:こと)?$")
_CONDITION = re.compile(r"^.{0,60}?(?:場合|とき|時)(?:は|には|に)?、")
_NOUN_TAIL = re.compile(r"(?P<noun>(?:[^\s、。をがはにへでと()（）「」])+(?:[けりれみさえげきぎし](?![一-鿿]))?)$")


def action_of(text: str, tokeniser: Tokeniser | None = None) -> tuple[str, str]:
    """Give the verb of a step's main sentence in its dictionary form, and its object; empty where there is none."""
    action, rest, sentence = _told(text)
    if action in ("", "する") and tokeniser is not None and sentence:
        found, before = _by_tokens(sentence, tokeniser)
        if found:
            action, rest = found, before
    if not action:
        return "", _object(sentence, needs_particle=True)
    return action, _object(rest, needs_particle=False)


def _told(text: str) -> tuple[str, str, str]:
    """The verb by rule, what stands before it, and the sentence; lines of a narrow cell are joined until one ends."""
    lines = [line for line in text.split("\n") if line.strip()][:LINES]
    first = ""
    for count in range(1, len(lines) + 1):
        sentence = main_sentence("".join(lines[:count]))
        first = first or sentence
        action, rest = _by_rule(sentence)
        if (
            not action
            and len(pieces := sentence.split()) > 1
            and ("を" in pieces[0] or unicodedata.normalize("NFKC", pieces[1])[:1] in "0123456789φ±")
        ):
            action, rest = _by_rule(pieces[0])  # 素材を取り付ける クランプ圧 0.4 MPa
        if action:
            return action, rest, sentence
    return "", first, first


def main_sentence(text: str) -> str:
    """The first sentence that says what to do: without brackets at its end and without what it is conditional on."""
    for line in text.split("\n"):
        for sentence in re.split(r"(?<=。)", line):
            bare = _TRIMMED.sub("", sentence)
            while (shorter := _TRIMMED.sub("", _ASIDE.sub("", bare))) != bare:
                bare = shorter
            if bare:
                return bare[-SENTENCE_CHARS:]
    return ""


def is_imperative(text: str) -> bool:
    """Tell whether a text, by its end, says what somebody is to do."""
    action, rest, sentence = _told(text)
    if not action or len(sentence) < 2:
        return False
    bare_noun = action.endswith("する") and sentence.endswith(action[:-2])
    return not bare_noun or "を" in rest or "の" in rest or len(sentence) <= 20


def _by_rule(sentence: str) -> tuple[str, str]:
    """The verb at the end, and what stands before it."""
    bare = unicodedata.normalize("NFKC", sentence)
    bare = _TRIMMED.sub("", bare)
    negative = _NEGATIVE.match(bare)
    if negative is not None:
        verb, rest = _verb_at_end(negative["stem"])
        if verb:
            return _negated(verb), rest
        if negative["stem"].endswith("し"):
            return "しない", negative["stem"][:-1]
    shorter = bare
    while (cut := _POLITE.sub("", shorter)) != shorter and cut:
        shorter = cut
    if shorter.endswith(("て", "で")) and shorter != bare and not _verb_at_end(shorter)[0]:
        shorter = shorter[:-1]
    shorter = re.sub(r"(?<=[いきしちにひみりえけせてねへめれげじび])(?:ます|ましょう|なさい)$", "", shorter)
    verb, rest = _verb_at_end(shorter)
    if not verb and shorter != bare:
        verb, rest = _verb_at_end(f"{shorter}る")
    return verb, rest


# Nouns made of verbs: 仮締めする, 面取りする, 芯出しする, 穴あけする.
_MADE = re.compile(
    r"(?P<noun>[一-鿿ァ-ヴー](?:[一-鿿ァ-ヴー]|[あしけりめきちげえいみびせれてべぎじ](?=[一-鿿ァ-ヴーけめりしきちげみび]|する$|し$)){0,7}"
    r"[しけりめきちげえいみびせれてべぎじ])(?:する|(?<![しすさせて])し)$"
)


def _verb_at_end(text: str) -> tuple[str, str]:
    forms = _inflected()
    for length in range(min(9, len(text)), 1, -1):
        verb = forms.get(text[-length:])
        if verb is not None and not (
            length == 2 and text[-3:-2] and "一" <= text[-3] <= "鿿" and length < len(text) and text[-2] in "付立"
        ):
            return verb, text[:-length]
    found = _SAHEN.search(text)
    if found is not None and not text.endswith("を"):
        noun = found["noun"]
        said = found.group() != noun
        if said or (noun not in _NOT_NOUNS and _is_deed(noun)):
            noun, before = _without_object(noun, said)
            deed = "させる" if found["tail"].startswith("させ") else "する"
            return f"{noun}{deed}", text[: found.start()] + before
    if text.endswith(("とする", "にする", "くする")):
        return "する", text[:-2]
    if (made := _MADE.search(text)) is not None:
        return f"{made['noun']}する", text[: made.start()]
    if text.endswith(("する", "し")) and len(text) > 2:
        noun = re.search(r"(?P<noun>[一-鿿ぁ-んァ-ヴーA-Za-z]{1,10}?)(?:する|し)$", text)
        if noun is not None:
            return "する", text[: -2 if text.endswith("する") else -1]
    return "", text


# Nouns that name a deed: what a step may end with instead of a verb (外観確認, 主電源投入).
_DEEDS = (
    "確認 点検 検査 測定 計測 清掃 洗浄 塗布 給油 注油 交換 調整 設定 固定 解除 装着 挿入 圧入 投入 搬入 搬出 "
    "運搬 搬送 準備 用意 記入 記録 報告 連絡 "
    "停止 起動 始動 運転 試運転 稼働 加工 切削 研磨 研削 溶接 塗装 乾燥 冷却 加熱 予熱 保持 保管 隔離 廃棄 排出 "
    "排気 充填 注入 混合 攪拌 撹拌 接続 切断 遮断 "
    "分解 組立 取付 取外 締付 脱着 着脱 除去 脱脂 養生 梱包 包装 表示 掲示 施錠 解錠 照合 選別 仕分 整列 配置 "
    "設置 移動 移載 回収 返却 登録 入力 選択 押下 "
    "操作 作動 実施 開始 終了 開放 閉止 減圧 加圧 昇温 降温 放置 静置 検電 接地 養成 仮締 本締 増締 面取 位置決 "
    "芯出 段取 セット チェック スタート リセット クランプ "
    "アンクランプ マーキング エアブロー パージ 完了 復帰 復旧 再開 中断 確保 保護 着用 使用 貼付 添付 印字 刻印 "
    "捺印 押印 署名 撮影 目視 通電 放電 充電 測量 秤量 計量 "
    "採取 判定 識別 区分 展開 伝達 通知 周知 教育 指示 依頼 申請 発行 提出 受領 受入 出荷 納品 搭載 積載 吊上 "
    "固着 接着 圧着 圧接 嵌合 結線 配線 配管 締結 緩和 点火 消火 "
    "換気 散布 噴射 噴霧 吸引 吸着 旋回 回転 反転 昇降 上昇 下降 前進 後退 往復 送付 交差 防止 徹底 厳守 禁止"
)  # fmt: skip


@lru_cache(maxsize=1)
def _deeds() -> tuple[frozenset[str], tuple[str, ...]]:
    words = frozenset(_DEEDS.split())
    return words, tuple(words)


def _is_deed(noun: str) -> bool:
    return noun.endswith(_deeds()[1])


def _without_object(noun: str, said: bool) -> tuple[str, str]:
    """外観確認: the deed is 確認, 外観 its object; 試運転 and words that nobody knows stay whole."""
    words, _ = _deeds()
    if noun in words:
        return noun, ""
    for length in range(min(len(noun) - 1, 6), 1, -1):
        if noun[-length:] in words and not (said and length == len(noun)):
            rest = noun[:-length]
            return (
                (noun, "")
                if rest in ("再", "仮", "本", "増", "目視", "自動", "手動", "試", "初期")
                else (noun[-length:], rest)
            )
    return noun, ""


def _negated(verb: str) -> str:
    if verb.endswith("する"):
        return f"{verb[:-2]}しない"
    last = verb[-1]
    if (last == "る" and verb[-2:-1] in "えけせてねへめれげぜでべ") or verb in ("見る", "用いる"):
        return f"{verb[:-1]}ない"
    return f"{verb[:-1]}{_ROWS[last][0]}ない" if last in _ROWS else f"{verb}ない"


def _by_tokens(sentence: str, tokeniser: Tokeniser) -> tuple[str, str]:
    """The last verb by the dictionary; サ変 nouns keep their する."""
    tokens = tokeniser.tokens(sentence)
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.pos[:1] == ("動詞",) and not _only_helps(tokens, index):
            verb, after = token.normal, index + 1
            if after < len(tokens) and tokens[after].normal in ("せる", "させる"):
                verb, after = f"{_negated(verb)[:-2]}{tokens[after].normal}", after + 1
            is_denied = after < len(tokens) and tokens[after].normal in ("ない", "ず", "ぬ")
            return _negated(verb) if is_denied else verb, sentence[: token.begin]
        if _is_sahen(token) and _does(tokens, index):
            return f"{token.surface}する", sentence[: token.begin]
    return "", sentence


def _only_helps(tokens: tuple[Token, ...], index: int) -> bool:
    """する behind a noun, and ください, おく, いる behind て."""
    if tokens[index].pos[1:2] != ("非自立可能",) or index == 0:
        return False
    before = tokens[index - 1]
    return tokens[index].normal in ("為る", "する") or before.surface in ("て", "で") or before.pos[:1] == ("動詞",)


def _is_sahen(token: Token) -> bool:
    return token.pos[:1] == ("名詞",) and "サ変可能" in token.pos[2:3]


def _does(tokens: tuple[Token, ...], index: int) -> bool:
    return index + 1 == len(tokens) or tokens[index + 1].normal in ("為る", "する")


_BEFORE_WO = re.compile(r"(?P<object>[^、。を]{1,40})を[^を]{0,40}$")
_CLAUSE = re.compile(
    r"^.*(?:[てで]から|[いきしちにみりえけせてねめれげび]、|[めけべえっいんしぎきり]て(?=[一-鿿ァ-ヴA-Z])|たら|"
    r"場合は?|とき|後に?、|ながら|て、|で、|し、)"
)
_TO_PARTICLE = re.compile(
    r"^.*?(?:(?:[でにへは]|から|より|まで|として|によって|について)\s?(?=[一-鿿ァ-ヴーA-Za-zぁ-んφ「]))"
)
_NO_BEFORE = re.compile(r"(?P<object>[^、。をでにへは]{1,30}?)の?$")


def _object(before: str, *, needs_particle: bool) -> str:
    """What stands before を, back to the particle, comma or clause before it."""
    text = before.strip()
    found = _BEFORE_WO.search(text)
    if found is None:
        if needs_particle or not text or text.endswith(("に", "へ", "で", "と", "から", "まで", "は", "が", "、")):
            return ""
        found = _NO_BEFORE.search(text)
        if found is None:
            return ""
        words = found["object"].strip()
        return words if 0 < len(words) <= 20 and not words.endswith(("て", "たり")) else ""
    if "、" in found.group()[len(found["object"]) :]:
        return ""  # of an earlier clause
    words = found["object"]
    clause = _CLAUSE.match(words)
    if clause is not None and clause.end() < len(words):
        words = words[clause.end() :]
    while (particle := _TO_PARTICLE.match(words)) is not None and particle.end() < len(words):
        head = particle.group().strip()
        if not _is_particle(head, words[particle.end() :]):
            break
        words = words[particle.end() :]
    words = words.strip()
    if words[:1] == "「" and words[-1:] == "」":
        words = words[1:-1]
    return "" if words.endswith(("て", "で", "たり")) else words


def _is_particle(head: str, rest: str) -> bool:
    """Only behind a kanji, katakana, letter or bracket is a kana a particle: で in 丸めて出し is none."""
    mark = re.search(r"(?:から|より|まで|として|によって|について|[でにへは])$", head)
    stem = head[: mark.start()] if mark else ""
    return (
        bool(stem.strip())
        and bool(rest.strip())
        and re.search(r"[一-鿿ァ-ヴーA-Za-z0-9)）」けりれきし\s]$", stem) is not None
    )
