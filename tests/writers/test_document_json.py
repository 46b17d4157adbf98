"""A document's content reads like the form it came from."""

from genba.model.document import Document
from genba.model.nodes import Pair
from genba.model.source import Source
from genba.writers.document_json import content


def test_a_group_of_fields_is_named_once_above_them() -> None:
    pairs = [
        Pair(label="届出者/氏名", value="沖津 剛"),
        Pair(label="届出者/住所", value="霧ヶ原市"),
        Pair(label="連絡先/電話", value="0123"),
        Pair(label="備考", value=""),
    ]
    document = Document(source=Source(path="a", sha256="", size_bytes=0, kind="xlsx"), nodes=tuple(pairs))
    assert content(document).splitlines() == [
        "- 届出者",
        "  - 氏名: 沖津 剛",
        "  - 住所: 霧ヶ原市",
        "- 連絡先/電話: 0123",
        "- 備考:",
    ]
