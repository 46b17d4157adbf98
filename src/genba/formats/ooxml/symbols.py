"""Characters of symbol fonts (Symbol, Wingdings) as Unicode, so that μ, ± and ☑ stay what the page shows."""

# Adobe Symbol encoding from 0x20; · stands for itself where the position is unused.
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
SYMBOL = {0x20 + index: sign for index, sign in enumerate(_SYMBOL_LOW)}
SYMBOL |= {0xA0 + index: sign for index, sign in enumerate(_SYMBOL_HIGH)}
SYMBOL |= {0xF1 + index: sign for index, sign in enumerate("〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭")}

_WINGDINGS_LOW = (
    " 🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭🗀🗁🗎🗏🗐🗄⏳🖮🖰🖲🖳🖴🖫🖬✇✍🖎✌👌👍👎☜☞☝☟🖐☺😐☹💣☠🏳🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓"
    "🙰🙵●🔾■□🞐❑❒⬧⧫◆❖⬥⌧⮹⌘🏵🏶🙶🙷"
)
WINGDINGS = {0x20 + index: sign for index, sign in enumerate(_WINGDINGS_LOW)}
WINGDINGS |= {0x80 + index: sign for index, sign in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟·•⦁⚪")}
WINGDINGS |= {
    0xA2: "○", 0xA3: "○", 0xA4: "◉", 0xA5: "◎", 0xA6: "○", 0xA7: "▪", 0xA8: "☐", 0xAA: "✦", 0xAB: "★", 0xAC: "✶",
    0xAD: "✴", 0xAE: "✹", 0xAF: "✵", 0xB1: "⌖", 0xB2: "⟡", 0xB4: "?", 0xB5: "✪", 0xB6: "✰", 0xD5: "⌫", 0xD6: "⌦",
    0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE3: "↖", 0xE4: "↗", 0xE5: "↙", 0xE6: "↘",
    0xE7: "←", 0xE8: "→", 0xE9: "↑", 0xEA: "↓", 0xEB: "↖", 0xEC: "↗", 0xED: "↙", 0xEE: "↘", 0xEF: "⇦", 0xF0: "⇨",
    0xF1: "⇧", 0xF2: "⇩", 0xF3: "⇔", 0xF4: "⇕", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
WINGDINGS[0x6F] = WINGDINGS[0x71] = WINGDINGS[0x72] = "□"
WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "⊗", 0x56: "⊗", 0x81: "①", 0x95: "·",
    0x96: "•", 0x97: "●", 0x98: "●", 0x99: "○", 0x9D: "◉", 0x9E: "▪", 0x9F: "▪", 0xA0: "■", 0xA1: "■", 0xA2: "□",
    0xA3: "☐", 0xA4: "□", 0xAE: "◆", 0xAF: "◇", 0xB2: "◊",
}  # fmt: skip
WINGDINGS_2 |= {0x69 + index: sign for index, sign in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")}
WINGDINGS_3 = {
    0x75: "▶",
    0x7D: "▲",
    0x7E: "▼",
    0x84: "◀",
    0x22: "↑",
    0x21: "←",
    0x20: " ",
    0x67: "◀",
    0x70: "▲",
    0x71: "▼",
}

FONTS = {"symbol": SYMBOL, "wingdings": WINGDINGS, "wingdings 2": WINGDINGS_2, "wingdings 3": WINGDINGS_3}


def symbol_font(name: str | None) -> dict[int, str] | None:
    """Give the table of a symbol font, or nothing for fonts whose characters are what they are."""
    return FONTS.get(name.lower()) if name else None


def from_symbols(text: str, table: dict[int, str]) -> str:
    """Turn text set in a symbol font into Unicode; characters that the table does not know stay."""
    shown = []
    for letter in text:
        code = ord(letter)
        if 0xF020 <= code <= 0xF0FF:  # Office moves such fonts into the private use area
            code -= 0xF000
        shown.append(table.get(code, letter) if code <= 0xFF else letter)
    return "".join(shown)


def bullet_sign(text: str, font: str | None) -> str:
    """Show a bullet; a sign of an unknown symbol font becomes "•", since its code alone means nothing."""
    table = symbol_font(font)
    shown = from_symbols(text, table) if table else text
    return "".join("•" if 0xE000 <= ord(letter) <= 0xF8FF else letter for letter in shown)
