"""A data manager refines a folder, again and again, whatever happens in between."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import Run, product_of


def states(out: Path) -> dict[str, str]:
    documents = json.loads((out / "dataset.json").read_text(encoding="utf-8"))["documents"]
    return {document["path"]: document["usability"] for document in documents}


def test_one_broken_file_does_not_stop_the_rest_and_the_exit_status_says_some(
    genba: Run, small_factory: Path, tmp_path: Path
) -> None:
    done = genba("refine", small_factory, "--out", tmp_path / "out")
    assert done.returncode == 1, done.stderr
    found = states(tmp_path / "out")
    assert found.pop("工場/空.docx") == "not"
    assert set(found.values()) == {"fully"}
    assert {"工場/まとめ.zip!/a.csv", "工場/まとめ.zip!/b.txt"} <= set(found)
    assert "report.html" in done.stdout


def test_all_and_none_have_their_own_exit_status(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    (small_factory / "空.docx").unlink()
    assert genba("refine", small_factory, "--out", tmp_path / "all").returncode == 0
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.xlsx").write_bytes(b"PK\x03\x04 cut")
    assert genba("refine", broken, "--out", tmp_path / "none").returncode == 2


def test_originals_are_never_changed(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    def fingerprint() -> dict[str, tuple[str, int]]:
        return {
            str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in small_factory.rglob("*")
            if path.is_file()
        }

    before = fingerprint()
    genba("refine", small_factory, "--out", tmp_path / "out")
    assert fingerprint() == before


def test_a_second_run_writes_nothing_but_its_own_record(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    genba("refine", small_factory, "--out", out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and ".genba" not in path.parts}
    again = genba("refine", small_factory, "--out", out)
    assert "変更なし 9件" in again.stdout
    changed = {path.name for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert changed == {"run.json"}


def test_workers_and_another_place_change_nothing(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    genba("refine", small_factory, "--out", tmp_path / "one", "--workers", 1)
    elsewhere = tmp_path / "elsewhere" / "工場"
    shutil.copytree(small_factory, elsewhere)
    genba("refine", elsewhere, "--out", tmp_path / "two", "--workers", 3)
    assert product_of(tmp_path / "one") == product_of(tmp_path / "two")


def test_changed_added_and_removed_files_lead_to_the_same_product_as_a_first_run(
    genba: Run, small_factory: Path, tmp_path: Path
) -> None:
    genba("refine", small_factory, "--out", tmp_path / "out")
    (small_factory / "議事録.md").write_text("# 品質会議\n\n- 不良率は0.2%になった。\n", encoding="utf-8")
    (small_factory / "製造部" / "生産実績_1.csv").unlink()
    (small_factory / "新しい.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    genba("refine", small_factory, "--out", tmp_path / "out")
    genba("refine", small_factory, "--out", tmp_path / "first")
    assert product_of(tmp_path / "out") == product_of(tmp_path / "first")


def test_fresh_finds_a_change_that_kept_size_and_time(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    path = small_factory / "議事録.md"
    genba("refine", small_factory, "--out", tmp_path / "out")
    time = path.stat().st_mtime_ns
    path.write_text(path.read_text(encoding="utf-8").replace("0.3%", "0.9%"), encoding="utf-8")
    os.utime(path, ns=(time, time))
    assert "変更なし 9件" in genba("refine", small_factory, "--out", tmp_path / "out").stdout
    assert "変更なし 8件" in genba("refine", small_factory, "--out", tmp_path / "out", "--fresh").stdout


def test_another_recipe_refines_everything_again(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    genba("refine", small_factory, "--out", tmp_path / "out")
    done = genba("refine", small_factory, "--out", tmp_path / "out", "--recipe", "documents")
    assert "変更なし 0件" in done.stdout
    assert states(tmp_path / "out")["工場/製造部/生産実績_0.csv"] == "listed"


def test_an_output_folder_with_other_peoples_files_is_refused_and_left_alone(
    genba: Run, small_factory: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "home" / "documents" / "大事.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("x", encoding="utf-8")
    done = genba("refine", small_factory, "--out", tmp_path / "home")
    assert done.returncode == 2
    assert "refine.out_not_empty" in done.stderr
    assert mine.exists()


def test_an_output_folder_inside_the_source_is_refused(genba: Run, small_factory: Path) -> None:
    done = genba("refine", small_factory, "--out", small_factory / "out")
    assert done.returncode == 2
    assert "refine.out_inside_source" in done.stderr


@pytest.mark.parametrize("arguments", [("refine",), ("refine", "nowhere", "--out", "x"), ("inspect", "nowhere")])
def test_misuse_says_what_to_do_and_exits_with_two(genba: Run, arguments: tuple[str, ...]) -> None:
    done = genba(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_source_that_does_not_exist_leaves_no_folder_behind(genba: Run, tmp_path: Path) -> None:
    assert genba("refine", tmp_path / "nowhere", "--out", tmp_path / "out").returncode == 2
    assert not (tmp_path / "out").exists()


def test_programs_get_json(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    done = genba("refine", small_factory, "--out", tmp_path / "out", "--json")
    outcome = json.loads(done.stdout)
    assert outcome["files"] == 9
    assert outcome["summary"]["usability"]["not"] == 1
    inspected = json.loads(genba("inspect", small_factory / "まとめ.zip", "--json").stdout)
    assert inspected[0]["record"]["path"] == "まとめ.zip"


def test_english_is_spoken_when_asked(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    done = genba("refine", small_factory, "--out", tmp_path / "out", "--lang", "en")
    assert "Usable as they are" in done.stdout
    assert 'lang="en"' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_help_loads_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys\nfrom genba.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pyarrow', 'lxml', 'pypdfium2', 'jinja2', 'sqlite3', 'psutil', 'msgspec', 'numpy'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_the_log_names_codes_and_no_contents(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    genba("refine", small_factory, "--out", tmp_path / "out")
    log = (tmp_path / "state" / "logs" / "genba.log").read_text(encoding="utf-8")
    assert "refine begins" in log
    assert "refine ends: exit 1, 9 files, 9 refined" in log
    assert "手順書" not in log
