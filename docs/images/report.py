"""Take the pictures of the report that README shows, from the example factory of `make demo`; needs chromium.

make demo && .venv/bin/python docs/images/report.py
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "build" / "demo"
LARGEST_BYTES = 300_000
SIZE = "1200,1000"


def main() -> int:
    """Refine into a product per language, open its report, keep the first screen."""
    for lang in ("ja", "en"):
        product = DEMO.with_name("images") / lang
        refine = [sys.executable, "-m", "genba", "refine", str(DEMO / "factory"), "--out", str(product), "--lang", lang]
        if subprocess.run(refine, stdout=subprocess.DEVNULL, check=False).returncode > 1:
            return 1
        picture = HERE / f"report-{lang}.png"
        chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        page = (product / "report.html").as_uri()
        subprocess.run([*chromium, f"--window-size={SIZE}", f"--screenshot={picture}", page], check=True)
        if picture.stat().st_size > LARGEST_BYTES:
            sys.exit(f"{picture.name} is larger than {LARGEST_BYTES} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
