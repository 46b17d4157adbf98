"""Converts files with one tool inside that tool's own environment; standard library only, besides the tool itself.

Reads a job as JSON from standard input and prints a JSON answer as the last line: for each file the seconds of every
repetition, or the error. Each tool does its usual output, written to disk, through its documented Python interface.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

Convert = Callable[[Path, Path], None]


def markitdown() -> Convert:
    """Markdown by `MarkItDown.convert`."""
    from markitdown import MarkItDown  # type: ignore[import-not-found]

    converter = MarkItDown()
    return lambda path, out: _write(out, ".md", converter.convert(str(path)).text_content)


def exstruct() -> Convert:
    """JSON by `process_excel` in light mode, the one that needs no Excel."""
    from exstruct import process_excel  # type: ignore[import-not-found]

    return lambda path, out: process_excel(path, out.with_name(out.name + ".json"), mode="light")


def kreuzberg() -> Convert:
    """Markdown by `extract_file_sync`; its cache off, or repetitions would measure nothing."""
    from kreuzberg import ExtractionConfig, extract_file_sync  # type: ignore[import-not-found]

    config = ExtractionConfig(use_cache=False, output_format="markdown")
    return lambda path, out: _write(out, ".md", extract_file_sync(str(path), config=config).content)


def docling() -> Convert:
    """Markdown and JSON by `DocumentConverter`."""
    from docling.document_converter import DocumentConverter  # type: ignore[import-not-found]

    converter = DocumentConverter()

    def convert(path: Path, out: Path) -> None:
        document = converter.convert(path).document
        _write(out, ".md", document.export_to_markdown())
        _write(out, ".json", json.dumps(document.export_to_dict(), ensure_ascii=False))

    return convert


def genba() -> Convert:
    """Everything `genba refine` writes for one document, by the function its workers run."""
    import msgspec

    from genba.app.pipeline import work
    from genba.app.task import FileTask
    from genba.recipes.recipe import load_recipe

    recipe = load_recipe("factory").recipe

    def convert(path: Path, out: Path) -> None:
        task = FileTask(path=os.fsencode(path), portable=path.name, out=os.fsencode(out), recipe=recipe)
        work(msgspec.json.encode(task), lambda label: None, lambda record: None)

    return convert


TOOLS: dict[str, Callable[[], Convert]] = {
    "genba": genba,
    "markitdown": markitdown,
    "exstruct": exstruct,
    "kreuzberg": kreuzberg,
    "docling": docling,
}


def run(job: dict[str, object]) -> dict[str, object]:
    """Convert each file as often as asked, after one warm-up on another file."""
    files = [Path(str(name)) for name in _list(job["files"])]
    names = [str(name) for name in _list(job.get("names") or [str(place) for place in range(len(files))])]
    out = Path(str(job["out"]))
    out.mkdir(parents=True, exist_ok=True)
    repetitions = int(str(job.get("repetitions", 1)))
    answer: dict[str, object] = {}
    with contextlib.redirect_stdout(sys.stderr):
        convert = TOOLS[str(job["tool"])]()
        for path in map(Path, map(str, _list(job.get("warm_up") or []))):
            _timed(convert, path, out / "warm-up")
        for path, name in zip(files, names, strict=True):
            timings = [_timed(convert, path, out / name) for _ in range(repetitions)]
            answer[name] = {
                "wall_s": [wall for wall, _, _ in timings],
                "cpu_s": [cpu for _, cpu, _ in timings],
                "error": timings[-1][2] if timings else "",
            }
    return answer


def _timed(convert: Convert, path: Path, out: Path) -> tuple[float, float, str]:
    wall, cpu, error = time.perf_counter(), time.process_time(), ""
    try:
        convert(path, out)
    except Exception as caught:  # a tool that fails on a file is a result, not the end
        error = f"{type(caught).__name__}: {caught}"[:300]
    return time.perf_counter() - wall, time.process_time() - cpu, error


def _write(out: Path, suffix: str, text: str) -> None:
    out.with_name(out.name + suffix).write_text(text, encoding="utf-8")


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def main() -> None:
    """Answer one job."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    answer = run(json.loads(sys.stdin.read()))
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()
    # Some tools leave threads behind that keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
