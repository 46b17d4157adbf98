"""What is said about figures and tables: captions (図1 外観, 表3-1, Fig. 4) and alternative texts."""

import re

from genba.model.nodes import Figure

LONGEST = 120  # a caption is a line, not a paragraph
_NUMBER = r"\s*[0-9０-９一二三四五六七八九十①-⑳]+(?:[-－‐.．][0-9０-９]+)*"
# 「図1に示す」 is a sentence about a figure: a particle may not follow the number.
_REST = r"(?:$|[\s:：.．、）)】「]|[^\sはがをにのでとからより、。])"
_FIGURE = re.compile(rf"^[\[【(（]?(?:図表?|写真|Fig(?:ure|\.)?|Photo){_NUMBER}{_REST}", re.IGNORECASE)
_TABLE = re.compile(rf"^[\[【(（]?(?:図?表|別表|Table){_NUMBER}{_REST}", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\s/\\]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)", re.IGNORECASE)


def is_figure_caption(text: str) -> bool:
    """Say whether a text names a figure."""
    return len(text) <= LONGEST and not text.endswith("。") and _FIGURE.match(text) is not None


def is_table_caption(text: str) -> bool:
    """Say whether a text names a table."""
    return len(text) <= LONGEST and not text.endswith("。") and _TABLE.match(text) is not None


def alternative_text(text: str | None) -> str:
    """Give the description an author wrote; the name of the file a picture came from describes nothing."""
    bare = (text or "").strip()
    return "" if _FILE_NAME.fullmatch(bare) else bare


def said_of(figure: Figure) -> str:
    """Put into one line what is known of a figure: caption, words about it, the texts in it, the steps it shows."""
    known = list(dict.fromkeys(filter(None, (figure.caption, figure.description, figure.about))))
    texts = [text for text in dict.fromkeys((*figure.texts, *figure.callouts)) if text not in known]
    if texts:
        known.append("図中の文字: " + "、".join(texts))
    if figure.steps:
        known.append("手順 " + "、".join(figure.steps))
    return "。".join(text.rstrip("。") for text in known)
