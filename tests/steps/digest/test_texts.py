"""Of a document only so much text is looked at for its words, however it is spread."""

from genba.model.document import Document
from genba.model.nodes import Paragraph
from genba.model.source import Source
from genba.steps.digest import passages
from genba.steps.digest.texts import TEXT_LOOKED_AT, weighed_texts


def test_one_text_as_long_as_the_file_is_looked_at_no_further_than_many() -> None:
    source = Source(path="長文.txt", sha256="", size_bytes=0, kind="text")
    for texts in (["部品" * TEXT_LOOKED_AT], ["部品", "検査" * TEXT_LOOKED_AT, "出荷"]):
        nodes = tuple(Paragraph(text=text) for text in texts)
        found = weighed_texts(Document(source=source, id="0" * 20, nodes=nodes))
        assert sum(map(len, found)) == TEXT_LOOKED_AT


def test_of_a_paragraph_as_long_as_the_file_only_the_beginning_is_cut_into_sentences() -> None:
    source = Source(path="長文.txt", sha256="", size_bytes=0, kind="text")
    node = Paragraph(text="始めの一文です。" + "終わりのない文" * passages.TEXT_LOOKED_AT)
    (section,) = passages.sections(Document(source=source, id="0" * 20, nodes=(node,)))
    assert section.passages[0].text == "始めの一文です。"
    assert section.chars() <= passages.TEXT_LOOKED_AT
