"""Characters that tell Japanese encodings apart: frequent kanji, and those only some computers know."""

from __future__ import annotations

FREQUENT_KANJI = frozenset(
    "一丁七万丈三上下不与世両並中串丸主久乗乱乳予争事二互五井亜交京人今介仏仕他付代令以仮仲件任企伊休会伝伸伺似位低住佐体何余作使例供依価"
    "便係保信修個倉倍値偏停健側備債傷働像僚優元先光入全八公六共兵具典内円再写冷処凸凹出刀分切刊列初判別利制刷刻前剤剥剰割創力功加務動助労効"
    "勉動勘務勝勤包化北医十千午半卒協南単博占印危即却厚原厳去参及友双反収取受口古句可台史右号司各合吉同名向吸告周味呼命品員問商喜営器回因団"
    "困囲図固国園土圧在地均坂型垂城域執基堂報場塗塩境増声売変夏外多夜大天太夫失奥女好妻始委威姿子字存学安完宗官定宜実客室宮害家容密富寒審寸"
    "対専射将導小少尚就尺尾局居届屋属層山岡岩島崎崩川州工左巨差己市布希師席帯常幅平年幹幾広床序底店度座庫庭康延建式引弱張強弾当形影役彼往待"
    "後径律徐従得御復微徴心必忘応念怒思急性恐息恵患悪情想意愛感態慣慮憶成我戦戻所手才打払扱承技抑投抜択押担拠拡拭拾持指挙振挿排掃掘掛採接推"
    "揚換揮損摘撃操支改攻放政故救敗教数整文料断新方施旋族日旧早昇明易星春昨昭是時普景晴暑暖暗曜曲更書替最月有服望朝期木未末本札机材村束条"
    "来東板析林枚果枠枝架柱査柔染柴校株核根格案械棒棟検業極楽構様標模横機欄次欠欧止正武歩歯歳歴死残段殊殿母毎比毛氏民気水永求汚汗江池決"
    "沈沖油治況泉法波注泊洋洗活派流浄浮浴消涙液深混添清済減渡温測港湖湯湾湿満源準溝溶滑滴漏演漢潤濃濁瀬火災炉炭点為無然焼煙照熱燃版牛物特状"
    "犯独狭獲率玉王現球理環生産用田由申男町画界留略番異畳疲病痛発登白百的皆皮盛盤目直相省県真眼着督睡知短破研砂砥確示礼社祖神票禁福私秀秒"
    "秘移程税種称穀穴究空突窓立章竹符第筆等筋答策算管箇箱節築簡米粉粒粗精糸系約級紙素細終組経結絡給統絵続維綱網線締編緩練縁縦縮績織罪置"
    "署美義群習老考者耐耗聞職肉肥育背胴能脂脱腕腰臨自至致興舞舟航般船良色芝花若苦英茶荷菜落葉著蒸蓄薄薬藤虫融血行術街衛表被裁装裏補製複西要"
    "覆見規視覚親観角解触言計訂訓記訪設許訳証評試詰話該認語誤説読課調談請論識警議護谷豊負財販貫責貯貴買貸費資賃質購走起超越足距跡路軌転軟"
    "軸較載輪輸辺込迎近返述追退送逃逆透途通速造連週進遅遊運過道達違遠適遮選遺避部郎郡都配酸釈里重野量金針鉄鉛鉱鋭鋳鋼錆鍛鏡長門閉開間関防阪降限"
    "院除険陸隊階随際障隣雄集離難雨雪雲零電震霜露青静非面革音響頂順預頭頻題額顔願類風食飯飲飼館首馬駅駆駐験騒高鳥鳴黄黒鼓齢"
    "鈑螺旋嵌穿研磨鍍鉸歪梱棚卸択搬据払是否併抵抗瑕疵逸脱閾齟齬錠釘鋲捻撓揺濡滞膨張圧延押罫"
)
"""Kanji of every-day and factory writing; the list need not be complete, only far likelier than chance."""

NEC_SPECIAL = frozenset(
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ㍉㌔㌢㍍㌘㌧㌃㌶㍑㍗㌍㌦㌣㌫㍊㌻㎜㎝㎞㎎㎏㏄㎡㍻〝〟№㏍℡㊤㊥㊦㊧㊨㈱㈲㈹㍾㍽㍼∮∑∟⊿"
)
"""Row 13 of CP932, without the mathematical signs that JIS X 0208 has too."""

_IBM_ROWS = (0xFA, 0xFB, 0xFC)


def _ibm_extension() -> tuple[str, ...]:
    """The characters of rows FA to FC of CP932 in their order."""
    found = []
    for high in _IBM_ROWS:
        for low in range(0x40, 0xFD):
            text = bytes((high, low)).decode("cp932", "ignore")
            if len(text) == 1 and ord(text) > 0x7F:
                found.append(text)
    return tuple(found)


IBM_EXTENSION = _ibm_extension()
IBM_KANJI = frozenset(char for char in IBM_EXTENSION if "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff")
"""﨑, 髙, 德 and the like: also laid out a second time as the NEC selected IBM characters."""

OTHER_PLATFORM = frozenset("㋿㍐㍿㎥㎖㎗ℓ㎢㎤㎰㎱㎲㎳㎶㎷㎸㎹㎺㎻㎼㎽㎾㎿㏀㏁㏊㏌㏗㏘")
"""Squared words and units that the older encodings lack altogether."""


def _eucjp_ms() -> dict[bytes, str]:
    """Three-byte extension of eucJP-ms (8F F3F3 to 8F F4FE): IBM characters that JIS X 0212 lacks, in CP932's order."""
    specials = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡"
    kanji = [char for char in IBM_EXTENSION if char in IBM_KANJI and not _in_euc(char)]
    codes = [(0xF3, low) for low in range(0xF3, 0xFF)] + [(0xF4, low) for low in range(0xA1, 0xFF)]
    return {bytes((0x8F, *code)): char for code, char in zip(codes, [*specials, *kanji], strict=True)}


def _in_euc(char: str) -> bool:
    try:
        char.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return True


EUCJP_MS = _eucjp_ms()
