"""Survey files of a folder and the layers in them, as far as they can be read; never outside the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cardio.study_files import find_file
from cardio.study_values import check_text
from gis_layers import (
    CardioError,
    LayerLook,
    Progress,
    StudyError,
    is_delivery_folder,
    kinds_inside,
    known_formats,
    list_inside,
    look_at,
)

MOST_FILES = 200
"""Survey files that are opened; more are told."""
MOST_FOLDERS = 2_000
MOST_LEVELS = 8
_OWN_OUTPUT = "summary.json"  # marks an output folder of Cardio, whose layers are no survey


@dataclass(frozen=True)
class FoundLayer:
    """A layer that can be read.

    Attributes
    ----------
    path : str
        Relative to the folder, with ``/``.
    layer : str or None
        Layer inside the file, where it holds several.
    kind : str
        Kind as which it was read, where the file has layers by kind; else empty.
    look : LayerLook
    """

    path: str
    layer: str | None
    kind: str
    look: LayerLook

    @property
    def shown(self) -> str:
        """File and layer, for messages."""
        return self.path if self.layer is None else f"{self.path} ({self.layer})"


@dataclass(frozen=True)
class LeftOut:
    """A file or layer that does not go into the study, and why."""

    shown: str
    reason: str


@dataclass(frozen=True)
class FoundFiles:
    """What a folder holds.

    Attributes
    ----------
    layers : tuple of FoundLayer
        In path order.
    left_out : tuple of LeftOut
    files : int
        Survey files that were opened.
    """

    layers: tuple[FoundLayer, ...]
    left_out: tuple[LeftOut, ...]
    files: int


def find_layers(folder: Path, *, progress: Progress) -> FoundFiles:
    """Open every survey file below a folder and describe the layers in it.

    OpenStreetMap files, from which any kind can be read, are looked into only where no other file has a layer.

    Raises
    ------
    StudyError
        No folder, or nothing in it has a format that is read.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder} is no folder", "name the folder with the survey files")
    candidates, left_out = _candidates(folder)
    if not candidates:
        raise StudyError(
            f"{folder} holds no survey file", f"put survey files there; these are read: {', '.join(known_formats())}"
        )
    layers: list[FoundLayer] = []
    candidates.sort(key=lambda path: (path.is_file() and bool(kinds_inside(path)), path.as_posix()))
    opened = candidates[:MOST_FILES]
    for number, path in enumerate(opened):
        progress("read", number / len(opened), path.name)
        shown = path.relative_to(folder).as_posix()
        if layers and path.is_file() and kinds_inside(path):
            left_out.append(LeftOut(shown, "OpenStreetMap data beside other files: state kind: and path: to use it"))
            continue
        looked = list(_look_into(path, shown, folder))
        layers += [found for found in looked if isinstance(found, FoundLayer)]
        left_out += [found for found in looked if isinstance(found, LeftOut)]
    more = [path.relative_to(folder).as_posix() for path in candidates[MOST_FILES:]]
    left_out += [LeftOut(shown, f"not opened: more than {MOST_FILES} survey files") for shown in more]
    layers.sort(key=lambda found: (found.path, found.layer or "", found.kind))
    return FoundFiles(tuple(layers), tuple(sorted(left_out, key=lambda each: each.shown)), len(opened))


def _candidates(folder: Path) -> tuple[list[Path], list[LeftOut]]:
    """Files and delivery folders that a reader may read; links to folders are not followed."""
    found: list[Path] = []
    left_out: list[LeftOut] = []
    for count, (root, folders, files) in enumerate(os.walk(folder)):
        here = Path(root)
        shown = here.relative_to(folder)
        if count >= MOST_FOLDERS:
            left_out.append(LeftOut(shown.as_posix(), f"not searched: more than {MOST_FOLDERS} folders"))
            break
        if len(shown.parts) >= MOST_LEVELS and folders:
            left_out.append(LeftOut(shown.as_posix(), f"folders in it are not searched: {MOST_LEVELS} levels deep"))
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if here != folder and _OWN_OUTPUT in files:
            left_out.append(LeftOut(shown.as_posix(), "an output folder of Cardio"))
            folders.clear()
        elif here != folder and is_delivery_folder(here):
            found.append(here)
            folders.clear()
        else:
            found += [here / name for name in sorted(files) if _is_survey(name)]
    return found, left_out


def _is_survey(name: str) -> bool:
    return name.lower().endswith(known_formats()) and not name.startswith(".")


def _look_into(path: Path, shown: str, folder: Path) -> Iterator[FoundLayer | LeftOut]:
    try:
        check_text(shown)
        find_file(shown, [folder], or_folder=True)
        inside = list_inside(path)
    except ValueError as error:
        yield LeftOut(shown, str(error))
        return
    except (CardioError, OSError) as error:
        yield LeftOut(shown, _reason(error, path, folder))
        return
    kinds = kinds_inside(path)
    for layer in inside or (None,):
        for kind in kinds or ("",):
            yield from _look(path, shown, layer if len(inside) > 1 else None, kind, folder)


def _look(path: Path, shown: str, layer: str | None, kind: str, folder: Path) -> Iterator[FoundLayer | LeftOut]:
    name = ", ".join(part for part in (shown, layer, kind) if part)
    try:
        if layer is not None:
            check_text(layer)
        look = look_at(path, layer=layer, kind=kind or "other")
    except ValueError as error:
        yield LeftOut(name, str(error))
    except (CardioError, OSError) as error:
        yield LeftOut(name, _reason(error, path, folder))
    else:
        if look.families:
            yield FoundLayer(shown, layer, kind, look)
        elif not kind:  # a delivery need not hold every kind
            yield LeftOut(name, "no row has a geometry")


def _reason(error: CardioError | OSError, path: Path, folder: Path) -> str:
    """Message without the name of the file, which stands before it, and without folders of this machine."""
    text = error.message if isinstance(error, CardioError) else str(error.strerror)
    plain = text.replace(f"layer {path.name} ({path.name})", "").replace(f"{folder}/", "")
    return plain.lstrip(": ") or text
