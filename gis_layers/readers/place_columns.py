"""Where the rows of a table lie: two columns of numbers, or one of WKT, GeoJSON, WKB or "(lat, lon)" text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gis_layers.errors import StudyError
from gis_layers.layer import PLACE_COLUMNS, LayerSpec
from gis_layers.number_style import MISSING_TEXT, read_coordinates
from gis_layers.readers.place_text import Places, looks_like_place, places_from_text
from gis_layers.readers.vector import describe
from gis_layers.table import FileNote, RowNote

Cells = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

_OPPOSITE = {"x": "y", "lon": "lat", "long": "lat", "lng": "lat", "longitude": "latitude", "easting": "northing"}
_DEGREES = ("lon", "long", "lng", "longitude")
# words that may stand beside x or lon in the name of a column without changing what it is
_BESIDE = re.compile(
    r"coord\w*|geo|gps|point|pos|centroid|l93|lamb\w*|rgf\w*|wgs\w*|utm\w*|epsg|etrs\w*|lv\d+|mn\d+|\d{2,5}"
)
_TEXT_NAMES = re.compile(
    r"wkt|wkb|geom|geometry|geometrie|the_geom|geom_?wk[tb]|wk[tb]_?geom\w*|shape|geojson|geo_?json|geo_?shape|"
    r"geo_?point(_?2d)?|location|coordinates|coordonnees\w*|coords?|lat_?long?|position"
)


@dataclass(frozen=True)
class _Choice:
    """Columns that tell the place: x and y, or one geometry."""

    x: str = ""
    y: str = ""
    geometry: str = ""

    def __str__(self) -> str:
        return f"{{geometry: {self.geometry}}}" if self.geometry else f"{{x: {self.x}, y: {self.y}}}"


def find_places(spec: LayerSpec, columns: Mapping[str, Cells]) -> Places:
    """Geometry of every row of a table, from the columns that the study states or that have usual names.

    Raises
    ------
    StudyError
        When the study names wrong columns, or no column or several could tell the place.
    """
    choice = _stated(spec, columns)
    notes: tuple[FileNote, ...] = ()
    if choice is None:
        choice = _recognised(spec, columns)
        message = f"the place of a row was recognised by usual names: columns: {choice}"
        advice = "state it in the study to settle it"
        notes = (FileNote("note", code="column-alias", message=message, done="taken", advice=advice),)
    if choice.geometry:
        places = places_from_text(choice.geometry, columns[choice.geometry], where=describe(spec))
    else:
        places = _from_numbers(choice, columns)
    return Places(places.wkb, places.crs, places.crs_note, (*notes, *places.notes), places.row_notes)


def _stated(spec: LayerSpec, columns: Mapping[str, Cells]) -> _Choice | None:
    """What the study states under ``columns:``, None where it leaves it to us."""
    stated = {key: spec.columns[key] for key in PLACE_COLUMNS if key in spec.columns}
    if not stated:
        return None
    if set(stated) not in ({"x", "y"}, {"geometry"}):
        raise StudyError(
            f"{describe(spec)}: columns: {', '.join(stated)} does not tell the place of a row",
            "state x: and y:, or geometry: alone",
        )
    for key, name in stated.items():
        if name not in columns:
            near = difflib.get_close_matches(name, list(columns), n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise StudyError(
                f"{describe(spec)}: columns: {key} names column {name}, which the file does not have",
                f"{hint}columns of the file: {', '.join(columns)}",
            )
    return _Choice(**stated)


def _recognised(spec: LayerSpec, columns: Mapping[str, Cells]) -> _Choice:
    choices = [*_number_choices(columns), *_text_choices(columns)]
    if not choices:
        raise StudyError(
            f"{describe(spec)}: no column tells where its rows lie",
            "state columns: {x: COLUMN, y: COLUMN} or {geometry: COLUMN} in the study "
            f"(--column x=COLUMN --column y=COLUMN for a single file); columns of the file: {', '.join(columns)}",
        )
    if len(choices) > 1:
        raise StudyError(
            f"{describe(spec)}: several columns tell where a row lies: {'; '.join(map(str, choices))}",
            f"state one of them, for example columns: {choices[0]}, with its crs: "
            "(for a single file --column KEY=COLUMN and --crs)",
        )
    return choices[0]


def _number_choices(columns: Mapping[str, Cells]) -> list[_Choice]:
    words = {name: tuple(re.findall(r"[a-z]+\d*|\d+", name.lower())) for name in columns}
    by_words = {value: name for name, value in reversed(words.items())}
    found = []
    for name, parts in words.items():
        for position, part in enumerate(parts):
            others = (*parts[:position], *parts[position + 1 :])
            if part not in _OPPOSITE or not all(_BESIDE.fullmatch(other) for other in others):
                continue
            partner = (*parts[:position], _OPPOSITE[part], *parts[position + 1 :])
            if partner in by_words:
                found.append(_Choice(x=name, y=by_words[partner]))
    return found


def _text_choices(columns: Mapping[str, Cells]) -> list[_Choice]:
    return [
        _Choice(geometry=name)
        for name, cells in columns.items()
        if _TEXT_NAMES.fullmatch(re.sub(r"\W+", "_", name.lower())) and looks_like_place(cells)
    ]


def _from_numbers(choice: _Choice, columns: Mapping[str, Cells]) -> Places:
    """Points from two columns of numbers, which may have decimal commas."""
    cells = {axis: _trimmed(columns[name]) for axis, name in (("x", choice.x), ("y", choice.y))}
    parsed = {axis: read_coordinates(values) for axis, values in cells.items()}
    xy = np.column_stack([parsed["x"][0], parsed["y"][0]])
    helped = parsed["x"][1] | parsed["y"][1]
    missing = _says_nothing(cells["x"]) & _says_nothing(cells["y"])
    good = np.isfinite(xy).all(axis=1)
    wkb = np.full(len(xy), None, dtype=object)
    wkb[good] = shapely.to_wkb(shapely.points(xy[good]))
    bad = np.flatnonzero(~good & ~missing)
    notes = []
    if helped.any():
        notes.append(
            FileNote(
                "repaired",
                code="number-format",
                message=f"{choice.x}, {choice.y}: {int(helped.sum())} rows have numbers with commas or spaces",
                done="read with the comma as decimal sign unless it stands between thousands",
                advice="deliver these columns as numbers with a point",
            )
        )
    if (guessed := np.flatnonzero(parsed["x"][2] | parsed["y"][2])).size:
        first = guessed[0]
        notes.append(
            FileNote(
                "warning",
                code="ambiguous-number",
                message=f"{choice.x}, {choice.y}: {len(guessed)} rows have numbers that can be read in two ways; row "
                f"{first} has {cells['x'][first]!r}, {cells['y'][first]!r}",
                done=f"read as {xy[first, 0]:.15g}, {xy[first, 1]:.15g}",
                advice="deliver these columns as numbers with a point",
            )
        )
    row_note = RowNote(
        "error",
        code="bad-coordinate",
        rows=bad,
        messages=tuple(
            f"{choice.x} = {cells['x'][row]!r}, {choice.y} = {cells['y'][row]!r} is no pair of numbers" for row in bad
        ),
        done="row set aside",
        advice="write decimal numbers; degrees, minutes and seconds are not read",
        set_aside=True,
    )
    return Places(wkb, None, _crs_note(choice), tuple(notes), (row_note,))


def _crs_note(choice: _Choice) -> str:
    """What the names of the columns say about the CRS."""
    if any(word in _DEGREES for word in re.findall("[a-z]+", choice.x.lower())):
        return f'{choice.x} and {choice.y} seem to be degrees, which GPS and most portals mean as crs: "EPSG:4326"'
    return "a table of text states none"


def _says_nothing(texts: Cells) -> npt.NDArray[np.bool_]:
    """Cells that are empty, or a word that stands for no value."""
    return np.fromiter((not text or text.lower() in MISSING_TEXT for text in texts.tolist()), bool, len(texts))


def _trimmed(cells: Cells) -> Cells:
    texts = np.empty(len(cells), dtype=object)
    texts[:] = ["" if cell is None else cell.strip() for cell in cells.tolist()]
    return texts
