"""The commands of the exchange say what is wrong in sentences, and show names instead of ids."""

import io
import json
import sys
from pathlib import Path

import pytest

from genba.app.share_demo import write_files
from genba.cli.main import main

NAME = "現場精機"
PARTNER = "did:web:ohmi.example"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENBA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    assert main(["identity", "new", "--home", "us", "--name", NAME, "--address", "http://127.0.0.1:9", "--local"]) == 0
    return tmp_path / "us"


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0, home: str = "us") -> str:
    capsys.readouterr()
    got = main([*arguments, "--home", home, "--lang", "en"])
    shown = capsys.readouterr()
    assert got == status, shown.out + shown.err
    return shown.out + shown.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("partner", "add", "ohmi"), "share.partner_no_did"),
        (("partner", "add", PARTNER, "--address", "ftp://x"), "share.partner_no_address"),
        (("partner", "add", PARTNER, "--corporate-number", "1"), "share.no_corporate_number"),
        (("partner", "block", PARTNER), "share.no_such_partner"),
        (("waiting", "accept"), "share.waiting_no_pid"),
        (("waiting", "dismiss", "nothing"), "web.unknown_id"),
        (("agreements", "nothing"), "web.unknown_id"),
        (("negotiate", "nothing", "--yes"), "share.unknown_offer"),
        (("pull", "nothing", "--out", "there"), "pull.no_such_agreement"),
        (("catalog", "http://127.0.0.1:9"), "catalogue.unknown_address"),
        (("credential", "add"), "share.credential_missing"),
        (("credential", "add", "nothing.jwt"), "share.credential_unreadable"),
        (("credential", "remove", "nothing"), "share.no_such_credential"),
        (("identity", "new"), "exchange_home.exists"),
        (("identity", "rotate"), "exchange_home.did_is_its_key"),
        (("audit", "export"), "share.audit_no_file"),
        (("carry", "out", "file"), "share.carry_no_partner"),
        (("publish", "nothing", "--terms", "suppliers", "--personal-data", "none", "--signed-by", "QA"), "product."),
        (("publish", "nothing", "--terms", "suppliers"), "publish.no_statement"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_code_and_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    text = said(capsys, *arguments, status=2)
    assert f"[{code}" in text and len(text) > len(code) + 40


def test_without_a_home_every_command_says_how_to_make_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("partner", "list"), ("waiting", "list"), ("agreements",), ("credential", "list"), ("serve",)):
        assert "genba identity new --home nowhere" in said(capsys, *command, status=2, home="nowhere")


def test_a_partner_is_changed_by_what_is_given_and_keeps_the_rest(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "partner", "add", PARTNER, "--name", "近江", "--address", "https://ohmi.example/")
    shown = said(capsys, "partner", "add", PARTNER, "--group", "suppliers", "--json")
    (partner,) = json.loads(shown)
    assert partner["name"] == "近江" and partner["groups"] == ["suppliers"]
    assert partner["address"] == "https://ohmi.example/dsp/2025-1"  # the usual path is filled in
    assert "blocked" in said(capsys, "partner", "block", PARTNER)
    assert "近江" in said(capsys, "audit", "show")


def test_who_publishes_learns_of_a_group_nobody_is_in_and_of_terms_that_are_over(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_files(tmp_path / "files")
    assert main(["refine", "files", "--out", "product"]) == 0
    word = ("--terms", "suppliers", "--personal-data", "none", "--signed-by", "QA")
    assert "[publish.already_over]" in said(capsys, "publish", "product", *word, "--set", "until=2020-01-01", status=2)
    assert "such as quality" in said(capsys, "publish", "product", *word, "--set", "purposes=qualty", status=2)
    assert "group “suppliers”" in said(capsys, "publish", "product", *word)
    said(capsys, "partner", "add", PARTNER, "--group", "suppliers")
    assert "group “suppliers”" not in said(capsys, "publish", "product", *word)


def test_a_secret_comes_from_standard_input_and_is_kept_sealed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert "[share.no_secret]" in said(capsys, "identity", "secret", status=2)
    monkeypatch.setattr("sys.stdin", io.StringIO("geheim-4711\n"))
    said(capsys, "identity", "secret")
    kept = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert (home / "keys" / "oauth2-client.sealed").exists()
    assert not any(b"geheim-4711" in content for content in kept)


def test_a_company_with_a_domain_changes_its_key_and_its_log_stays_whole(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = ("--name", NAME, "--did", "did:web:maker.example", "--address", "https://maker.example")
    said(capsys, "identity", "new", *address, home="web")
    said(capsys, "partner", "add", PARTNER, home="web")
    assert "k2" in said(capsys, "identity", "rotate", home="web")
    said(capsys, "partner", "block", PARTNER, home="web")
    assert "3 records" in said(capsys, "audit", "verify", home="web")


def test_an_empty_wallet_and_an_empty_list_say_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "genba credential add" in said(capsys, "credential", "list")
    assert "genba partner add" in said(capsys, "partner", "list")
    assert "no agreements" in said(capsys, "agreements")


@pytest.mark.parametrize("command", [("identity", "new"), ("identity", "secret"), ("partner", "list")])
def test_without_the_extra_its_name_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    for name in [name for name in sys.modules if name.startswith(("genba.trust", "cryptography"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    assert "genba[share]" in said(capsys, *command, status=2, home="other" if command[1] == "new" else "us")
