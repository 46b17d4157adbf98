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
    # A language model that the user runs or rents; nothing is sent anywhere while these are empty.
    language_model_url: str = ""  # of an OpenAI-compatible service, up to /v1
    language_model: str = ""  # its name there
    language_model_key_file: Path | None = None  # a file, so that the key stands in no process list and no log
    edge_key_file: Path | None = None  # keys that prove batches of genba-edge, one a line


def load_config() -> Config:
    """Read the environment; unknown or empty values fall back to what most users want."""
    lang = os.environ.get("GENBA_LANG", "")[:2].lower()
    if lang not in ("ja", "en"):
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        lang = "en" if locale.lower().startswith("en") else "ja"
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    key_file = os.environ.get("GENBA_LANGUAGE_MODEL_KEY_FILE", "")
    edge_key_file = os.environ.get("GENBA_EDGE_KEY_FILE", "")
    return Config(
        lang=lang,
        color=color,
        state_dir=_state_dir(),
        language_model_url=os.environ.get("GENBA_LANGUAGE_MODEL_URL", ""),
        language_model=os.environ.get("GENBA_LANGUAGE_MODEL", ""),
        language_model_key_file=Path(key_file) if key_file else None,
        edge_key_file=Path(edge_key_file) if edge_key_file else None,
    )


def environment_of_workers() -> dict[str, str]:
    """Give the environment with one thread per worker for linear algebra: each core has a worker already.

    Threads that spin beside each other cost 7 times (35 sentences/s instead of 260, two workers on two cores).
    """
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def environment_of_a_demonstration(state_dir: Path) -> dict[str, str]:
    """Give the environment of commands whose keys and logs stay in the demonstration's own folder."""
    return {**os.environ, "GENBA_STATE_DIR": str(state_dir), "PYTHONUTF8": "1"}


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
