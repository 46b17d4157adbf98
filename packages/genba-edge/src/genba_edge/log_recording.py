"""Puts what a CSV log gained into a recorder."""

from __future__ import annotations

from dataclasses import dataclass, field

from genba_edge.csv_tail import CsvTail
from genba_edge.recorder import Recorder
from genba_edge.track import Track


@dataclass
class LogRecording:
    """A log and the recorder that takes its lines."""

    tail: CsvTail
    recorder: Recorder
    rows: int = 0
    unread: int = 0  # lines that were no samples
    _tracks: dict[str, Track] = field(default_factory=dict)

    def look(self, host_ns: int) -> int:
        """Record the lines that were added since the last look; gives how many."""
        taken = 0
        for rows in self.tail.poll(host_ns):
            stream = rows.stream
            if stream.id not in self._tracks:
                self._tracks[stream.id] = self.recorder.stream(
                    stream.id, stream.channels, clock=rows.clock, properties=stream.properties
                )
            samples = list(zip(*rows.columns, strict=True)) if rows.columns else [()] * len(rows.device_ns)
            self._tracks[stream.id].extend(rows.device_ns, samples, None, rows.host_ns)
            taken += len(rows.device_ns)
        for loss in self.tail.losses:
            self.recorder.lost(loss)
            self.unread += loss.count
        self.tail.losses.clear()
        self.rows += taken
        return taken
