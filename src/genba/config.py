"""What the environment says; the only place that reads it."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings from outside, read once and handed down."""

    lang: str = "ja"
    color: bool = True
    state_dir: Path | None = None  # logs of this user; None where there is no home, as for some services


def load_config() -> Config:
    """Read the environment; unknown or empty values fall back to what most users want."""
    lang = os.environ.get("GENBA_LANG", "")[:2].lower()
    if lang not in ("ja", "en"):
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        lang = "en" if locale.lower().startswith("en") else "ja"
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Config(lang=lang, color=color, state_dir=_state_dir())


def _state_dir() -> Path | None:
    given = os.environ.get("GENBA_STATE_DIR")
    if given:
        return Path(given)
    try:
        if sys.platform == "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "genba"
        return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "genba"
    except RuntimeError:
        return None
