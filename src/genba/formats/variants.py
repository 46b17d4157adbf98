"""Variant forms of kanji, folded only in search keys: a name or a drawing keeps the form its writer chose."""

from __future__ import annotations

_PAIRS = (
    "髙高 﨑崎 嵜崎 碕崎 濵浜 濱浜 邊辺 邉辺 齋斎 齊斉 澤沢 廣広 國国 學学 櫻桜 德徳 惠恵 黑黒 眞真 瀨瀬 淸清 "
    "靑青 鐵鉄 鑄鋳 鍊錬 驗験 檢検 壓圧 變変 圖図 數数 擔担 當当 發発 關関 龍竜 嶋島 嶌島 峯峰 舘館 冨富 曻昇 "
    "栁柳 桒桑 萬万 圓円 參参 藏蔵 條条 榮栄 爲為 讓譲 豐豊 轉転 輕軽 辨弁 瓣弁 辯弁 遙遥 邨村 釋釈 鹽塩 龜亀 "
    "蠟蝋 摑掴 塡填 剝剥 頰頬 攪撹 氣気 實実 寫写 對対 專専 將将 應応 戰戦 拂払 擇択 據拠 擴拡 攝摂 效効 斷断 "
    "會会 來来 總総 續続 縣県 聲声 臺台 與与 舊旧 處処 號号 觀観 觸触 證証 讀読 賣売 辭辞 遲遅 醫医 釀醸 錢銭 "
    "隨随 險険 雜雑 靈霊 顯顕 餘余 驛駅 體体 鬪闘 鷄鶏 黃黄 齒歯 齡齢 兩両 亞亜 佛仏 價価 儉倹 內内 册冊 刄刃 "
    "剩剰 勞労 區区 卽即 單単 嚴厳 圍囲 團団 增増 墮堕 壯壮 壽寿 奧奥 寬寛 寶宝 屬属 巖巌 帶帯 廢廃 彌弥 彈弾 "
    "徑径 從従 愼慎 懷懐 戾戻 拔抜 揭掲 搖揺 敎教 晝昼 曉暁 樂楽 樞枢 樣様 橫横 歐欧 殘残 殼殻 每毎 沒没 澁渋 "
    "濕湿 灣湾 燒焼 營営 狀状 獨独 產産 畫画 疊畳 硏研 祿禄 稱称 穩穏 粹粋 絲糸 經経 緣縁 縱縦 繩縄 纖繊 缺欠 "
    "罐缶 脫脱 腦脳 莊荘 藥薬 虛虚 蟲虫 螢蛍 衞衛 裝装 覺覚 譯訳 賴頼 踐践 銳鋭 鎭鎮 鑛鉱 陷陥 隱隠 霸覇 "
)

VARIANTS: dict[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split()}
"""Old and other printed forms to the form of the 常用漢字表."""

VARIANT_TABLE = str.maketrans(VARIANTS)
