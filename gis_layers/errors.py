"""The one family of errors that a user may see; each knows its exit code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class CardioError(Exception):
    """An error a user can act on.

    Parameters
    ----------
    message : str
        What is wrong, naming the file, row, column or study key.
    hint : str
        What to do about it, one sentence; may be empty.
    numbers : (k, 2) float, optional
        A sample of the coordinates of a layer whose CRS is missing or wrong, in the order of its file.
    key : str
        Dotted key of the study that is wrong, from which its line is found; empty where the message has its place.

    Attributes
    ----------
    exit_code : int
        Exit code of the command line for this family.
    """

    exit_code = 1

    def __init__(
        self, message: str, hint: str = "", *, numbers: npt.NDArray[np.float64] | None = None, key: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.numbers = numbers
        self.key = key

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.hint}" if self.hint else self.message


class StudyError(CardioError):
    """The study, or a file, CRS, price or option that it names, is wrong or missing (exit code 2)."""

    exit_code = 2


class SurveyError(CardioError):
    """A survey file is there but cannot be used (exit code 3)."""

    exit_code = 3


class UnreachableTargetError(CardioError):
    """No plan can meet the targets (exit code 4)."""

    exit_code = 4


class CancelledError(CardioError):
    """The user asked to stop (Ctrl-C or cancel); exit code 5 as any run stopped early."""

    exit_code = 5
