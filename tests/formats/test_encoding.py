"""Encodings told by structure and content, never by a name."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.formats.encoding import Detection, decode, detect, examine, open_text, platform_dependent, sniff

CODECS = {
    "utf-8": "utf-8",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
SENTENCE = "締付けトルクは24.5N・mとする。作業者は保護めがねを着用し、部品の向きを確認してから締め付けること。\r\n"
LEDGER = "品番,品名,数量,担当\r\nA-001,六角ﾎﾞﾙﾄ,10,㈱髙橋\r\nA-002,﨑山ﾜｯｼｬ,20,①工程\r\n"

WORDS = st.sampled_from(
    [
        "検査",
        "ボルト",
        "締付け",
        "トルク",
        "部品",
        "する",
        "です。",
        "確認",
        "作業",
        "ワッシャ",
        "を",
        "に",
        "の",
        "A-12",
        "10.5",
        ",",
        "\n",
        "温度",
        "図面",
        "め",
    ]
)
JAPANESE = (
    st.lists(WORDS, min_size=15, max_size=60)
    .map("".join)
    .filter(lambda text: len(text) >= 30 and sum("\u3041" <= char <= "\u30ff" for char in text) * 4 >= len(text))
)


@pytest.mark.parametrize("encoding", CODECS)
def test_a_sentence_is_read_in_every_encoding(encoding):
    found = decode(SENTENCE.encode(CODECS[encoding]))
    assert (found.text, found.encoding, found.bom, found.had_replacements) == (SENTENCE, encoding, False, False)
    assert found.confidence >= 0.9


@pytest.mark.parametrize(
    ("codec", "encoding"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-be", "utf-16-be")]
)
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(codec, encoding):
    data = ("\ufeff" + SENTENCE if codec == "utf-16-be" else SENTENCE).encode(codec)
    found = decode(data)
    assert (found.text, found.encoding, found.bom) == (SENTENCE, encoding, True)


def test_windows_characters_of_cp932_are_read_and_named():
    found = decode(LEDGER.encode("cp932"))
    assert (found.text, found.encoding, found.platform_dependent) == (LEDGER, "cp932", True)


def test_tilde_wave_dash_and_dashes_of_cp932_keep_their_code_points():
    text = "寸法は10～20mm、公差は－0.1から＋0.1まで。‾ではなく~を使う。\\100".replace("‾", "")
    assert decode(text.encode("cp932")).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xad\xa1\xc9\xf4\xc9\xca\xa4\xce\xb8\xa1\xba\xba", "①部品の検査"),
        (b"\xb3\xf4\xbc\xb0\xb2\xf1\xbc\xd2\xfc\xe2\xb6\xb6\xa4\xce", "株式会社髙橋の"),
        (b"\xb3\xf4\xbc\xb0\xb2\xf1\xbc\xd2\x8f\xf4\xab\xa4\xce", "株式会社㈱の"),
        (b"\xb3\xf4\xbc\xb0\xb2\xf1\xbc\xd2\x8f\xf4\xfe\xa4\xce", "株式会社黑の"),
        (b"\x8e\xce\x8e\xde\x8e\xd9\x8e\xc4\xa4\xce\xb8\xa1\xba\xba", "ﾎﾞﾙﾄの検査"),
        (b"\x8f\xb0\xa1\xc9\xf4\xc9\xca\xa4\xce\xb8\xa1\xba\xba", "丂部品の検査"),
    ],
)
def test_what_windows_and_unix_added_to_euc_jp_is_read(data, text):
    found = decode(data)
    assert (found.encoding, found.text, found.replacements) == ("euc-jp", text, 0)


def test_what_mail_programs_added_to_iso_2022_jp_is_read():
    found = decode(b"\x1b$B-!-j\x1b(B1 \x1b(IN^YD\x1b(B")
    assert (found.encoding, found.text) == ("iso-2022-jp", "①㈱1 ﾎﾞﾙﾄ")


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        ("ﾎﾞﾙﾄ", "cp932", "cp932"),
        ("ﾎﾞﾙﾄ", "euc_jp", "euc-jp"),
        ("ﾎﾞﾙﾄ", "utf-8", "utf-8"),
        ("ﾄﾙｸﾚﾝﾁ", "cp932", "cp932"),
        ("ﾄﾙｸﾚﾝﾁ", "euc_jp", "euc-jp"),
        ("ﾃｽﾄ", "cp932", "cp932"),
        ("ﾃｽ", "cp932", "cp932"),
        ("検査", "euc_jp", "euc-jp"),
        ("検査", "cp932", "cp932"),
        ("加工", "euc_jp", "euc-jp"),
        ("佐藤", "euc_jp", "euc-jp"),
        ("○", "cp932", "cp932"),
        ("温度,25℃", "cp932", "cp932"),
        ("±0.05", "utf-8", "utf-8"),
        ("temp 25 °C", "utf-8", "utf-8"),
        ("café", "utf-8", "utf-8"),
        ("φ10", "utf-8", "utf-8"),
        ("温度℃", "utf-8", "utf-8"),
        ("temp 25 \u00b0C", "latin-1", "cp1252"),
    ],
)
def test_a_few_characters_are_enough_where_they_make_sense(text, codec, encoding):
    assert detect(text.encode(codec), complete=True) == encoding


def test_plain_ascii_and_nothing_at_all_are_ascii():
    assert decode(b"a,b\r\n1,2\r\n\x1a").encoding == "ascii"
    assert examine(b"", complete=True) == Detection("ascii")
    assert decode(b"").text == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 100,
        bytes(range(256)) * 4,
        b"%PDF-1.7\n" + b"text " * 50,
        b"PK\x03\x04" + b"x" * 50,
        b"\xff\xfe\x00\x00a\x00\x00\x00",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        bytes.fromhex("ffd8ffe000104a464946"),
        b"\x80\x81\xfe\xff" * 20,
        b"\xff\xfe" + b"\x00" * 100,
    ],
)
def test_what_is_no_text_is_refused(data):
    assert detect(data, complete=True) is None
    with pytest.raises(InvalidInput) as refused:
        decode(data)
    assert refused.value.code == "text.encoding_unknown"


@pytest.mark.parametrize("encoding", CODECS)
def test_a_sample_cut_inside_a_character_is_still_read(encoding):
    data = SENTENCE.encode(CODECS[encoding])
    for cut in range(70, 90):
        assert detect(data[:cut], complete=False) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc-jp"])
def test_unreadable_bytes_in_a_clear_file_stay_visible_and_are_counted(encoding):
    data = SENTENCE.encode(CODECS[encoding]) * 3
    line = data.index(b"\n") + 1
    found = decode(data[:line] + b"\xff\n" + data[line:])
    assert found.encoding == encoding
    assert found.text == SENTENCE + "\ufffd\n" + SENTENCE * 2
    assert (found.replacements, found.offsets) == (1, (line,))


def test_offsets_count_from_the_beginning_of_the_file_even_after_a_byte_order_mark():
    assert decode(b"\xef\xbb\xbfabc\xff").offsets == (6,)


@pytest.mark.parametrize("encoding", CODECS)
def test_a_large_file_is_read_as_a_stream(encoding):
    text = "a,b,c\r\n" * 60_000 + SENTENCE * 50
    with open_text(io.BytesIO(text.encode(CODECS[encoding]))) as stream:
        assert stream.read() == text


def test_a_stream_begins_after_the_byte_order_mark():
    with open_text(io.BytesIO(SENTENCE.encode("utf-8-sig"))) as stream:
        assert stream.read() == SENTENCE
    with open_text(io.BytesIO(SENTENCE.encode("utf-8-sig")), "utf-8") as stream:
        assert stream.read() == SENTENCE


def test_a_stream_shows_unreadable_bytes_and_reads_extensions_across_chunks():
    data = (SENTENCE * 300).encode("euc_jp") + b"\xad\xa1\xff" + SENTENCE.encode("euc_jp")
    with open_text(io.BytesIO(data)) as stream:
        assert stream.read() == SENTENCE * 300 + "①\ufffd" + SENTENCE


def test_a_stream_that_is_no_text_is_refused():
    assert sniff(io.BytesIO(b"\x00\x01" * 1000)) is None
    assert sniff(io.BytesIO(b"a,b\n" * 300_000 + b"\x00" * 10)) is None
    with pytest.raises(InvalidInput):
        open_text(io.BytesIO(b"\x00\x01" * 1000))


@given(JAPANESE, st.sampled_from(sorted(CODECS)))
def test_thirty_characters_of_japanese_are_recognised_in_every_encoding(text, encoding):
    found = decode(text.encode(CODECS[encoding]))
    assert (found.encoding, found.text) == (encoding, text)


@given(
    st.text(
        st.characters(codec="cp932", categories=["L", "N", "P", "Z"], exclude_characters="‖〜"), min_size=1, max_size=40
    )
)
def test_generated_text_after_a_sentence_survives_cp932(text):
    data = (SENTENCE + text).encode("cp932")
    found = decode(data)
    assert (found.encoding, found.text) == ("cp932", data.decode("cp932"))


@given(st.binary(max_size=200))
def test_no_bytes_break_the_judgement(data):
    found = examine(data, complete=False)
    if found is not None:
        assert found.encoding
    if detect(data, complete=True):
        assert isinstance(decode(data).text, str)


def test_platform_dependent_characters_are_listed_by_origin():
    found = platform_dependent("①㈱髙﨑㋿㎥ⅳﾎﾞ普通ABC")
    assert found.nec_special == ("①", "㈱")
    assert found.ibm_extension == ("ⅳ", "髙", "﨑")
    assert found.other == ("㋿", "㎥")
    assert found.half_width_kana == ("ﾎ", "ﾞ")
    assert not platform_dependent("普通の文章です。①なし".replace("①", ""))
    assert not platform_dependent("ﾎﾞﾙﾄ")
