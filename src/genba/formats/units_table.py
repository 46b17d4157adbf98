"""Units as Japanese factories write them, and what UCUM calls them: `ucum | kind | factor | spellings`."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """One unit: a written value times `factor` is a value in `ucum` (or, for money, in the currency)."""

    ucum: str
    kind: str
    factor: float
    currency: str = ""


# Spellings are given after NFKC folding, without spaces, with · and ・ as a full stop; capitals matter.
_UNITS = """
mm | length | 1 | mm MM ミリ ミリメートル ﾐﾘ
cm | length | 1 | cm CM センチ センチメートル
m | length | 1 | m メートル
km | length | 1 | km Km KM キロメートル
um | length | 1 | μm um μ ミクロン マイクロメートル
nm | length | 1 | nm ナノメートル
[in_i] | length | 1 | inch in インチ inches
[ft_i] | length | 1 | ft フィート
m | length | 0.30303030303030304 | 尺
m | length | 0.030303030303030304 | 寸
m2 | area | 1 | m2 m^2 平方メートル 平米
cm2 | area | 1 | cm2 cm^2 平方センチメートル
mm2 | area | 1 | mm2 mm^2 平方ミリメートル
m2 | area | 3.3057851239669422 | 坪
m3 | volume | 1 | m3 m^3 立方メートル 立米
cm3 | volume | 1 | cm3 cm^3 cc CC シーシー
mm3 | volume | 1 | mm3 mm^3
L | volume | 1 | L l ℓ リットル リッター
mL | volume | 1 | mL ml ML ミリリットル
uL | volume | 1 | μL μl uL マイクロリットル
dL | volume | 1 | dL dl デシリットル
kL | volume | 1 | kL kl KL キロリットル
kg | mass | 1 | kg Kg KG キログラム キロ
g | mass | 1 | g グラム
mg | mass | 1 | mg ミリグラム
ug | mass | 1 | μg ug マイクログラム
t | mass | 1 | t トン ton
[lb_av] | mass | 1 | lb lbs ポンド
s | time | 1 | s sec Sec SEC 秒 secs
ms | time | 1 | ms msec ミリ秒
us | time | 1 | μs us μsec マイクロ秒
min | time | 1 | min Min MIN 分 分間 mins
h | time | 1 | h hr Hr HR hrs 時間 hour hours
d | time | 1 | 日 日間 day days
wk | time | 1 | 週 週間
mo | time | 1 | 月 か月 ヶ月 カ月 ケ月 箇月 ヵ月
a | time | 1 | 年 年間 ヵ年 ヶ年 か年
Cel | temperature | 1 | °C 摂氏 degC
K | temperature | 1 | ケルビン
[degF] | temperature | 1 | °F 華氏
deg | angle | 1 | deg
rad | angle | 1 | rad ラジアン
mrad | angle | 1 | mrad
N | force | 1 | N ニュートン
kN | force | 1 | kN KN
mN | force | 1 | mN
kgf | force | 1 | kgf KGF Kgf
gf | force | 1 | gf
t.[g] | force | 1 | tf
N.m | torque | 1 | N.m Nm N*m N-m ニュートンメートル
N.cm | torque | 1 | N.cm Ncm N-cm
N.mm | torque | 1 | N.mm Nmm
kN.m | torque | 1 | kN.m kNm
mN.m | torque | 1 | mN.m mNm
kgf.m | torque | 1 | kgf.m kgfm kgf-m
kgf.cm | torque | 1 | kgf.cm kgfcm kgf-cm
Pa | pressure | 1 | Pa パスカル
hPa | pressure | 1 | hPa ヘクトパスカル
kPa | pressure | 1 | kPa KPa KPA
MPa | pressure | 1 | MPa Mpa MPA メガパスカル
GPa | pressure | 1 | GPa
kgf/cm2 | pressure | 1 | kgf/cm2 kg/cm2 kgf/cm^2 kg/cm^2 kgf/㎠
kgf/mm2 | pressure | 1 | kgf/mm2 kg/mm2
N/mm2 | pressure | 1 | N/mm2 N/mm^2
N/m2 | pressure | 1 | N/m2
bar | pressure | 1 | bar バール
mbar | pressure | 1 | mbar
[psi] | pressure | 1 | psi PSI
atm | pressure | 1 | atm 気圧
mm[Hg] | pressure | 1 | mmHg Torr
{rev}/min | rotation | 1 | rpm RPM r.p.m. r/min min-1 min^-1 /min 回転/分 rev/min 回転毎分
{rev}/s | rotation | 1 | rps r/s 回転/秒
{stroke}/min | rotation | 1 | spm SPM
{rev} | count | 1 | 回転 rev
m/s | speed | 1 | m/s m/sec m/秒
m/min | speed | 1 | m/min m/分
mm/s | speed | 1 | mm/s mm/sec mm/秒
mm/min | speed | 1 | mm/min mm/分
km/h | speed | 1 | km/h km/時
mm/{rev} | feed | 1 | mm/rev mm/回転 mm/r
m/s2 | acceleration | 1 | m/s2 m/s^2
[g] | acceleration | 1 | Gn
L/min | flow | 1 | L/min l/min L/分 リットル/分
mL/min | flow | 1 | mL/min ml/min cc/min
m3/h | flow | 1 | m3/h m3/hr m3/時
m3/min | flow | 1 | m3/min m3/分
Hz | frequency | 1 | Hz HZ ヘルツ
kHz | frequency | 1 | kHz KHz kHZ
MHz | frequency | 1 | MHz
GHz | frequency | 1 | GHz
% | ratio | 1 | % パーセント pct
[ppth] | ratio | 1 | ‰ パーミル
[ppm] | ratio | 1 | ppm PPM
[ppb] | ratio | 1 | ppb
%{RH} | humidity | 1 | %RH %rh RH%
%{wt} | ratio | 1 | wt% 重量% mass% 質量%
%{vol} | ratio | 1 | vol% 体積%
V | voltage | 1 | V ボルト(電圧)
mV | voltage | 1 | mV
kV | voltage | 1 | kV KV
A | current | 1 | A アンペア
mA | current | 1 | mA
uA | current | 1 | μA uA
kA | current | 1 | kA
W | power | 1 | W ワット
mW | power | 1 | mW
kW | power | 1 | kW KW Kw キロワット
MW | power | 1 | MW
V.A | power | 1 | VA V.A
kV.A | power | 1 | kVA kV.A KVA
[HP] | power | 1 | 馬力 HP PS
W.h | energy | 1 | Wh W.h
kW.h | energy | 1 | kWh kW.h KWh KWH
MW.h | energy | 1 | MWh
J | energy | 1 | J ジュール
kJ | energy | 1 | kJ KJ
MJ | energy | 1 | MJ
cal | energy | 1 | cal カロリー
kcal | energy | 1 | kcal Kcal
Ohm | resistance | 1 | Ω ohm オーム
mOhm | resistance | 1 | mΩ
kOhm | resistance | 1 | kΩ KΩ
MOhm | resistance | 1 | MΩ
F | capacitance | 1 | ファラド
uF | capacitance | 1 | μF uF
pF | capacitance | 1 | pF
mH | inductance | 1 | mH
uH | inductance | 1 | μH
dB | level | 1 | dB デシベル
dB{A} | level | 1 | dB(A) dBA
lx | illuminance | 1 | lx Lx ルクス lux
lm | luminous_flux | 1 | lm ルーメン
cd | luminous_intensity | 1 | cd カンデラ
{HRC} | hardness | 1 | HRC
{HRB} | hardness | 1 | HRB
{HV} | hardness | 1 | HV Hv
{HB} | hardness | 1 | HB HBW
{HS} | hardness | 1 | HS
{Ra}um | roughness | 1 | Raμm μmRa
{Rz}um | roughness | 1 | Rzμm μmRz
Pa.s | viscosity | 1 | Pa.s
mPa.s | viscosity | 1 | mPa.s
cP | viscosity | 1 | cP
mm2/s | viscosity | 1 | mm2/s cSt
g/cm3 | density | 1 | g/cm3 g/cm^3 g/cc
kg/m3 | density | 1 | kg/m3 kg/m^3
mol | amount | 1 | mol モル
mol/L | concentration | 1 | mol/L mol/l
mg/L | concentration | 1 | mg/L mg/l
g/L | concentration | 1 | g/L g/l
uS/cm | conductivity | 1 | μS/cm uS/cm
mT | magnetic | 1 | mT
T | magnetic | 1 | テスラ
By | information | 1 | バイト byte
kBy | information | 1 | kB KB キロバイト
MBy | information | 1 | MB メガバイト
GBy | information | 1 | GB ギガバイト
"""

_COUNTED = (
    "個 本 枚 台 件 人 名 回 ロット 点 箱 袋 缶 セット 組 式 ケ ヶ コ 巻 "
    "束 丁 足 着 冊 部 通 社 種 種類 品目 工程 項目 行 列 頁 ページ ショット ピース pcs "
    "PCS Pcs pc pieces set 基 機 棟 室 班 直 拍 脚 匹 頭 両 車 便 パレット カートン "
    "ケース ダース 箇所 か所 ヶ所 カ所 人日 人月 人時 工数 "
)
_MONEY = """
JPY | 1 | 円 ¥ 圓 JPY 円也 円(税込) 円(税抜)
JPY | 1000 | 千円
JPY | 10000 | 万円
JPY | 1000000 | 百万円
JPY | 100000000 | 億円
JPY | 0.01 | 銭
USD | 1 | $ USD US$ ドル 米ドル
EUR | 1 | € EUR ユーロ
CNY | 1 | CNY RMB 人民元
"""


def _table() -> dict[str, Known]:
    table: dict[str, Known] = {}
    for line in _UNITS.strip().splitlines():
        ucum, kind, factor, spellings = (part.strip() for part in line.split(" | "))
        for spelling in spellings.split():
            table[spelling] = Known(ucum, kind, float(factor))
    for line in _MONEY.strip().splitlines():
        currency, factor, spellings = (part.strip() for part in line.split(" | "))
        for spelling in spellings.split():
            table[spelling] = Known("", "money", float(factor), currency)
    for counted in _COUNTED.split():
        table[counted] = Known(f"{{{counted}}}", "count", 1.0)
    return table


UNITS = _table()

CONTEXTS = {
    "length": "長 幅 高 径 厚 深 距離 寸法 位置 ピッチ 変位 間隔 段差 隙間 公差 奥行 外形 穴 length width height",
    "mass": "重 質量 目方 mass weight",
    "time": "時間 タイム 時刻 周期 期間 寿命 経過 日数 月数 年数 納期 リード 秒 保証 time",
    "force": "力 荷重 負荷 force",
    "volume": "容 体積 液量 油量 水量 給油 volume",
    "voltage": "電圧 電源 voltage",
    "current": "電流 current",
    "power": "電力 出力 消費 power",
    "energy": "エネルギー 熱量 仕事",
    "temperature": "温 熱 炉 冷 湯 気温 temp",
    "angle": "角 傾 勾配 テーパ 回転 開き 位相 向き 方位 ねじれ angle",
    "magnetic": "磁",
}
"""Words beside a value that vouch for a kind of unit where the unit itself is ambiguous."""
