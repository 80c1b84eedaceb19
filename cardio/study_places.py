"""Where in the study file the key of an error stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cardio.study import Study
from gis_layers import StudyError


@contextmanager
def with_places(study: Study) -> Iterator[None]:
    """Put file and line before the message of an error about a key of the study.

    Raises
    ------
    StudyError
        What was raised within, with its place where the study states its key.
    """
    try:
        yield
    except StudyError as error:
        place = study.place_of(error.key)
        if not place:
            raise
        raise StudyError(f"{place}: {error.message}", error.hint) from error
