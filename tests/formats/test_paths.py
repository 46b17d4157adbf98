"""Names and paths by rule: what is safe here is safe on Windows, macOS and Linux."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.paths import extended, is_inside, is_reserved, portable_key, safe_name


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("a\\b\\c.xlsx", "a/b/c.xlsx"),
        ("./a//b/", "a/b"),
        (unicodedata.normalize("NFD", "検査/ガスケット.xlsx"), "検査/ガスケット.xlsx"),
        ("手順書　最新.docx", "手順書　最新.docx"),
    ],
)
def test_one_file_has_one_key_on_every_system(path, key):
    assert portable_key(path) == key


@pytest.mark.parametrize(
    "name",
    ["CON", "con", "nul.txt", "Aux", "COM1", "com9.log", "LPT1.", "COM¹", "prn ", "NUL .txt", "CONIN$", "nul.tar.gz"],
)
def test_device_names_are_recognised(name):
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["CONTACT", "COM10", "null", "console.txt", "a.nul", "COM"])
def test_names_that_only_look_like_devices_are_not(name):
    assert not is_reserved(name)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("検査表.xlsx", "検査表.xlsx"),
        ("a/b\\c", "a／b＼c"),
        ('<>:"|?*', "＜＞：”｜？＊"),
        ("CON", "CON_"),
        ("nul.txt", "nul_.txt"),
        ("name. . ", "name"),
        ("..", "_"),
        ("", "_"),
        ("   ", "_"),
        ("a\x00b\nc", "a_b_c"),
        ("\ud800x", "_x"),
        ("か\u3099.txt", "が.txt"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(name, safe):
    assert safe_name(name) == safe


def test_a_long_name_is_cut_between_characters_and_keeps_its_extension():
    safe = safe_name("検査" * 100 + ".xlsx")
    assert safe.endswith(("査.xlsx", "検.xlsx"))
    assert len(safe.encode()) <= 255


@given(st.text(max_size=300))
def test_a_safe_name_is_safe_and_stays_the_same(name):
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert is_inside("root", safe)
    assert 0 < len(safe.encode()) <= 255


LONG = "\\".join(["検査記録"] * 80)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\data\\a.txt", "C:\\data\\a.txt"),
        ("C:\\" + LONG, "\\\\?\\C:\\" + LONG),
        ("C:/" + LONG.replace("\\", "/"), "\\\\?\\C:\\" + LONG),
        ("\\\\server\\share\\" + LONG, "\\\\?\\UNC\\server\\share\\" + LONG),
        ("//server/share/" + LONG, "\\\\?\\UNC\\server\\share\\" + LONG),
        ("C:\\x\\..\\.\\" + LONG, "\\\\?\\C:\\" + LONG),
        ("C:\\..\\" + LONG, "\\\\?\\C:\\" + LONG),
        ("\\\\server\\share\\..\\" + LONG, "\\\\?\\UNC\\server\\share\\" + LONG),
        ("\\\\?\\C:\\" + LONG, "\\\\?\\C:\\" + LONG),
        ("C:\\data\\nul.txt", "\\\\?\\C:\\data\\nul.txt"),
        ("C:\\data\\name.", "\\\\?\\C:\\data\\name."),
        (LONG, LONG),
        ("C:" + LONG, "C:" + LONG),
    ],
)
def test_long_windows_paths_get_their_prefix(path, expected):
    assert extended(path, windows=True) == expected


def test_elsewhere_paths_stay_as_they_are():
    assert extended("/data/" + "x" * 300, windows=False) == "/data/" + "x" * 300


@pytest.mark.parametrize(
    "member", ["a.txt", "検査/表.xlsx", "a\\b.txt", "folder/", "./a", "a..b/c", ".hidden", "a/...b", "～$a.xlsx"]
)
def test_ordinary_members_are_inside(member):
    assert is_inside("out", member)


@pytest.mark.parametrize(
    "member",
    [
        "",
        "/",
        ".",
        "./",
        "..",
        "../a",
        "a/../../b",
        "a/..",
        "..\\a",
        "a\\..\\..\\b",
        "/etc/passwd",
        "\\windows",
        "C:\\x",
        "C:x",
        "Ｃ：x",
        "a:stream",
        "\\\\server\\share",
        "//server/share",
        "\\\\?\\C:\\x",
        "nul",
        "a/CON.txt",
        "COM1",
        "a\x00b",
        "a\nb",
        "a/b.",
        "a/b ",
        "a//b",
        "... ",
        "....",
    ],
)
def test_doubtful_members_are_outside(member):
    assert not is_inside("out", member)


@given(st.text(st.sampled_from("./\\a:C検 \x00"), max_size=12))
def test_no_member_that_is_inside_leads_out(member):
    if is_inside("out", member):
        assert ".." not in member.replace("\\", "/").split("/")
        assert not member.startswith(("/", "\\"))
        assert ":" not in member
