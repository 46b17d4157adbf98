"""Two companies exchange a product as `genba demo share` shows it; then somebody meddles with their logs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.in_process import genba


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("companies")
    environment = {**os.environ, "PYTHONUTF8": "1", "GENBA_STATE_DIR": str(folder / "state"), "GENBA_LANG": "ja"}
    done = subprocess.run(
        (sys.executable, "-m", "genba", "demo", "share", "--out", "demo", "--yes"),
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "demo" / "said.txt").write_text(done.stdout, encoding="utf-8")
    return folder / "demo"


@pytest.fixture
def companies(shared: Path, tmp_path: Path) -> Path:
    shutil.copytree(shared, tmp_path / "demo")
    for home in ("maker", "buyer"):  # the key for secrets went along
        settings = tmp_path / "demo" / home / "exchange.toml"
        text = settings.read_text(encoding="utf-8").replace(str(shared), str(tmp_path / "demo"))
        settings.write_text(text, encoding="utf-8")
    return tmp_path / "demo"


def test_what_was_published_arrives_with_its_terms_and_receipts(shared: Path) -> None:
    manifest = json.loads((shared / "received" / "manifest.json").read_bytes())
    for entry in manifest["files"]:
        assert (shared / "received" / entry["path"]).read_bytes() == (shared / "product" / entry["path"]).read_bytes()
    terms = json.loads((shared / "received" / "terms.json").read_bytes())
    assert terms["agreement"]["policy"]["@type"] == "Agreement"
    assert {"consumer", "provider"} <= set(json.loads((shared / "received" / "receipt.json").read_bytes()))


def test_a_pull_for_another_purpose_and_after_withdrawal_leaves_nothing(shared: Path) -> None:
    assert not (shared / "received-2").exists()
    assert not (shared / "received-3").exists()


def test_how_each_term_is_kept_is_shown_before_anything_is_signed(shared: Path) -> None:
    said = (shared / "said.txt").read_text(encoding="utf-8")
    before, _, after = said.partition("# 提供側: 人が判断します")
    for label in ("提供側が制御", "受領側で確認・記録", "契約上の約束のみ"):
        assert label in before and label in after


@pytest.mark.parametrize("home", ["maker", "buyer"])
@pytest.mark.parametrize(
    "meddling",
    [
        "UPDATE log SET body = replace(body, 'quality', 'anything') WHERE kind = 'pull.begun'",
        "UPDATE log SET at = at + 1 WHERE seq = 5",
        "DELETE FROM log WHERE seq = 7",
        "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)",
    ],
)
def test_a_changed_or_missing_record_is_found(companies: Path, home: str, meddling: str) -> None:
    whole = genba(companies, "audit", "verify", "--home", home)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    with sqlite3.connect(companies / home / "exchange.sqlite") as database:
        assert database.execute(meddling).rowcount > 0
    found = genba(companies, "audit", "verify", "--home", home, "--json")
    assert found.returncode == 1, found.stdout + found.stderr
    assert json.loads(found.stdout)["findings"]


def test_a_partner_finds_a_pull_that_the_other_side_hides(companies: Path) -> None:
    log = (companies / "maker.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [line for line in log if '"pull.begun"' not in line]
    assert len(kept) < len(log)
    (companies / "maker.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert genba(companies, "audit", "verify", "maker.jsonl", "--home", "buyer").returncode == 1


def test_a_home_whose_key_is_gone_opens_for_nobody(companies: Path) -> None:
    for key in (companies / "state" / "exchange-keys").iterdir():
        key.unlink()
    for command in (("serve",), ("audit", "verify"), ("agreements",)):
        done = genba(companies, *command, "--home", "maker")
        assert done.returncode == 2
        assert "鍵" in done.stderr


def test_a_restored_home_has_the_same_records(companies: Path) -> None:
    assert genba(companies, "backup", "save", "saved", "--home", "maker").returncode == 0
    shutil.rmtree(companies / "maker")
    restored = genba(companies, "backup", "restore", "saved", "--home", "maker")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    verified = genba(companies, "audit", "verify", "--home", "maker")
    assert verified.returncode == 0, verified.stdout + verified.stderr
