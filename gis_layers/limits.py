"""How much survey data a town may hold; more is refused before memory is spent on it.

A large city has about a million addresses and a hundred thousand buildings of fifty corners each: the limits lie well
above that, and what stays below them is read within the memory of an ordinary machine.
"""

from __future__ import annotations

from pathlib import Path

from gis_layers.errors import SurveyError

MAX_ROWS = 1_200_000
"""Rows of a layer: more than the addresses of a large city; each takes about 0.8 kB while it is read."""

MAX_COLUMNS = 1_000
"""Columns of a layer: a .dbf holds 255, and GeoPackage files by default 2,000."""

MAX_CELLS = 20_000_000
"""Cells of a layer: a million rows of twenty columns."""

MAX_VECTOR_BYTES = 512 << 20
"""Size of a file of geometry: thirty million coordinates of a shapefile, a hundred times the buildings of a town."""

MAX_TEXT_BYTES = 512 << 20
"""Size of a table of text: half a kilobyte for each of a million rows."""

MAX_ARCHIVE_BYTES = 1 << 30
"""What an archive may unpack to, all members together: more than any town's survey needs of disk."""

MAX_ARCHIVE_MEMBERS = 10_000
"""Members of an archive: a delivery of hundreds of layers, with room to spare."""

MAX_ARCHIVE_RATIO = 200
"""Unpacked bytes for one packed byte: text packs 10 to 30 times, padded .dbf files 100 times, zeros 1,000 times."""


def require_counts(rows: int, columns: int, *, where: str) -> None:
    """Refuse a layer of more rows, columns or cells than a town has; a count that is not known is below 0.

    Raises
    ------
    SurveyError
    """
    for count, limit, what in (
        (rows, MAX_ROWS, "rows"),
        (columns, MAX_COLUMNS, "columns"),
        (rows * columns, MAX_CELLS, "cells"),
    ):
        if count > limit:
            raise SurveyError(
                f"{where} states {count:,} {what}; at most {limit:,} are read",
                "cut out the town, and the columns it needs, before delivering it",
            )


def require_size(path: Path, limit_bytes: int, *, where: str) -> None:
    """Refuse a file larger than a limit.

    Raises
    ------
    SurveyError
    """
    size_bytes = path.stat().st_size
    if size_bytes > limit_bytes:
        raise SurveyError(
            f"{where} has {size_bytes / 1e6:,.0f} MB; at most {limit_bytes / 1e6:,.0f} MB are read",
            "cut out the town before delivering it",
        )
