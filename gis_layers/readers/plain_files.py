"""Files beside the one that a study names: plain ones only, and none reached through a link out of their folder."""

from __future__ import annotations

from pathlib import Path

from gis_layers.errors import SurveyError


def require_plain(part: Path, survey: Path, *, what: str, hint: str) -> None:
    """Refuse a pipe or device, for which one would wait without end, and a link to a file of someone else.

    Parameters
    ----------
    part : Path
        File that is read because of another.
    survey : Path
        The file beside which `part` lies, or the folder of a delivery in which it lies. Who named it chose its folder,
        and where it is a link, the folder to which that leads; nothing else.
    what : str
        The part, as messages name it.
    hint : str
        What to do about a part that is no plain file.

    Raises
    ------
    SurveyError
    """
    if not part.is_file():
        raise SurveyError(f"{what} is not a plain file", hint)
    chosen = (survey,) if survey.is_dir() else (survey.parent, survey.resolve().parent)
    target = part.resolve()
    if not any(target.is_relative_to(folder.resolve()) for folder in chosen):
        raise SurveyError(f"{what} is a link out of its folder", "put the file itself in place of the link")
