"""The edition of a package is part of what results depend on."""

from importlib.metadata import version

from genba.recognisers.editions import edition


def test_the_edition_is_the_installed_version() -> None:
    assert edition("msgspec", "msgspec") == version("msgspec")


def test_what_is_not_installed_or_comes_with_python_has_none() -> None:
    assert edition("no_such_module", "no-such") == edition("json", "json") == ""
