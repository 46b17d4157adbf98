"""Write the invented factory's file share and its truth: python examples/factory/generate.py OUT [--seed 7]."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from examples.factory import company, contents
from examples.factory.company import Factory, File

JST = timezone(timedelta(hours=9))


def build(seed: int) -> list[File]:
    """Every file of the share, in the order of their paths."""
    factory = Factory(seed)
    files = [file for builder in contents.BUILDERS for file in builder(factory)]
    copies = contents.copies(factory, files)
    return sorted([*files, *copies], key=lambda file: file.path)


def truth_of(factory: Factory, files: Sequence[File]) -> dict[str, object]:
    """What a perfect reader would find, file by file, with the counts."""
    listed = [
        {
            "path": file.path,
            "kind": file.kind,
            "format": file.format,
            "size_bytes": len(file.data),
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "troubles": list(file.troubles),
            "truth": file.truth,
        }
        for file in files
    ]
    return {
        "company": {"name": company.NAME, "name_en": company.NAME_EN, "employees": 300},
        "seed": factory.seed,
        "today": factory.today.isoformat(),
        "counts": {
            "files": len(files),
            "formats": dict(sorted(Counter(file.format for file in files).items())),
            "kinds": dict(sorted(Counter(file.kind for file in files).items())),
            "troubles": dict(sorted(Counter(t for file in files for t in file.troubles).items())),
        },
        "files": listed,
    }


def write(out: Path, seed: int, truth_file: Path) -> dict[str, object]:
    """Write the share below `out` and the truth beside it; return the truth."""
    factory = Factory(seed)
    files = build(seed)
    rng = factory.rng("mtime")
    for file in files:
        target = out / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        moment = _moment(file.day or factory.day(rng, 1500), rng.randrange(8 * 3600, 19 * 3600))
        os.utime(target, (moment, moment))
    truth = truth_of(factory, files)
    truth_file.parent.mkdir(parents=True, exist_ok=True)
    truth_file.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return truth


def _moment(day: date, seconds: int) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=JST).timestamp()) + seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write an invented Japanese factory's file share with known truth.")
    parser.add_argument("out", type=Path, help="folder to write the share into")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--truth", type=Path, help="where to write the truth (default: OUT-truth.json beside OUT)")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    truth = write(out, options.seed, options.truth or out.with_name(out.name + "-truth.json"))
    print(json.dumps(truth["counts"], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
