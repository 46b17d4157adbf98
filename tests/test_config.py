"""What the environment says reaches the program and its workers, and nothing else does."""

from pathlib import Path

import pytest

from genba.config import environment_of_workers, load_config


def test_no_language_model_is_configured_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GENBA_LANGUAGE_MODEL_URL", "GENBA_LANGUAGE_MODEL", "GENBA_LANGUAGE_MODEL_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    config = load_config()
    assert (config.language_model_url, config.language_model, config.language_model_key_file) == ("", "", None)


def test_a_language_model_is_configured_by_address_name_and_a_file_with_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GENBA_LANGUAGE_MODEL_URL", "http://127.0.0.1:8080/v1")
    monkeypatch.setenv("GENBA_LANGUAGE_MODEL", "gemma")
    monkeypatch.setenv("GENBA_LANGUAGE_MODEL_KEY_FILE", "keys/gemma")
    config = load_config()
    assert config.language_model_url == "http://127.0.0.1:8080/v1"
    assert config.language_model == "gemma"
    assert config.language_model_key_file == Path("keys/gemma")


def test_workers_calculate_in_one_thread_each_and_keep_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "16")
    monkeypatch.setenv("GENBA_LANG", "en")
    environment = environment_of_workers()
    assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1"
    assert environment["GENBA_LANG"] == "en"


def test_keys_of_edge_batches_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENBA_EDGE_KEY_FILE", raising=False)
    assert load_config().edge_key_file is None
    monkeypatch.setenv("GENBA_EDGE_KEY_FILE", "keys/lines")
    assert load_config().edge_key_file == Path("keys/lines")
