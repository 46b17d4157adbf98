"""Turns raw scores into ones that mean something: 0 is a middling normal window, 1 the threshold.

The threshold is an order statistic of held-out normal windows, so that a window like them exceeds it with at most the
stated probability (conformal: Vovk et al. 2005); it needs no assumption about how scores are distributed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.graph import Graph

    Floats = NDArray[np.float64]

DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """score = (raw − middle) / width; a window is called abnormal at 1 and above."""

    middle: float
    width: float
    uncertain: tuple[float, float]  # where, as far as the held-out windows tell, the threshold itself may lie
    false_alarms: float  # stated per window
    held_out: int

    def apply(self, raw: Floats) -> Floats:
        """Calibrate raw scores."""
        return (raw - self.middle) / self.width

    def draw(self, graph: Graph, raw: str) -> str:
        """Put the same into a graph."""
        return graph.op("Div", graph.op("Sub", raw, graph.constant(self.middle)), graph.constant(self.width))


def calibrate(raw: Floats, false_alarms: float) -> Calibration:
    """Set the threshold from held-out normal scores; refuses a rate that so few windows cannot vouch for."""
    import numpy as np

    count = len(raw)
    rank = math.ceil((count + 1) * (1 - false_alarms))  # from 1
    if rank > count:
        raise InvalidInput("learn.too_few_for_rate", count=count, least=math.ceil(1 / false_alarms) - 1)
    ordered = np.sort(raw.astype(np.float64))
    middle, limit = float(np.median(ordered)), float(ordered[rank - 1])
    width = max(limit - middle, 1e-9 * max(1.0, abs(limit)))
    low, high = _interval(count, 1 - false_alarms)
    # Beyond the highest seen nothing is known: as far again as from the threshold to it.
    below = float(ordered[max(low, 1) - 1])
    above = float(ordered[high - 1]) if high <= count else float(ordered[-1] + (ordered[-1] - limit)) + 0.5 * width
    band = (min(round((below - middle) / width, DECIMALS), 1.0), max(round((above - middle) / width, DECIMALS), 1.0))
    return Calibration(middle=middle, width=width, uncertain=band, false_alarms=false_alarms, held_out=count)


def _interval(count: int, share: float) -> tuple[int, int]:
    """Ranks between which the true quantile lies with 95 % confidence (binomial)."""
    import numpy as np
    from scipy.special import bdtr

    below = bdtr(np.arange(count + 1, dtype=np.float64), count, share)  # of ranks up to each
    return int(np.searchsorted(below, 0.025)), int(np.searchsorted(below, 0.975)) + 1
