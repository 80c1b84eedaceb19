"""What a study says of its map: ``map:``."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from cardio.study_section import Section
from cardio.study_values import Text
from cardio.tiles import Tiles, check_tiles_url


class TilesSection(Section):
    """``map.tiles:``."""

    url: Annotated[Text, AfterValidator(check_tiles_url)]
    attribution: Text


class MapSection(Section):
    """``map:``."""

    attribution: Text | None = None
    tiles: TilesSection | None = None


def tiles_of(form: MapSection) -> Tiles | None:
    """Return the tile server that the map may ask, None for a map that asks nobody."""
    return None if form.tiles is None else Tiles(form.tiles.url, form.tiles.attribution)
