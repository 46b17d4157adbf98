"""The house rules catch what they are there for, and let ordinary code pass."""

from pathlib import Path

import pytest

from checks import CHECKS
from checks.addresses import HOSTS
from checks.project import Project


def found(root: Path, check: str, **files: str) -> list[str]:
    """Write files (`__` in a keyword stands for `/`, the last `_` for `.`) and run one check."""
    for key, text in files.items():
        stem, _, suffix = key.replace("__", "/").rpartition("_")
        path = root / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in CHECKS[check](Project(root))]


def messages(root: Path, ja: str, en: str, code: str = "") -> list[str]:
    return found(root, "messages", src__genba__messages__ja__zip_toml=ja, src__genba__messages__en__zip_toml=en,
                 src__genba__readers__x_py=code)  # fmt: skip


def test_a_function_of_60_lines_passes_and_one_of_61_does_not(tmp_path: Path) -> None:
    body = "    x = 1\n"
    assert found(tmp_path, "sizes", a_py="def f():\n" + body * 59) == []
    assert found(tmp_path, "sizes", a_py="def f():\n" + body * 60) == ["a.py:1: f has 61 lines, at most 60"]


def test_a_file_over_400_lines_is_a_warning_and_over_600_an_error(tmp_path: Path) -> None:
    assert "warning" in found(tmp_path, "sizes", a_py="x = 1\n" * 450)[0]
    assert "split by concept" in found(tmp_path, "sizes", a_py="x = 1\n" * 650)[0]


def test_a_table_of_data_does_not_count_as_lines(tmp_path: Path) -> None:
    rows = "".join(f"    'k{n}': {n},\n" for n in range(900))
    assert found(tmp_path, "sizes", a_py=f"TABLE = {{\n{rows}}}\nFROZEN = frozenset(\n[\n1,\n]\n)\n") == []


def test_seven_positional_parameters_are_refused_but_keyword_only_ones_and_self_are_not_counted(tmp_path: Path) -> None:
    assert found(tmp_path, "sizes", a_py="class C:\n    def f(self, a, b, c, d, e, f, *, g, h): ...\n") == []
    assert "7 positional" in found(tmp_path, "sizes", a_py="def f(a, b, c, d, e, f, g): ...\n")[0]


def test_a_drawer_for_odds_and_ends_is_refused(tmp_path: Path) -> None:
    assert "“utils” names no concept" in found(tmp_path, "naming", src__genba__utils__x_py='"""X."""')[0]
    assert found(tmp_path / "fine", "naming", src__genba__readers__utility_meter_py='"""Read meters."""') == []


@pytest.mark.parametrize("text", ["x = 1\n", '"""reads csv"""\n', '"""Read CSV\n\nand more."""\n'])
def test_a_module_without_an_opening_sentence_is_refused(tmp_path: Path, text: str) -> None:
    assert len(found(tmp_path, "naming", src__a_py=text)) == 1


def test_an_opening_sentence_may_take_two_lines(tmp_path: Path) -> None:
    assert found(tmp_path, "naming", src__a_py='"""Read CSV as factories\nwrite it."""\n') == []


@pytest.mark.parametrize(
    "code",
    [
        "import os\nx = os.environ['A']\n",
        "from os import environ\nx = environ\n",
        "import os as o\nx = o.getenv('A')\n",
        "from datetime import datetime\nx = datetime.now()\n",
        "import datetime as dt\nx = dt.datetime.now()\n",
        "import time\nx = time.time()\n",
        "from uuid import uuid4\nx = uuid4()\n",
    ],
)
def test_environment_clock_and_randomness_are_refused_in_a_part(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, "purity", src__genba__steps__x_py=code)


def test_config_reads_the_environment_and_the_rims_the_clock(tmp_path: Path) -> None:
    assert found(tmp_path, "purity", src__genba__config_py="import os\nx = os.environ\n",
                 src__genba__app__x_py="import time\nx = time.time()\n") == []  # fmt: skip


def test_a_monotonic_clock_and_a_seeded_generator_are_no_outside_effects(tmp_path: Path) -> None:
    code = "import random, time\nx = time.monotonic(), random.Random(7)\n"
    assert found(tmp_path, "purity", src__genba__steps__x_py=code) == []


GOOD = 'broken = "{reason} のため開けません。"\n"broken.title" = "開けないファイル"\n'
GOOD_EN = 'broken = "It cannot be opened: {reason}."\n"broken.title" = "Unreadable"\n'
RAISE = 'raise InvalidInput("zip.broken", reason="x")\n'


def test_a_code_with_both_sentences_and_a_headline_passes(tmp_path: Path) -> None:
    assert messages(tmp_path, GOOD, GOOD_EN, RAISE) == []


def test_a_code_without_a_sentence_is_an_error_at_its_place(tmp_path: Path) -> None:
    assert messages(tmp_path, GOOD, GOOD_EN, RAISE + 'raise InvalidInput("zip.gone")\n') == [
        "src/genba/readers/x.py:2: zip.gone has no sentence in src/genba/messages/*/zip.toml"
    ]


def test_a_sentence_missing_in_one_language_is_an_error(tmp_path: Path) -> None:
    assert messages(tmp_path, GOOD, 'broken = "Broken: {reason}."\n', RAISE) == [
        "src/genba/messages/en/zip.toml:1: zip.broken.title is missing"
    ]


def test_other_placeholders_in_the_other_language_are_an_error(tmp_path: Path) -> None:
    assert "other placeholders" in messages(tmp_path, GOOD, GOOD_EN.replace("{reason}", "{cause}"), RAISE)[0]


def test_a_detail_the_sentence_needs_must_be_passed(tmp_path: Path) -> None:
    assert "needs the details reason" in messages(tmp_path, GOOD, GOOD_EN, 'raise InvalidInput("zip.broken")\n')[0]
    finding = 'Finding(code="zip.broken", details={"reason": 1})\n'
    assert messages(tmp_path, GOOD, GOOD_EN, finding) == []
    assert messages(tmp_path, GOOD, GOOD_EN, finding.replace('"reason"', '"other"'))


def test_a_code_that_goes_through_a_variable_needs_its_sentence_too(tmp_path: Path) -> None:
    assert "zip.gone has no sentence" in messages(tmp_path, GOOD, GOOD_EN, RAISE + 'note("zip.gone")\n')[0]
    assert messages(tmp_path, GOOD, GOOD_EN, RAISE + 'open("zip.json"), note("other.gone")\n') == []


def test_a_finding_without_a_headline_is_an_error(tmp_path: Path) -> None:
    bare = 'broken = "{reason}"\n'
    assert "has no headline" in messages(tmp_path, bare, bare, 'Finding(code="zip.broken", details=given)\n')[0]


def test_a_sentence_nobody_uses_is_an_error(tmp_path: Path) -> None:
    assert "zip.broken is used nowhere" in messages(tmp_path, GOOD, GOOD_EN, "")[0]
    assert messages(tmp_path, GOOD, GOOD_EN, 'x = f"zip.{fact}"\n') == []
    assert messages(tmp_path, GOOD, GOOD_EN, 'x = "zip.bro_" + end\n')


def test_a_template_that_begins_a_code_uses_all_that_begin_so(tmp_path: Path) -> None:
    template = {"src__genba__page_jinja": '{{ t("zip.bro" ~ end) }} {{ t("zip.kind_" ~ kind) }}'}
    found(tmp_path, "messages", **template)
    assert messages(tmp_path, 'kind_a = "A"\nbroken = "B"\n', 'kind_a = "A"\nbroken = "B"\n') == [
        "src/genba/messages/ja/zip.toml:1: zip.broken is used nowhere"
    ]


def test_a_page_without_its_twin_is_an_error(tmp_path: Path) -> None:
    for front in ("README.md", "README.ja.md"):
        (tmp_path / front).write_text("x", encoding="utf-8")
    assert found(tmp_path, "languages", docs__ja__format_md="x") == [
        "docs/ja/format.md:1: docs/en/format.md is missing"
    ]
    assert found(tmp_path, "languages", docs__en__format_md="x") == []


def test_an_import_of_an_undeclared_package_is_an_error_even_inside_a_function(tmp_path: Path) -> None:
    settings = '[project]\ndependencies = ["python-calamine>=0.3", "lxml"]\n[dependency-groups]\ndev = ["pathspec"]\n'
    code = "import python_calamine, json\nfrom lxml import etree\ndef f():\n    from pathspec import PathSpec\n"
    assert found(tmp_path, "dependencies", pyproject_toml=settings, src__genba__x_py=code) == [
        "src/genba/x.py:4: pathspec is imported but no dependency of genba in pyproject.toml"
    ]


EDGE = {"packages__genba-edge__pyproject_toml": '[project]\noptional-dependencies.model = ["numpy>=1"]\n'}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import genba.errors", "neither"),
        ("def f():\n    import msgspec", "neither"),
        ("import numpy", "inside the function"),
        ("try:\n    pass\nexcept* ValueError:\n    pass", "not Python 3.10"),
    ],
)
def test_the_sdk_is_kept_to_its_python_and_the_standard_library(tmp_path: Path, code: str, said: str) -> None:
    (problem,) = found(tmp_path, "edge", **EDGE, **{"packages__genba-edge__src__genba_edge__x_py": code})
    assert said in problem


def test_extras_of_the_sdk_may_be_imported_where_they_are_needed(tmp_path: Path) -> None:
    code = "import zlib\nfrom genba_edge import errors\ndef f():\n    import numpy\n"
    assert found(tmp_path, "edge", **EDGE, **{"packages__genba-edge__src__genba_edge__x_py": code}) == []


def test_the_platform_imports_nothing_of_the_sdk(tmp_path: Path) -> None:
    assert "not code" in found(tmp_path, "edge", src__genba__x_py="def f():\n    from genba_edge import keys")[0]


@pytest.mark.parametrize("host", HOSTS)
def test_a_registry_address_is_found_wherever_it_stands(tmp_path: Path, host: str) -> None:
    assert found(tmp_path, "addresses", tool_sh=f"curl https://{host}/simple\n")


def test_a_lock_names_no_source_at_all(tmp_path: Path) -> None:
    assert found(tmp_path, "addresses", a_lock="--find-links wheels\nlxml==1 --hash=sha256:00\n") == [
        "a.lock:1: names where packages come from; leave that to the builder's settings"
    ]


def test_this_project_itself_names_no_registry() -> None:
    assert list(CHECKS["addresses"](Project(Path(__file__).resolve().parents[2]))) == []
