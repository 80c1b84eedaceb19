"""How commands answer from what is kept: asked before anything heavy is imported, told on stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from cardio.cli_documents import print_document, without_controls
from cardio.cli_options import JsonOption
from cardio.kept import Kept, UnusableError, kept_root
from cardio.kept_answers import KeptAnswer, Question, Sources, keep, recall

FreshOption = Annotated[
    bool, typer.Option("--fresh", help="Compute everything anew, instead of answering from what is kept.")
]


CANCELLED = "cancelled"
"""Status of what the user stopped, which is never kept."""
STOPPED = 5
"""How a command ends that a limit stopped."""


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
    """

    def __init__(self, *, fresh: bool) -> None:
        self.kept: Kept | None = None
        try:
            self.kept = Kept.open(kept_root(), fresh=fresh)
        except UnusableError as error:
            _say(f"nothing is kept: {error}")

    def recall(self, question: Question, out: Path | None) -> KeptAnswer | None:
        """Answer from what is kept, and say since when."""
        if self.kept is None:
            return None
        answer = recall(self.kept, question, out)
        self.say_notes()
        if answer is not None:
            _say(
                f"nothing has changed since {answer.document['created']}: this answer was kept (--fresh computes anew)"
            )
            if answer.exit_code == STOPPED:
                _say("it was stopped at its limit: a longer --time-limit goes on from it")
        return answer

    def keep(self, question: Question, result: Result, document: dict[str, Any], *, stopped: bool) -> None:
        """Keep what was computed, unless the user stopped it."""
        if self.kept is not None and result.sources is not None and not stopped:
            answer = KeptAnswer(document, result.message, result.exit_code, result.folder)
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


def forget(as_json: JsonOption = False) -> None:
    """Remove all results that were kept to answer at once; the next run of each study computes them anew."""
    root = kept_root()
    entries, size = 0, 0
    if root.is_dir():
        entries, size = _opened(root).forget()
    document = {"schema": "cardio-kept/1", "folder": str(root), "entries": entries, "bytes": size}
    said = f"forgot {entries} kept results, {size / 1e6:,.1f} MB, in {root}"
    print_document(document if as_json else said, as_json=as_json)


def _opened(root: Path) -> Kept:
    try:
        return Kept.open(root)
    except UnusableError as error:
        _say(f"nothing is removed: {error}")
        raise typer.Exit(2) from error
