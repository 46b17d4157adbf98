"""Tests of the reader of mails as files."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.formats.png import GRAY, write_png
from genba.model.document import Property
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Figure, Heading, Pair, Paragraph
from genba.ports.reader import Child, Limits
from genba.readers.email import read
from tests.readers.blobs import blob_of, codes_of, of_kind, parts_of

HEAD = (
    "From: =?iso-2022-jp?B?GyRCOzMbKEI=?= <a@example.jp>\r\nTo: b@example.jp\r\n"
    "Date: Mon, 3 Mar 2025 10:00:00 +0900\r\n"
)


def properties(parts: list[object]) -> dict[str, str]:
    return {part.name: part.value for part in of_kind(parts, Property)}


def words(parts: list[object]) -> str:
    return "\n".join(part.text for part in of_kind(parts, Paragraph) if Mark.FURNITURE not in part.marks)


def test_header_fields_become_properties_and_the_subject_the_title() -> None:
    subject = "図面 A-1023 の件".encode("iso2022_jp")
    half = base64.b64encode(subject[:13]).decode(), base64.b64encode(subject[13:]).decode()
    coded = f"Subject: =?ISO-2022-JP?B?{half[0]}?=\r\n =?ISO-2022-JP?B?{half[1]}?=\r\n"
    data = (HEAD + coded + "Message-ID: <1@x>\r\n\r\n本文です\r\n").encode("cp932")
    parts = parts_of(data, "a.eml")
    found = properties(parts)
    assert found["title"] == "図面 A-1023 の件"
    assert found["from"] == "山 <a@example.jp>"
    assert (found["dated"], found["sent"]) == ("2025-03-03", "2025-03-03T10:00:00+09:00")
    assert found["message_id"] == "1@x"
    assert words(parts) == "本文です"
    assert of_kind(parts, Heading)[0].text == "図面 A-1023 の件"


@pytest.mark.parametrize("codec", ["iso2022_jp", "cp932", "utf-8", "euc_jp"])
def test_a_body_is_read_in_the_encoding_its_bytes_are_in_whatever_is_claimed(codec: str) -> None:
    body = "締付けトルクは24N・mでお願いします。\r\n以上、よろしくお願いいたします。".encode(codec)
    for claim in (codec, "us-ascii", "x-nothing"):
        head = f"{HEAD}Subject: test\r\nContent-Type: text/plain; charset={claim}\r\n\r\n".encode()
        assert "締付けトルクは24N・m" in words(parts_of(head + body, "a.eml"))


def test_a_subject_in_raw_bytes_is_read() -> None:
    head = 'Subject: 検査成績書の送付\r\nContent-Type: text/csv; name="検査.csv"\r\n\r\nx\r\n'
    parts = parts_of(HEAD.encode() + head.encode("cp932"), "a.eml")
    assert properties(parts)["title"] == "検査成績書の送付"
    assert of_kind(parts, Child)[0].path == "検査.csv"


def test_quoted_history_is_left_out_and_counted_and_the_signature_stands_apart() -> None:
    text = (
        "承知しました。\n・納期は3/10\n\n> 先日の件\n> いかがですか\n\n━━━━━━\n"
        "株式会社霧ヶ原精工\nTEL: 0266-00-0000\n━━━━━━\n\n"
        "-----Original Message-----\n差出人: 森戸\n送信日時: 2025年3月1日\n宛先: x\n件名: 先日の件\n\n古い本文\n"
    )
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.jp", "b@example.jp", "Re: 先日の件"
    message.set_content(text)
    parts = parts_of(message.as_bytes(), "a.eml")
    assert words(parts) == "承知しました。\n納期は3/10"
    aside = [part.text for part in of_kind(parts, Paragraph) if Mark.FURNITURE in part.marks]
    assert aside == ["株式会社霧ヶ原精工\nTEL: 0266-00-0000"]
    (finding,) = [part for part in parts if getattr(part, "code", "") == "mail.history_left_out"]
    assert finding.count == 8


def test_a_signature_alone_is_no_history() -> None:
    text = "測定データを送ります。\r\n\r\n━━━━━━━━━━\r\n株式会社霧ヶ原精工\r\nTEL: 0266-00-0000\r\n━━━━━━━━━━\r\n"
    head = "Content-Type: text/plain; charset=utf-8\r\n"
    parts = parts_of((HEAD + "Subject: x\r\n" + head + "\r\n" + text).encode(), "a.eml")
    assert words(parts) == "測定データを送ります。"
    assert codes_of(parts) == []


def test_what_a_forwarded_mail_quotes_is_its_content() -> None:
    data = (
        HEAD + "Subject: FW: x\r\n\r\n転送します\r\n\r\nFrom: c\r\nSent: d\r\nTo: e\r\nSubject: f\r\n\r\n大事な本文\r\n"
    )
    assert "大事な本文" in words(parts_of(data.encode(), "a.eml"))


def test_the_plain_alternative_is_preferred_and_html_read_where_it_is_empty() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.jp", "b@example.jp", "x"
    message.set_content("平文")
    message.add_alternative("<p>飾り</p>", subtype="html")
    assert words(parts_of(message.as_bytes(), "a.eml")) == "平文"
    message.set_payload([])
    message.add_alternative("<p>飾り</p><blockquote type=cite>昔</blockquote>", subtype="html")
    assert words(parts_of(message.as_bytes(), "a.eml")) == "飾り"


def test_attachments_are_files_of_their_own_and_inline_pictures_figures() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.jp", "b@example.jp", "x"
    message.set_content("添付します")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="../検査.csv")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="検査.csv")
    message.add_attachment(
        write_png(bytes(16), 4, 4, GRAY), maintype="image", subtype="png", cid="<1>", disposition="inline"
    )
    message.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    inner = EmailMessage()
    inner["Subject"], inner["From"], inner["To"] = "中", "c@example.jp", "d@example.jp"
    inner.set_content("中の本文")
    message.add_attachment(inner)
    parts = parts_of(message.as_bytes(), "a.eml")
    children = of_kind(parts, Child)
    assert [child.path for child in children] == ["検査.csv", "検査 (2).csv", "中.eml"]
    assert children[0].blob.open().read() == b"a,b\n1,2\n"
    assert words(list(read(children[2].blob, Limits()))) == "中の本文"
    assert len(of_kind(parts, Image)) == len(of_kind(parts, Figure)) == 1
    assert "mail.winmail" in codes_of(parts)
    assert "検査.csv" in [pair.value for pair in of_kind(parts, Pair)]


def test_an_encrypted_mail_says_so() -> None:
    data = HEAD + "Subject: x\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nAAAA\r\n"
    assert "mail.encrypted" in codes_of(parts_of(data.encode(), "a.eml"))


def test_nesting_without_end_is_refused_or_read_but_never_kills() -> None:
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(3000)
    )
    try:
        list(read(blob_of((HEAD + opening).encode(), "a.eml"), Limits()))
    except InvalidInput as error:
        assert error.code == "mail.too_nested"


@given(st.binary(max_size=400))
def test_any_bytes_after_a_mails_head_are_read_without_fail(data: bytes) -> None:
    for kind in (b"text/plain", b'multipart/mixed; boundary="x"', b"message/rfc822"):
        parts = list(read(blob_of(HEAD.encode() + b"Content-Type: " + kind + b"\r\n\r\n" + data, "a.eml"), Limits()))
        assert any(isinstance(part, Property) for part in parts)


@given(st.binary(max_size=200))
def test_any_bytes_in_a_header_are_read_without_fail(data: bytes) -> None:
    parts = list(read(blob_of(HEAD.encode() + b"Subject: " + data + b"\r\n\r\nx", "a.eml"), Limits()))
    assert any(isinstance(part, Property) for part in parts)
