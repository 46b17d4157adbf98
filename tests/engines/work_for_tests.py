"""Work functions that behave badly on purpose; worker processes import them by name."""

import os
import time
from collections.abc import Callable


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
    elif order == "die":
        os._exit(9)
    elif order == "raise":
        raise ValueError("a secret from the file")
    elif order == "print":
        print("noise that must not reach the pipe")
    output(order.upper().encode())
