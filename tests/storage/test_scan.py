"""A scan takes what the rules allow, says why it leaves the rest, and opens nothing."""

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from genba.errors import InvalidInput, NotFound
from genba.storage.rules import make_rules
from genba.storage.scan import Entry, Skipped, scan

ALL = make_rules((), (), take_private=False)


def make(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def taken(root: Path, rules: object = ALL) -> list[str]:
    return [item.portable for item in scan([root], rules) if isinstance(item, Entry)]  # type: ignore[arg-type]


def left(root: Path, rules: object = ALL) -> dict[str, str]:
    return {item.portable: item.code for item in scan([root], rules) if isinstance(item, Skipped)}  # type: ignore[arg-type]


def test_files_come_in_the_order_of_their_names_with_the_folder_first(tmp_path: Path) -> None:
    root = make(tmp_path / "共有", "b.csv", "製造部/手順書.docx", "a.csv")
    assert taken(root) == ["共有/a.csv", "共有/b.csv", "共有/製造部/手順書.docx"]


def test_decomposed_names_are_composed(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "検査データ.csv")
    root = make(tmp_path / "nas", name)
    assert taken(root) == ["nas/検査データ.csv"]


def test_temporary_and_system_files_are_left_out_and_named(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", "~$手順書.docx", "Thumbs.db", ".~lock.台帳.ods#", "a.csv", ".git/config")
    assert taken(root) == ["nas/a.csv"]
    assert set(left(root).values()) == {"scan.system_file"}


@pytest.mark.parametrize("name", ["人事・給与/評価.xlsx", "総務/2024年度_賞与一覧.xlsx", "マイナンバー届.pdf"])
def test_what_is_about_persons_is_left_out_by_default(tmp_path: Path, name: str) -> None:
    root = make(tmp_path / "nas", name, "a.csv")
    assert taken(root) == ["nas/a.csv"]
    assert list(left(root).values()) == ["scan.private"]
    assert len(taken(root, make_rules((), (), take_private=True))) == 2


def test_whoever_names_a_folder_wants_it(tmp_path: Path) -> None:
    assert taken(make(tmp_path / "人事", "規程.docx")) == ["人事/規程.docx"]


def test_patterns_of_the_recipe_decide(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", "a.csv", "b.docx", "旧/c.csv")
    rules = make_rules(["*.csv"], ["旧/"], take_private=False)
    assert taken(root, rules) == ["nas/a.csv"]
    assert left(root, rules) == {"nas/b.docx": "scan.not_included", "nas/旧": "scan.excluded"}


def test_an_ignore_file_holds_for_its_folder_and_below(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", "a.bak", "製造/a.bak", "製造/下/b.bak", "製造/残す.bak", "製造/c.csv")
    (root / "製造" / ".genbaignore").write_text("# 控え\n*.bak\n!残す.bak\n", encoding="utf-8")
    assert taken(root) == ["nas/a.bak", "nas/製造/c.csv", "nas/製造/残す.bak"]


def test_an_anchored_pattern_holds_only_beside_its_ignore_file(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", "製造/旧/a.csv", "製造/現/旧/b.csv")
    (root / "製造" / ".genbaignore").write_text("/旧/\n", encoding="utf-8")
    assert taken(root) == ["nas/製造/現/旧/b.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege on Windows")
def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", "a.csv")
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "out.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert taken(root) == ["nas/a.csv"]
    assert left(root) == {"nas/loop": "scan.link", "nas/out.csv": "scan.link"}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has named pipes in folders")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", "a.csv")
    os.mkfifo(root / "pipe")
    assert left(root) == {"nas/pipe": "scan.not_a_file"}


def test_a_file_that_is_only_in_the_cloud_is_not_asked_for(tmp_path: Path) -> None:
    root = make(tmp_path / "nas", ".手順書.docx.icloud")
    assert left(root) == {"nas/.手順書.docx.icloud": "scan.in_the_cloud"}


def test_hundreds_of_levels_of_folders_are_walked(tmp_path: Path) -> None:
    deep = tmp_path / "nas"
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.csv").write_bytes(b"x")
    assert len(taken(tmp_path / "nas")) == 1


def test_sources_that_do_not_exist_or_share_a_name_are_refused(tmp_path: Path) -> None:
    one, two = make(tmp_path / "1" / "nas", "a"), make(tmp_path / "2" / "nas", "a")
    with pytest.raises(NotFound, match=r"scan\.no_such_source"):
        list(scan([tmp_path / "absent"], ALL))
    with pytest.raises(InvalidInput, match=r"scan\.same_name"):
        list(scan([one, two], ALL))


def test_a_single_file_can_be_a_source(tmp_path: Path) -> None:
    make(tmp_path, "a.csv")
    assert [item.portable for item in scan([tmp_path / "a.csv"], ALL)] == ["a.csv"]
