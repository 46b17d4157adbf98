"""How much one caller may ask of us: token buckets in bounded memory."""

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_BUCKETS = 20_000
BURST_S = 10.0  # a caller may use this much of its rate at once


class Buckets:
    """One token bucket for each key; the key not seen for longest is forgotten first."""

    def __init__(self, per_minute: int, *, now: Callable[[], float], most: int = MOST_BUCKETS) -> None:
        """`now` is a clock that never goes back, in seconds."""
        self._rate = max(per_minute, 1) / 60.0
        self._size = max(self._rate * BURST_S, 1.0)
        self._now = now
        self._most = most
        self._filled: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key: tokens, when they were counted
        self._lock = threading.Lock()

    def wait_s(self, key: str) -> float:
        """Take a token and give 0, or give the seconds until there is one."""
        moment = self._now()
        with self._lock:
            tokens, counted = self._filled.get(key, (self._size, moment))
            tokens = min(self._size, tokens + max(moment - counted, 0.0) * self._rate)
            left = tokens - 1.0 if tokens >= 1.0 else tokens
            self._filled[key] = (left, moment)
            self._filled.move_to_end(key)
            if len(self._filled) > self._most:
                self._filled.popitem(last=False)
        return 0.0 if tokens >= 1.0 else (1.0 - tokens) / self._rate

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._filled)


def address_key(address: str) -> str:
    """Give what counts as one address: a whole IPv6 /64 belongs to one subscriber."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
