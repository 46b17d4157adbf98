"""The machines we make archives for, and which wheels run on them."""

from dataclasses import dataclass

PYTHON_VERSIONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One kind of machine; its archive is named after it."""

    name: str
    platforms: tuple[str, ...]  # wheel platform tags, best first
    markers: tuple[tuple[str, str], ...]  # PEP 508 environment
    archive: str  # the suffix, which decides the format

    def environment(self, python: str) -> dict[str, str]:
        """The PEP 508 environment of this machine under one Python."""
        return {**dict(self.markers), "python_version": python, "python_full_version": f"{python}.0", "extra": ""}


WINDOWS = Target(
    name="windows-x64",
    platforms=("win_amd64",),
    markers=(
        ("implementation_name", "cpython"),
        ("os_name", "nt"),
        ("platform_machine", "AMD64"),
        ("platform_python_implementation", "CPython"),
        ("platform_system", "Windows"),
        ("sys_platform", "win32"),
    ),
    archive=".zip",
)
LINUX = Target(
    name="linux-x64",
    # Down from Debian 10 and RHEL 8 (glibc 2.28); newer distributions run all of these.
    platforms=(
        *(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17)),
        "manylinux2014_x86_64",
        "manylinux_2_12_x86_64",
        "manylinux2010_x86_64",
        "manylinux1_x86_64",
    ),
    markers=(
        ("implementation_name", "cpython"),
        ("os_name", "posix"),
        ("platform_machine", "x86_64"),
        ("platform_python_implementation", "CPython"),
        ("platform_system", "Linux"),
        ("sys_platform", "linux"),
    ),
    archive=".tar.gz",
)
TARGETS = {"windows": WINDOWS, "linux": LINUX}
