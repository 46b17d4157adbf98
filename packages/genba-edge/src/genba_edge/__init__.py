"""Records raw signals at the machine; standard library only."""

from genba_edge.batchfile import Loss
from genba_edge.declared import RAGGED, Calibration, Channel, Clock, Request, Stream
from genba_edge.diskqueue import Queue
from genba_edge.errors import EdgeError
from genba_edge.recorder import Options, Recorder, State
from genba_edge.track import Limits, Track

__version__ = "0.1.0"
__all__ = [
    "RAGGED",
    "Calibration",
    "Channel",
    "Clock",
    "EdgeError",
    "Limits",
    "Loss",
    "Options",
    "Queue",
    "Recorder",
    "Request",
    "State",
    "Stream",
    "Track",
]
