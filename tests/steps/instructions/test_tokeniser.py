"""Verbs with the real dictionary: the same for common ones as by rule, and more where the rules know none."""

from collections.abc import Callable

import pytest

from genba.recognisers.sudachi import SudachiTokeniser
from genba.steps.instructions.verbs import action_of


@pytest.fixture(scope="module")
def tokeniser(needs: Callable[[str, str], str]) -> SudachiTokeniser:
    needs("python:sudachipy", "pip install genba[language]")
    return SudachiTokeniser()


COMMON = (
    "締め付ける 取り付ける 取り外す 外す 入れる 押す 回す 置く 載せる 下げる 開ける 閉じる 切る 組み付ける "
    "貼る 貼り付ける 塗る "
    "拭き取る 削る 洗う 測る 確かめる 記す 戻す 止める 合わせる 当てる 通す 浸す 仕上げる "
    "固定する 確認する 塗布する 圧入する "
    "調整する 点検する 記録する 清掃する 乾燥させる 加熱する"
).split()


@pytest.mark.parametrize("verb", COMMON)
@pytest.mark.parametrize("ending", ["", "。", "こと", "（図1参照）"])
def test_common_verbs_are_the_same_with_and_without_the_dictionary(
    verb: str, ending: str, tokeniser: SudachiTokeniser
) -> None:
    text = f"左側の部品を{verb}{ending}"
    assert action_of(text, tokeniser) == action_of(text) == (verb, "左側の部品")


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("芯線をほぐします", "解す", "芯線"),
        ("結束バンドを噛ませてください", "噛ませる", "結束バンド"),
        ("塗膜をひっかかない", "引っ掻かない", "塗膜"),
    ],
)
def test_verbs_that_no_rule_knows_are_found_by_the_dictionary(
    text: str, action: str, target: str, tokeniser: SudachiTokeniser
) -> None:
    assert action_of(text, tokeniser) == (action, target)
