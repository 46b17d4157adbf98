"""Numbers as automatic lists show them (ISO/IEC 29500-1: ST_NumberFormat, 17.18.59; ST_TextAutonumberScheme)."""

from collections.abc import Callable

LARGEST = 1_000_000  # a start value comes from outside; beyond this, digits are shown
AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
AIUEO_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
IROHA_HALF = "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
GANADA = "가나다라마바사아자차카타파하"
CHOSUNG = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
COMMON_DIGITS, COMMON_UNITS, COMMON_GROUPS = "〇一二三四五六七八九", "十百千", "万億"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _letters(alphabet: str) -> Callable[[int], str]:
    """Repeat the letter after the alphabet has been used up, as Word does: z, aa, bb."""
    size = len(alphabet)

    def count(number: int) -> str:
        return alphabet[(number - 1) % size] * min((number - 1) // size + 1, 50) if number > 0 else str(number)

    return count


def _cycle(alphabet: str) -> Callable[[int], str]:
    return lambda number: alphabet[(number - 1) % len(alphabet)] if number > 0 else str(number)


def _positional(digits: str) -> Callable[[int], str]:
    return lambda number: "".join(digits[int(digit)] for digit in str(number))


def _enclosed(first: str, last: int) -> Callable[[int], str]:
    """Signs that lie one after the other in Unicode; beyond the last one Word shows plain digits."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= last else str(number)


def _kanji(digits: str, units: str, groups: str, *, one: bool = False) -> Callable[[int], str]:
    """Numbers by place names; `one` says whether 10 is 一十 (legal and Chinese thousands) rather than 十."""

    def below_ten_thousand(number: int) -> str:
        text = ""
        for power in (3, 2, 1):
            digit = number // 10**power % 10
            if digit:
                text += ("" if digit == 1 and not one else digits[digit]) + units[power - 1]
        return text + (digits[number % 10] if number % 10 else "")

    def count(number: int) -> str:
        if number == 0:
            return digits[0]
        high, low = divmod(number, 10_000)
        text = (below_ten_thousand(high) or "") + groups[0] if high else ""
        if high == 1 and not one:
            text = digits[1] + groups[0]
        return text + below_ten_thousand(low)

    return count


def _chinese(number: int) -> str:
    """十一, 二十 up to 99; positional from 100 on (ST_NumberFormat chineseCounting)."""
    return (
        _kanji(COMMON_DIGITS, COMMON_UNITS, COMMON_GROUPS)(number)
        if number < 100
        else _positional("○一二三四五六七八九")(number)
    )


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, letters in ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text


def _zodiac(number: int) -> str:
    return STEMS[(number - 1) % 10] + BRANCHES[(number - 1) % 12] if number > 0 else str(number)


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


_japanese = _kanji(COMMON_DIGITS, COMMON_UNITS, COMMON_GROUPS)
_lower = _letters("abcdefghijklmnopqrstuvwxyz")

FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(FULL_WIDTH),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _lower(number).upper(),
    "lowerLetter": _lower,
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "numberInDash": lambda number: f"- {number} -",
    "decimalEnclosedCircle": _enclosed("①", 20),
    "decimalEnclosedCircleChinese": _enclosed("①", 20),
    "decimalEnclosedFullstop": _enclosed("⒈", 20),
    "decimalEnclosedParen": _enclosed("⑴", 20),
    "ideographEnclosedCircle": _enclosed("㊀", 10),
    "ideographDigital": _positional(COMMON_DIGITS),
    "japaneseDigitalTenThousand": _positional(COMMON_DIGITS),
    "taiwaneseDigital": _positional("○一二三四五六七八九"),
    "koreanDigital": _positional("영일이삼사오육칠팔구"),
    "koreanDigital2": _positional("零一二三四五六七八九"),
    "japaneseCounting": _japanese,
    "taiwaneseCounting": _japanese,
    "taiwaneseCountingThousand": _japanese,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _kanji("零一二三四五六七八九", COMMON_UNITS, COMMON_GROUPS),
    "koreanCounting": _kanji("영일이삼사오육칠팔구", "십백천", "만억"),
    "japaneseLegal": _kanji("〇壱弐参四伍六七八九", "拾百阡", "萬億", one=True),
    "ideographLegalTraditional": _kanji("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬億", one=True),
    "chineseLegalSimplified": _kanji("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万亿", one=True),
    "aiueo": _cycle(AIUEO_HALF),
    "aiueoFullWidth": _cycle(AIUEO),
    "iroha": _cycle(IROHA_HALF),
    "irohaFullWidth": _cycle(IROHA),
    "ideographTraditional": _cycle(STEMS),
    "ideographZodiac": _cycle(BRANCHES),
    "ideographZodiacTraditional": _zodiac,
    "ganada": _cycle(GANADA),
    "chosung": _cycle(CHOSUNG),
    "russianLower": _letters(RUSSIAN),
    "russianUpper": lambda number: _letters(RUSSIAN)(number).upper(),
    "none": lambda number: "",
    "bullet": lambda number: "",
}

# The scheme's first part says how to count, its ending how to enclose.
AUTO_NUMBERS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "arabicDb": "decimalFullWidth",
    "circleNumDb": "decimalEnclosedCircle",
    "circleNumWdBlack": "circleBlack",
    "circleNumWdWhite": "decimalEnclosedCircle",
    "ea1Chs": "chineseCounting",
    "ea1Cht": "taiwaneseCounting",
    "ea1JpnKor": "japaneseCounting",
    "ea1JpnChsDb": "japaneseCounting",
}
FORMATS["circleBlack"] = _enclosed("❶", 10)
ENCLOSURES = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Minus": "{} -", "Plain": "{}"}


def show_number(number: int, kind: str) -> str:
    """Show a number in the words of ST_NumberFormat; an unknown format shows digits."""
    if not 0 <= number <= LARGEST:
        return str(number)
    return FORMATS.get(kind, str)(number)


def show_auto_number(number: int, scheme: str) -> str:
    """Show a number of a presentation's list: arabicPeriod gives "1.", circleNumDbPlain "①"."""
    for ending, pattern in ENCLOSURES.items():
        if scheme.endswith(ending):
            stem = scheme.removesuffix(ending)
            if stem.endswith("Db") and ending == "Period":
                pattern = "{}．"
            return pattern.format(show_number(number, AUTO_NUMBERS.get(stem, "decimal")))
    return show_number(number, AUTO_NUMBERS.get(scheme, "decimal"))
