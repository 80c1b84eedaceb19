"""Progress on the terminal (stderr), and Ctrl-C as a polite request to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from gis_layers import CancelledError

LABELS = {
    "read": "reading layers",
    "graph": "building the graph",
    "coverage": "measuring coverage",
    "opportunities": "finding what could be built",
    "solve": "solving",
    "export": "writing",
}
QUIET_S = 1.0


class TerminalProgress:
    """Draws one line a stage on stderr once a run lasts over a second; raises ``CancelledError`` after Ctrl-C.

    Off a terminal each stage is one plain line, so that logs stay readable.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=False,
        )
        self._tasks: dict[str, TaskID] = {}
        self._start = time.monotonic()
        self._drawing = False
        self._stop_asked = False

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        """Show where the run is; see ``gis_layers.Progress``."""
        if self._stop_asked:
            self._stop_asked = False
            raise CancelledError("stopped by the user", "the best plan so far is kept where there is one")
        if not self._console.is_terminal:
            self._say_once(stage)
            return
        if stage not in self._tasks:
            self._finish_all()
            self._tasks[stage] = self._bar.add_task(LABELS.get(stage, stage), total=None, note=note)
        completed = None if share is None else 100 * share
        self._bar.update(self._tasks[stage], total=None if share is None else 100, completed=completed, note=note)
        if not self._drawing and time.monotonic() - self._start > QUIET_S:
            self._drawing = True
            self._bar.start()

    def __enter__(self) -> TerminalProgress:
        """Start listening to Ctrl-C."""
        self._previous = signal.signal(signal.SIGINT, self._ask_to_stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal and the signal handler as they were."""
        signal.signal(signal.SIGINT, self._previous)
        if self._drawing:
            self._finish_all()
            self._bar.stop()

    def _say_once(self, stage: str) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = TaskID(len(self._tasks))
            self._console.print(f"{LABELS.get(stage, stage)} ...", highlight=False)

    def _finish_all(self) -> None:
        for task in self._tasks.values():
            self._bar.update(task, total=100, completed=100)
            self._bar.stop_task(task)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self._stop_asked:  # the second Ctrl-C does not wait for the next report
            raise KeyboardInterrupt
        self._stop_asked = True


@contextmanager
def shown_progress(*, quiet: bool) -> Iterator[TerminalProgress]:
    """Progress for one command."""
    with TerminalProgress(quiet=quiet) as progress:
        try:
            yield progress
        except KeyboardInterrupt:  # a second Ctrl-C
            raise CancelledError("stopped by the user") from None
