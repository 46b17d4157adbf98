"""The same source gives the same bytes, wherever, with however many workers, beside whichever other files."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.factory_product import refine
from tests.golden.make import build_source

# What may differ between runs: times and host, and the run's own memory.
APART = ("run.json", ".genba/")


def content(root: Path) -> dict[str, bytes]:
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: data for name, data in files.items() if not name.startswith(APART)}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("once")
    build_source(folder / "現場")
    refine(folder / "現場", folder / "product", "--workers", "1")
    return folder


def test_another_folder_and_two_workers_give_the_same_bytes(once: Path, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere" / "現場"
    build_source(source)
    refine(source, tmp_path / "out", "--workers", "2")
    assert content(tmp_path / "out") == content(once / "product")


def test_a_second_run_and_a_fresh_one_change_nothing(once: Path) -> None:
    before = content(once / "product")
    refine(once / "現場", once / "product", "--workers", "2")
    assert content(once / "product") == before
    refine(once / "現場", once / "product", "--workers", "2", "--fresh")
    assert content(once / "product") == before


def test_other_files_leave_documents_tables_and_lineage_as_they_were(once: Path, tmp_path: Path) -> None:
    source = tmp_path / "現場"
    build_source(source)
    (source / "00_先頭.csv").write_text("品名,数量\nボルト,3\n", encoding="utf-8")
    (source / "製造部" / "温度記録.csv").unlink()
    refine(source, tmp_path / "out", "--workers", "2")
    before, after = content(once / "product"), content(tmp_path / "out")
    kept = [name for name in after if name.startswith(("documents/", "tables/", "lineage/")) and name in before]
    assert len(kept) == 8 + sum(name.startswith("tables/") for name in kept)
    assert all(after[name] == before[name] for name in kept)


def test_an_edited_paragraph_leaves_ids_elsewhere_in_its_file(once: Path, tmp_path: Path) -> None:
    shutil.copytree(once / "現場", tmp_path / "現場")
    path = tmp_path / "現場" / "製造部" / "点検手順_第3版.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("主電源を切る。", "主電源を切り、施錠する。"), encoding="utf-8"
    )
    refine(tmp_path / "現場", tmp_path / "out", "--workers", "1")

    def ids(root: Path) -> dict[str, str]:
        named: list[dict[str, Any]] = [json.loads(found.read_bytes()) for found in (root / "documents").glob("*.json")]
        [document] = [found for found in named if found["source"]["path"].endswith(".md")]
        return {
            node["id"]: node["text"] for section in document["sections"] for node in section["nodes"] if "id" in node
        }

    before, after = ids(once / "product"), ids(tmp_path / "out")
    assert [before[gone] for gone in before.keys() - after.keys()] == ["主電源を切る。"]
    assert [after[new] for new in after.keys() - before.keys()] == ["主電源を切り、施錠する。"]
