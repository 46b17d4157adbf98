"""From files to relations and back with the user's words, by the command line."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.journeys.conftest import Run

RULE = "# {title}\n\n文書番号: {number}\n改訂番号: {revision}\n品番: KB-1024\n\n" + "".join(
    f"手順{n}: ボルト{n}を治具に置き、順に締め付ける。\n\n" for n in range(12)
)


def share(root: Path) -> Path:
    root.mkdir()
    for revision in (1, 2):
        text = RULE.format(title="軸受圧入作業手順書", number="WS-0012", revision=revision)
        (root / f"WS-0012_軸受圧入作業手順書_第{revision}版.md").write_text(text, encoding="utf-8")
    parts = "品番,品名\n" + "".join(f"KB-{1000 + n},部品{n}\n" for n in range(20))
    (root / "品番マスタ.csv").write_text(parts, encoding="utf-8")
    (root / "連絡.txt").write_text(
        "圧入は WS-0012 による。KB-7777 は製作中。\n図面 D-9999 を参照。\n", encoding="utf-8"
    )
    return root


def relations(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "relations.json").read_bytes())
    return found


def test_editions_references_and_codes_are_found_and_the_answers_of_the_user_kept(genba: Run, tmp_path: Path) -> None:
    source, out = share(tmp_path / "share"), tmp_path / "out"
    genba("refine", source, "--out", out, "--workers", 2)
    found = relations(out)
    (family,) = found["families"]
    assert [(Path(item["path"]).stem[-3:], item["kinship"]) for item in family["members"]] == [
        ("第2版", "current"),
        ("第1版", "revision"),
    ]
    links = {item["code"]: (item["resolution"], item.get("target", "")) for item in found["references"]}
    current, old = (item["document"] for item in family["members"])
    assert links == {"WS-0012": ("resolved", current), "D-9999": ("missing", "")}
    assert ("part", "KB-7777") in {(item["kind"], item["code"]) for item in found["codes"]}
    chunks = [row for path in sorted((out / "chunks").glob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    assert old not in {row["document_id"] for row in chunks}
    assert {(row["document_number"], row["is_current"]) for row in chunks if row["document_id"] == current} == {
        ("WS-0012", True)
    }
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "古い版" in page
    assert "D-9999" in page

    table = list(csv.reader(io.StringIO((out / "vocabulary.csv").read_text(encoding="utf-8-sig"))))
    assert table[1][:3] == ["番号の形", "品番", "KB-9999"]
    answered = tmp_path / "answers.csv"
    with answered.open("w", encoding="cp932", newline="") as stream:
        csv.writer(stream).writerows([table[0], *([*row[:5], "いいえ"] for row in table[1:])])
    genba("refine", source, "--out", out, "--vocabulary", answered)
    assert "KB-7777" not in {item["code"] for item in relations(out)["codes"]}
    again = genba("refine", source, "--out", out, "--vocabulary", answered)
    assert "変更なし 4件" in again.stdout


def test_older_editions_stay_in_the_chunks_where_the_recipe_says_so(genba: Run, tmp_path: Path) -> None:
    recipe = tmp_path / "keep.toml"
    steps = "".join(f'[[step]]\nuse = "{use}"\n' for use in ("metadata.extract", "identity.assign", "chunks.split"))
    recipe.write_text(f'name = "keep"\n[collection]\nsuperseded = "keep"\n{steps}', encoding="utf-8")
    source, out = share(tmp_path / "share"), tmp_path / "out"
    genba("refine", source, "--out", out, "--recipe", recipe)
    rows = [row for path in sorted((out / "chunks").glob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    assert {row["is_current"] for row in rows if "軸受" in row["title"]} == {True, False}


def test_a_file_of_words_that_is_not_there_is_told_before_anything_is_written(genba: Run, tmp_path: Path) -> None:
    done = genba("refine", share(tmp_path / "share"), "--out", tmp_path / "out", "--vocabulary", "ない.csv")
    assert done.returncode == 2
    assert "vocabulary.no_such_file" in done.stderr
    assert not (tmp_path / "out").exists()
