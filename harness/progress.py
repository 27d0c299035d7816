"""The live line while a run goes on: on a terminal redrawn, elsewhere a plain line now and then. Always on stderr."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.record import Verdict
from harness.verdicts import FACES, ORDER

PLAIN_EVERY = 5.0  # seconds between two lines where nothing can be redrawn, so that logs stay short
REDRAWS_PER_SECOND = 8


class Progress:
    """Counts verdicts as they come and shows them with rate and elapsed time."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = Console(file=stream or sys.stderr, highlight=False, emoji=False, markup=False)
        self._clock = clock
        self._counts: Counter[Verdict] = Counter()
        self._total = 0
        self._last = ""
        self._told_of = -1
        self._started = self._told = clock()
        self._live: Live | None = None

    def start(self, total: int) -> None:
        """Begin to show; `total` is the number of rules that will get a verdict."""
        self._total = total
        self._counts.clear()
        self._told_of = -1
        self._started = self._told = self._clock()
        if self._console.is_terminal:
            self._live = Live(get_renderable=self._line, console=self._console, refresh_per_second=REDRAWS_PER_SECOND, transient=True)
            self._live.start()

    def advance(self, verdict: Verdict, rule_id: str) -> None:
        """One more rule has its verdict."""
        self._counts[verdict] += 1
        self._last = rule_id
        if self._live is None and self._clock() - self._told >= PLAIN_EVERY:
            self._tell()

    def stop(self) -> None:
        """End the display. Where lines are plain, a last one says how it ended."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        elif self._total and self._told_of != self._done:
            self._tell()
        self._total = 0

    @property
    def _done(self) -> int:
        return self._counts.total()

    @property
    def _seconds(self) -> float:
        return self._clock() - self._started

    def _tell(self) -> None:
        self._told, self._told_of = self._clock(), self._done
        words = ", ".join(f"{self._counts[verdict]} {FACES[verdict].word}" for verdict in ORDER if self._counts[verdict])
        line = f"{self._done} of {self._total} rules in {self._seconds:.0f} s: {words or 'none judged yet'}"
        self._console.print(line, soft_wrap=True)

    def _line(self) -> Table:
        line = Table.grid(padding=(0, 1))
        counts = [
            Text(f"{FACES[verdict].mark}{self._counts[verdict]}", style=FACES[verdict].style) for verdict in ORDER if self._counts[verdict]
        ]
        clock = f"{int(self._seconds) // 60}:{int(self._seconds) % 60:02d}"
        line.add_row(
            ProgressBar(total=max(self._total, 1), completed=self._done, width=28),
            Text(f"{self._done}/{self._total} rules"),
            Text(f"{self._done / max(self._seconds, 1.0):.1f}/s  {clock}", style="dim"),
            *counts,
            Text(self._last, style="dim", overflow="ellipsis", no_wrap=True),
        )
        return line
