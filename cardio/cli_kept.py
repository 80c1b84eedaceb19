"""How commands answer from what is kept: asked before anything heavy is imported, told on stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from cardio.cli_documents import without_controls
from cardio.kept import Kept, UnusableError, kept_root
from cardio.kept_answers import KeptAnswer, Question, Sources, keep, recall

FreshOption = Annotated[
    bool, typer.Option("--fresh", help="Compute everything anew, instead of answering from what is kept.")
]


CANCELLED = "cancelled"
"""Status of what the user stopped: only a limit that is part of the question may cut a kept answer short."""


class Result(Protocol):
    """What a command gives back."""

    @property
    def message(self) -> str:
        """Why there is less than was asked."""

    @property
    def exit_code(self) -> int:
        """As the command ends."""

    @property
    def folder(self) -> Path | None:
        """Where its files are."""

    @property
    def sources(self) -> Sources | None:
        """The files that it rests on; None where it cannot be told whether they changed."""


class Keeping:
    """What one command may recall and keep.

    Attributes
    ----------
    kept : Kept or None
        None where the folder cannot be used, which is said once.
    fresh : bool
        Nothing is recalled; what is computed is kept all the same.
    """

    def __init__(self, *, fresh: bool) -> None:
        self.fresh = fresh
        self.kept: Kept | None = None
        try:
            self.kept = Kept.open(kept_root())
        except UnusableError as error:
            _say(f"nothing is kept: {error}")

    def recall(self, question: Question, out: Path | None) -> KeptAnswer | None:
        """Answer from what is kept, and say since when."""
        if self.kept is None or self.fresh:
            return None
        answer = recall(self.kept, question, out)
        self.say_notes()
        if answer is not None:
            _say(f"nothing has changed since {answer.summary['created']}: this answer was kept (--fresh computes anew)")
        return answer

    def keep(self, question: Question, result: Result, summary: dict[str, Any]) -> None:
        """Keep what was computed, unless the user stopped it."""
        stopped = summary["status"] == CANCELLED
        if self.kept is not None and result.sources is not None and not stopped:
            answer = KeptAnswer(summary, result.message, result.exit_code, result.folder)
            keep(self.kept, question, result.sources, answer)
        self.say_notes()

    def say_notes(self) -> None:
        """Say what was noted since the last time."""
        if self.kept is not None:
            for note in self.kept.notes:
                _say(note)
            self.kept.notes.clear()


def _say(text: str) -> None:
    sys.stdout.flush()
    typer.echo(without_controls(f"cardio: {text}"), err=True)
