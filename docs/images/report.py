"""Take the pictures of the reports that README shows, from what `make demo` made; needs chromium.

make demo && .venv/bin/python docs/images/report.py
"""

import subprocess
import sys
from pathlib import Path

from genba.app.loop import write_report

HERE = Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "build" / "demo"
LARGEST_BYTES = 300_000
SIZE = "1200,1000"
LOOP_SIZE = "1200,860"


def main() -> int:
    """Draw both reports in both languages and keep their first screens."""
    for lang in ("ja", "en"):
        product = DEMO.with_name("images") / lang
        refine = [sys.executable, "-m", "genba", "refine", str(DEMO / "factory"), "--out", str(product), "--lang", lang]
        if subprocess.run(refine, stdout=subprocess.DEVNULL, check=False).returncode > 1:
            return 1
        take(product / "report.html", HERE / f"report-{lang}.png", SIZE)
        take(write_report(DEMO / "turn" / "signals", lang), HERE / f"loop-{lang}.png", LOOP_SIZE)
    return 0


def take(page: Path, picture: Path, size: str) -> None:
    """Take a picture of a page's first screen."""
    chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    subprocess.run([*chromium, f"--window-size={size}", f"--screenshot={picture}", page.as_uri()], check=True)
    if picture.stat().st_size > LARGEST_BYTES:
        sys.exit(f"{picture.name} is larger than {LARGEST_BYTES} bytes")


if __name__ == "__main__":
    sys.exit(main())
