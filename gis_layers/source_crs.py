"""The CRS of a layer: as the study states it, else as the file does; never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis_layers.crs import SWAPPED, crs_name, crs_text, on_earth, parse_crs, same_crs
from gis_layers.crs_candidates import Candidate, sample_places, suggest_crs
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.ledger import Ledger
from gis_layers.readers.vector import describe
from gis_layers.table import RawTable

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class SourceCRS:
    """How to read the numbers of a file.

    Attributes
    ----------
    crs : CRS
        Geographic or projected, without heights.
    swapped : bool
        The file gives y before x.
    """

    crs: pyproj.CRS
    swapped: bool = False

    @classmethod
    def parse(cls, text: str, *, where: str) -> SourceCRS:
        """Read what ``crs:`` of a layer states.

        Raises
        ------
        StudyError
            When PROJ does not know the CRS.
        """
        plain = text.removesuffix(f" {SWAPPED}")
        return cls(parse_crs(plain, where=where), swapped=plain != text)

    def __str__(self) -> str:
        """As ``crs:`` of a layer takes it."""
        text = crs_text(self.crs)
        return f"{text} {SWAPPED}" if self.swapped else text

    def straighten(self, geometries: Geometries) -> Geometries:
        """Geometries of the file with x before y, 2D."""
        if not self.swapped:
            return geometries
        straight: Geometries = shapely.transform(geometries, lambda xy: xy[:, ::-1])
        return straight


def choose_crs(spec: LayerSpec, table: RawTable, ledger: Ledger, target: pyproj.CRS) -> SourceCRS:
    """CRS of the file: as the study states it, else as the file does; a disagreement is a finding.

    Raises
    ------
    StudyError
        When neither states one, or the study one that is no place on earth; candidates that fit are named.
    SurveyError
        When that of the file is no place on earth.
    """
    if spec.crs is None:
        if table.crs is None:
            reason = f": {table.crs_note}" if table.crs_note else ""
            numbers = sample_places(table.wkb)
            hint = advise(suggest_crs(numbers, target), spec.name)
            raise StudyError(f"{describe(spec)} has no CRS{reason}", hint, numbers=numbers)
        flat = _horizontal(table.crs, ledger)
        if flat is None:
            numbers = sample_places(table.wkb)
            hint = advise(suggest_crs(numbers, target), spec.name)
            raise SurveyError(_local(describe(spec), table.crs), hint, numbers=numbers)
        return SourceCRS(flat)
    where = f"layer {spec.name}: crs"
    source = SourceCRS.parse(spec.crs, where=where)
    stated = _horizontal(source.crs, ledger)
    if stated is None:
        raise StudyError(_local(where, source.crs), "name a geographic or projected CRS")
    if table.crs is not None and not same_crs(stated, table.crs):
        ledger.tell(
            "warning",
            code="crs-conflict",
            message=f"the file states {crs_name(table.crs)}, the study {crs_name(stated)} ({spec.crs})",
            done=f"read as {crs_name(stated)}",
            advice="check that the layer lies where it should on the map",
        )
    return replace(source, crs=stated)


def advise(candidates: Sequence[Candidate], layer: str) -> str:
    """Say how to state the CRS of a layer, with lines to paste."""
    if not candidates:
        return f"state the true CRS with crs: in layer {layer} of the study; none in use there fits the coordinates"
    lines = "\n".join(f"     {candidate}" for candidate in candidates)
    return f"add the true one to layer {layer} of the study; these would fit, best first:\n{lines}"


def _local(where: str, crs: pyproj.CRS) -> str:
    return f"{where}: {crs_name(crs)} ({crs.type_name}) does not tell where on earth the coordinates lie"


def _horizontal(crs: pyproj.CRS, ledger: Ledger) -> pyproj.CRS | None:
    """Plane part of a CRS with heights; None for one that is neither geographic nor projected, or not on earth."""
    flat = next((part for part in crs.sub_crs_list if part.is_geographic or part.is_projected), crs).to_2d()
    if not ((flat.is_geographic or flat.is_projected) and on_earth(flat)):
        return None
    if len(crs.axis_info) > len(flat.axis_info):
        ledger.tell(
            "note",
            code="vertical-crs-dropped",
            message=f"the CRS {crs.name} is one of heights too",
            done=f"read in plan, as {flat.name}",
        )
    return flat
