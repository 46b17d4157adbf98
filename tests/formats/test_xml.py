"""XML from outside is parsed as it is meant, and refused where it could do harm."""

import pytest

from genba.errors import InvalidInput
from genba.formats.xml import parse


def test_shift_jis_means_the_code_page_that_japanese_systems_write() -> None:
    data = '<?xml version="1.0" encoding="Shift_JIS"?>\n<注文 客先="東雲谷モビリティ㈱">①髙</注文>'.encode("cp932")
    root = parse(data, name="注文.xml")
    assert (root.get("客先"), root.text) == ("東雲谷モビリティ㈱", "①髙")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "euc-jp", "shift_jis"])
def test_declared_encodings_are_followed(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><a>検査</a>'.encode(encoding)
    assert parse(data, name="a.xml").text == "検査"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        b"<!--" + b" " * 5000 + b'--><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)
def test_document_types_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"xml\.doctype"):
        parse(data, name="a.xml")


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a></b>", b"not xml", b"<?xml encoding='Shift_JIS'?><a>" + b"\xff"])
def test_broken_xml_is_refused_with_its_line(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"xml\.broken"):
        parse(data, name="a.xml")


def test_depth_is_bounded() -> None:
    with pytest.raises(InvalidInput, match=r"xml\.broken"):
        parse(b"<a>" * 100_000 + b"</a>" * 100_000, name="a.xml")
