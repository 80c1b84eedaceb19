"""Whole answers of commands: the document that was printed and the folder that was written, by what they rest on.

Nothing heavy is imported before an answer is found: a question is told by the bytes of its files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardio.kept import DamagedError, Entry, Kept
from cardio.kept_inputs import digest, digest_files, fingerprint, parts_of

_FILES = "files/"
_QUESTIONS, _ANSWERS = "questions", "answers"


@dataclass(frozen=True)
class Question:
    """What a command was asked.

    Attributes
    ----------
    command : str
    study : Path
        As the user names it, for messages repeat it.
    data : tuple of Path
    options : mapping
        Everything else that the answer depends on: plain texts and numbers.
    """

    command: str
    study: Path
    data: tuple[Path, ...]
    options: Mapping[str, Any]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the files of the study are looked for."""
        return self.study.parent, *self.data

    @property
    def key(self) -> str:
        """Digest of the question and of the program that answers it, without the content of any file."""
        places = [[str(path), str(path.resolve())] for path in (self.study, *self.data)]
        return digest(fingerprint(), self.command, places, dict(self.options))


@dataclass(frozen=True)
class Sources:
    """The files that a run reads, as they are before it reads them.

    Attributes
    ----------
    names : tuple of str
        As the study names them, itself first.
    digests : list of list of str
        See `digest_files`.
    """

    names: tuple[str, ...]
    digests: list[list[str]]

    @classmethod
    def take(cls, names: Sequence[str], folders: Sequence[Path]) -> Sources:
        """Digest the named files as they are now."""
        unique = tuple(dict.fromkeys(names))
        return cls(unique, digest_files(unique, folders))


@dataclass(frozen=True)
class KeptAnswer:
    """An answer given before.

    Attributes
    ----------
    document : dict
        What the command prints as JSON.
    message : str
        Why there is none, or less than was asked; empty where all is well.
    exit_code : int
    folder : Path or None
        Where its files are written now.
    """

    document: dict[str, Any]
    message: str
    exit_code: int
    folder: Path | None

    @property
    def summary(self) -> dict[str, Any]:
        """The document of a plan is its summary."""
        return self.document


def recall(kept: Kept, question: Question, out: Path | None) -> KeptAnswer | None:
    """Answer from what is kept, the folder of its files replaced whole; None where nothing kept answers.

    Raises
    ------
    StudyError
        `out` cannot be written, is not ours, or holds what the run would read.
    """
    names = _read_names(kept, question)
    if names is None:
        return None
    key = _answer_key(question, Sources.take(names, question.folders))
    entry = kept.find(_ANSWERS, key)
    if entry is None:
        return None
    try:
        answer = json.loads(entry.read("answer.json"))
        if out is not None:
            read = [part for folder in question.folders for name in names for part in parts_of(folder / name)]
            _write(entry, out, [*question.data, *read])
    except DamagedError as error:
        kept.give_up(_ANSWERS, key, str(error))
        return None
    return KeptAnswer(answer["document"], answer["message"], answer["exit_code"], out)


def keep(kept: Kept, question: Question, sources: Sources, answer: KeptAnswer) -> None:
    """Keep an answer, unless a file that it was made from changed meanwhile, which is noted."""
    if Sources.take(sources.names, question.folders) != sources:
        kept.notes.append("files of the study changed while they were read: the result is not kept")
        return

    def write_names(folder: Path) -> None:
        (folder / "names.json").write_text(json.dumps(sources.names), encoding="utf-8")

    def write_answer(folder: Path) -> None:
        told = {"document": answer.document, "message": answer.message, "exit_code": answer.exit_code}
        (folder / "answer.json").write_text(json.dumps(told), encoding="utf-8")
        if answer.folder is not None:
            _copy_files(answer.folder, folder / _FILES)

    kept.put(_ANSWERS, _answer_key(question, sources), write_answer)
    kept.put(_QUESTIONS, question.key, write_names)


def _read_names(kept: Kept, question: Question) -> list[str] | None:
    entry = kept.find(_QUESTIONS, question.key)
    if entry is None:
        return None
    try:
        names: list[str] = json.loads(entry.read("names.json"))
    except DamagedError as error:
        kept.give_up(_QUESTIONS, question.key, str(error))
        return None
    return names


def _answer_key(question: Question, sources: Sources) -> str:
    return digest(question.key, sources.digests)


def _write(entry: Entry, out: Path, inputs: Sequence[Path]) -> None:
    from gis_layers import check_output_folder, replace_folder  # noqa: PLC0415 (heavy: only where an answer is found)

    check_output_folder(out, inputs=inputs)
    with replace_folder(out) as fresh:
        for name in sorted(entry.sums):
            if name.startswith(_FILES):
                target = fresh / name.removeprefix(_FILES)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(entry.read(name))


def _copy_files(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
