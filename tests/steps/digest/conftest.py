"""What the tests of digests have: the real tokeniser where it is installed, and documents made of paragraphs."""

from collections.abc import Callable

import pytest

from genba.model.document import Document, Node
from genba.model.nodes import Heading, Paragraph
from genba.model.source import Source
from genba.recognisers.sudachi import SudachiTokeniser


@pytest.fixture(scope="session")
def tokeniser(needs: Callable[[str, str], str]) -> SudachiTokeniser:
    needs("python:sudachipy", "pip install genba[language]")
    return SudachiTokeniser()


@pytest.fixture(scope="session")
def paper() -> Callable[..., Document]:
    """Make a document of lines; "# " begins a heading, and each node has an id."""

    def make(*lines: str, **fields: object) -> Document:
        nodes: list[Node] = [
            Heading(text=line[2:], level=1, id=f"n{at}") if line.startswith("# ") else Paragraph(text=line, id=f"n{at}")
            for at, line in enumerate(lines)
        ]
        source = Source(path="現場/手順.docx", sha256="", size_bytes=0, kind="docx")
        return Document(source=source, nodes=tuple(nodes), **fields)  # type: ignore[arg-type]

    return make
