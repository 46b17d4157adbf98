import pytest

from genba.policy.purposes import PURPOSES, label, lies_within, resolve

QUALITY, ANALYSIS = resolve("quality"), resolve("quality.analysis")


def test_short_names_become_ids_and_others_stay() -> None:
    assert QUALITY == "urn:genba:purpose:quality"
    assert resolve("cx.pcf.base:1") == "cx.pcf.base:1"
    assert resolve("our own words") == "our own words"


@pytest.mark.parametrize(
    ("stated", "allowed", "expected"),
    [
        (ANALYSIS, (QUALITY,), True),
        ("cx.core.qualityNotifications:1", (QUALITY,), True),
        (QUALITY, (QUALITY,), True),
        (QUALITY, (ANALYSIS,), None),
        (ANALYSIS, (resolve("design"),), False),
        (ANALYSIS, (resolve("design"), QUALITY), True),
        ("our own words", ("our own words",), True),
        ("our own words", (QUALITY,), None),
        (QUALITY, ("our own words",), None),
        (resolve("research"), (resolve("business"),), False),
    ],
)
def test_a_purpose_lies_within_what_is_broader(stated: str, allowed: tuple[str, ...], expected: bool | None) -> None:
    assert lies_within(stated, allowed) is expected


def test_every_purpose_of_the_catena_x_profile_has_its_place() -> None:
    assert len([name for name in PURPOSES if name.startswith("cx.")]) == 29
    assert all(purpose.id in purpose.within and purpose.ja and purpose.en for purpose in PURPOSES.values())


def test_a_purpose_has_words_and_a_free_text_speaks_for_itself() -> None:
    assert label(QUALITY, "ja") == "品質"
    assert label(QUALITY, "en") == "quality"
    assert label("自由な目的", "ja") == "自由な目的"
