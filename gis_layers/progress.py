"""How long work tells where it is, and learns that it should stop. Libraries never print."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called by long loops; may raise ``CancelledError`` to stop them."""

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        """Report progress.

        Parameters
        ----------
        stage : str
            Name of the stage (``read``, ``graph``, ``coverage``, ``solve``, ``export``).
        share : float or None
            Share of the stage that is done, 0 to 1; None when unknown.
        note : str
            Short text, for example the bound and the gap.
        """


def silent(stage: str, share: float | None = None, note: str = "") -> None:
    """Report nothing and never cancel: the default of every library function."""
