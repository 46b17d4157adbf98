"""Two companies that no network joins: catalogue, contract, product and receipts travel as files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.app.exchange.small_product import make_product
from tests.in_process import genba


class Companies:
    """Runs genba for two homes in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, home: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return genba(self.folder, *arguments, "--home", home)

    def ask(self, home: str, *arguments: str, status: int = 0) -> Any:
        done = self.run(home, *arguments, "--json")
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)


def there_and_back(companies: Companies, ids: dict[str, str], number: int) -> None:
    """Carry what waits from each side to the other."""
    for sender, receiver in (("buyer", "maker"), ("maker", "buyer")):
        parcel = f"{sender}-{number}.json"
        companies.ask(sender, "carry", "out", parcel, "--partner", ids[receiver])
        companies.ask(receiver, "carry", "in", parcel)
        companies.ask(receiver, "carry", "in", parcel)  # a stick that is read twice does no harm


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Companies:
    found = Companies(tmp_path_factory.mktemp("files"))
    make_product(found.folder / "product")
    return found


def test_an_exchange_by_files_ends_with_the_same_proof_on_both_sides(companies: Companies) -> None:
    ids = {
        home: companies.ask(home, "identity", "new", "--name", home, "--local")["participant"]
        for home in ("maker", "buyer")
    }
    companies.ask("maker", "partner", "add", ids["buyer"], "--address", "file:", "--group", "suppliers")
    companies.ask("buyer", "partner", "add", ids["maker"], "--address", "file:")
    word = ("--personal-data", "none", "--signed-by", "山田")
    offer = companies.ask("maker", "publish", "product", "--terms", "suppliers", *word)["offer"]
    companies.ask("maker", "carry", "out", "catalog.json", "--partner", ids["buyer"], "--catalog")
    assert companies.ask("buyer", "carry", "in", "catalog.json")["offers"] == 1

    companies.ask("buyer", "negotiate", offer, "--yes", "--wait", "0", status=1)
    there_and_back(companies, ids, 1)
    (waiting,) = companies.ask("maker", "waiting", "list")
    companies.ask("maker", "waiting", "accept", waiting["pid"])
    for number in (2, 3, 4):
        there_and_back(companies, ids, number)
    (given,), (taken,) = (companies.ask(home, "agreements") for home in ("maker", "buyer"))
    assert given["final"] and taken["final"] and given["id"] == taken["id"]

    agreement = given["id"]
    refused = companies.run("maker", "carry", "out", "no.zip", "--agreement", agreement, "--purpose", "design")
    assert refused.returncode == 2 and not (companies.folder / "no.zip").exists()
    companies.ask("maker", "carry", "out", "p.zip", "--agreement", agreement, "--purpose", "quality")
    stranger = companies.run("maker", "carry", "in", "p.zip", "--out", "stolen")
    assert stranger.returncode == 2 and not (companies.folder / "stolen").exists()
    companies.ask("buyer", "carry", "in", "p.zip", "--out", "got")
    companies.ask("maker", "carry", "in", "p.zip.receipt")
    companies.ask("buyer", "carry", "in", "p.zip.receipt.answer", "--out", "got")

    original = companies.folder / "product" / "manifest.json"
    assert (companies.folder / "got" / "manifest.json").read_bytes() == original.read_bytes()
    for home, other in (("maker", "buyer"), ("buyer", "maker")):
        verified = companies.ask(home, "audit", "verify")
        assert (verified["pulls"], verified["receipts"], verified["findings"]) == (1, 2, [])
        companies.ask(home, "audit", "export", f"{home}.jsonl", "--partner", ids[other])
        assert companies.ask(other, "audit", "verify", f"{home}.jsonl")["findings"] == []


@pytest.mark.parametrize("content", [b"", b"{}", b"PK", b"PK\x03\x04broken", b"a.b.c", b"\xff\xfe", b"{" * 2000])
def test_a_file_that_is_nothing_of_the_kind_is_refused_with_a_sentence(companies: Companies, content: bytes) -> None:
    (companies.folder / "strange").write_bytes(content)
    done = companies.run("buyer", "carry", "in", "strange", "--out", "nowhere")
    assert done.returncode == 2
    assert "予期しない" not in done.stderr and done.stderr.startswith("genba: [")
    assert not (companies.folder / "nowhere").exists()
