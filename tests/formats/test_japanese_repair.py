"""Tests of mending what a recogniser takes for one another."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.japanese_repair import Repair, close_gaps, mend
from genba.formats.japanese_repair_table import VARIANTS
from genba.ports.recognisers import Tokeniser


@pytest.fixture(scope="module")
def tokeniser(needs: Callable[[str, str], str]) -> Tokeniser:
    needs("python:sudachipy", "pip install genba[language]")
    from genba.recognisers.sudachi import SudachiTokeniser

    return SudachiTokeniser()


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("検查基準書", "検査基準書"), ("入ロと出ロ", "入口と出口"), ("加エ工程", "加工工程"), ("卜ルク", "トルク"),
        ("ト口ッコ", "トロッコ"), ("モ一タ", "モータ"), ("力ッター", "カッター"), ("エ程", "工程"),
        ("ー覧表", "一覧表"), ("統ーする", "統一する"), ("1O5", "105"), ("O.5 mm", "0.5 mm"), ("l.5", "1.5"),
        ("Aー101", "A-101"), ("3月3曰", "3月3日"), ("ボルト·ナット", "ボルト・ナット"), ("装置ヘ接続", "装置へ接続"),
    ],
)  # fmt: skip
def test_neighbours_decide(read: str, meant: str) -> None:
    assert mend(read)[0] == meant


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("センサ力バーを外す", "センサカバーを外す"), ("モータ一を停止", "モーターを停止"), ("力タログ", "カタログ"),
        ("夕イマー", "タイマー"), ("スイッチー覧", "スイッチ一覧"),
        ("チエツク", "チェック"), ("検查·记録", "検査・記録"),
    ],
)  # fmt: skip
def test_the_dictionary_decides(read: str, meant: str, tokeniser: Tokeniser) -> None:
    assert mend(read, tokeniser)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "スラスト力を測る", "口径と出口", "3カ所を締める", "データ一覧", "工具と工場", "第二工程",
        "トルク24.5±1.5 N·m",
        "型番 A-101B", "力学", "装置へ", "ヘッドを外す", "N·m", "检查产品质量",
        "八角ナット", "上りホーム", "IO-Link", "M8x1.25",
    ],
)  # fmt: skip
def test_what_is_right_stays(text: str, tokeniser: Tokeniser) -> None:
    assert mend(text) == (text, ())
    assert mend(text, tokeniser) == (text, ())


def test_each_repair_says_what_it_changed() -> None:
    assert mend("検查する")[1] == (Repair("variant", "查", "査", 1),)


def test_no_form_of_the_table_can_be_printed_by_a_japanese_office() -> None:
    for before, after in VARIANTS.items():
        after.encode("cp932")
        with pytest.raises(UnicodeEncodeError):
            before.encode("cp932")


confusable = st.text(
    st.sampled_from("査查口ロ卜ト力カ工エ二ニ八ハ夕ター一―-へヘりリベべ・·曰日O0l1I検圧モタルクッ。A."), max_size=14
)


@given(confusable)
def test_a_mended_line_is_not_mended_again(text: str) -> None:
    mended, repairs = mend(text)
    assert mend(mended) == (mended, ())
    assert len(mended) == len(text)
    assert bool(repairs) == (mended != text)


@given(confusable)
def test_nor_with_the_dictionary(tokeniser: Tokeniser, text: str) -> None:
    mended, _ = mend(text, tokeniser)
    assert mend(mended, tokeniser) == (mended, ())
    assert len(mended) == len(text)


def test_text_written_by_people_stays_as_it_is(real_data: Path, tokeniser: Tokeniser) -> None:
    conllu = (real_data / "language" / "ja_gsd-ud-dev.ne.conllu").read_text(encoding="utf-8").splitlines()
    texts = [line[9:].strip() for line in conllu if line.startswith("# text =")]
    invented = json.loads((real_data / "language" / "synth_ja_industrial_pii.json").read_text(encoding="utf-8"))
    texts += [item["text"] for item in invented if isinstance(item, dict) and "text" in item]
    assert len(texts) > 400
    changed = [text for text in texts for line in text.split("\n") if mend(line)[1] or mend(line, tokeniser)[1]]
    assert len(changed) <= len(texts) // 500, changed


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("作業手 順 書", "作業手順書"), ("検 査 記録", "検査 記録"), ("外径 全長", "外径 全長"), ("判 定", "判定"),
        ("締付け トルク", "締付け トルク"), ("A B", "A B"), ("合 否", "合否"), ("", ""),
    ],
)  # fmt: skip
def test_only_gaps_within_a_word_are_closed(read: str, meant: str, tokeniser: Tokeniser) -> None:
    assert close_gaps(read, tokeniser) == meant
    assert close_gaps(read, None) == read


@given(st.text(st.sampled_from("検査作業手順書 \u3000A1トルク"), max_size=14))
def test_closing_gaps_takes_out_nothing_but_blanks(tokeniser: Tokeniser, text: str) -> None:
    assert "".join(close_gaps(text, tokeniser).split()) == "".join(text.split())
