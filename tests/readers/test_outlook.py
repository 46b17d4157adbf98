"""Tests of the reader of mails saved by Outlook."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.writing.outlook import Mail, message, packed_rtf
from genba.errors import InvalidInput
from genba.formats.mail.rtf import unpack, words_of
from genba.model.document import Property
from genba.model.nodes import Paragraph
from genba.ports.reader import Child, Limits
from genba.readers.email import read as read_eml
from genba.readers.outlook import read
from tests.readers.blobs import blob_of, codes_of, of_kind, parts_of

MAIL = Mail(
    subject="図面 A-1023 の件",
    sender=("髙橋", "t@example.jp"),
    to=(("森戸", "m@example.jp"), ("沖津", "o@example.jp")),
    cc=(("品証", "q@example.jp"),),
    sent=datetime(2025, 3, 3, 1, 0, tzinfo=UTC),
    body="承知しました。\r\n\r\n-----Original Message-----\r\n差出人: x\r\n",
    attachments=(("検査.csv", b"a,b\n1,2\n"), ("大きな図.bin", bytes(9000))),
)


def words(parts: list[object]) -> str:
    return "\n".join(part.text for part in of_kind(parts, Paragraph))


def test_fields_people_text_and_files_are_read() -> None:
    parts = parts_of(message(MAIL), "a.msg")
    found = {part.name: part.value for part in of_kind(parts, Property)}
    assert (found["title"], found["from"]) == ("図面 A-1023 の件", "髙橋 <t@example.jp>")
    assert (found["to"], found["cc"]) == ("森戸 <m@example.jp>, 沖津 <o@example.jp>", "品証 <q@example.jp>")
    assert found["sent"] == "2025-03-03T01:00:00+00:00"
    assert words(parts) == "承知しました。"
    assert "mail.history_left_out" in codes_of(parts)
    assert [(child.path, child.blob.size_bytes) for child in of_kind(parts, Child)] == [
        ("検査.csv", 8),
        ("大きな図.bin", 9000),
    ]


def test_a_mail_in_a_mail_is_a_file_of_its_own_with_its_attachments() -> None:
    outer = Mail(subject="外", body="外の本文", attachments=(("x", MAIL),))
    (child,) = of_kind(parts_of(message(outer), "a.msg"), Child)
    assert child.path == "図面 A-1023 の件.eml"
    inner = list(read_eml(child.blob, Limits()))
    assert words(inner) == "承知しました。"
    assert [found.path for found in of_kind(inner, Child)] == ["検査.csv", "大きな図.bin"]
    assert child.blob.open().read() == of_kind(parts_of(message(outer), "b.msg"), Child)[0].blob.open().read()


def test_html_is_read_where_there_is_no_text_and_rich_text_where_there_is_neither() -> None:
    assert words(parts_of(message(Mail(subject="x", html="<p>本文</p>".encode())), "a.msg")) == "本文"
    rtf = rb"{\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 x;}}\f0 \'96\'7b\'95\'b6\par \u22259?}"
    parts = parts_of(message(Mail(subject="x", rtf=rtf)), "a.msg")
    assert words(parts) == "本文\n図"
    assert "mail.body_from_rtf" in codes_of(parts)


def test_the_examples_of_the_specification_are_unpacked() -> None:
    first = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    assert unpack(bytes.fromhex(first)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    second = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    assert unpack(bytes.fromhex(second)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert unpack(packed_rtf(b"{\\rtf1 x}")) == b"{\\rtf1 x}"


def test_html_inside_rich_text_is_taken_out() -> None:
    rtf = rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\par \htmlrtf0 hello\htmlrtf }\htmlrtf0{\*\htmltag72 </p>}}"
    assert words_of(rtf) == ("<p>hello</p>", True)


def test_a_file_cut_anywhere_is_refused_or_read_but_never_kills() -> None:
    data = message(MAIL)
    for size in range(600, len(data), 700):
        try:
            list(read(blob_of(data[:size], "a.msg"), Limits()))
        except InvalidInput as error:
            assert error.code in ("file.truncated", "zip.too_large")


@given(st.binary(max_size=300))
def test_any_bytes_as_rich_text_are_read_without_fail(data: bytes) -> None:
    words_of(b"{\\rtf1" + data)
    head = len(data).to_bytes(4, "little") + (1 << 20).to_bytes(4, "little") + b"LZFu" + bytes(4)
    unpack(head + data)
    with pytest.raises(InvalidInput):
        unpack(data[:10])


def test_characters_in_two_halves_are_put_together_and_half_ones_and_unknown_code_pages_harm_nothing() -> None:
    assert words_of(b"{\\rtf1 \\u-10179?\\u-8704? \\u-10179? x}")[0].strip() == "\U0001f600 \ufffd x"
    assert words_of(b"{\\rtf1\\ansicpg-5 caf\\'e9}")[0].strip() == "café"
    assert words_of(b"{\\rtf1\\ansicpg99999 caf\\'e9}")[0].strip() == "café"
