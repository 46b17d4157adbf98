"""Work functions that behave badly on purpose; worker processes import them by name."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from genba.errors import Unavailable


def misbehave(body: bytes, started: Callable[[str], None], output: Callable[[bytes], None]) -> None:
    order = body.decode()
    started(f"at {order}")
    if order == "sleep":
        time.sleep(60)
    elif order == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(8 << 20))
            time.sleep(0.01)
    elif order.startswith("hold"):
        hoard = [bytearray(b"x") * (220 << 20)]
        time.sleep(1.5)
        hoard.clear()
    elif order == "nap":
        time.sleep(4)
    elif order == "start":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        output(str(child.pid).encode())
        time.sleep(60)
    elif order == "full":
        raise Unavailable("storage.write_failed", reason="No space left on device")
    elif order == "die":
        os._exit(9)
    elif order == "raise":
        raise ValueError("a secret from the file")
    elif order == "print":
        sys.stdout.write("noise that must not reach the pipe\n")
    output(order.upper().encode())
