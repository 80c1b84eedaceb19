"""Every layer of a plan as GeoJSON or CSV for use inside the town, and docs/exports.md."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import geopandas as gpd
import pytest

from cardio.export import export_plan
from cardio.exporters.layer_fields import LAYER_FIELDS
from gis_layers import StudyError

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


def test_layers_as_geojson_are_those_of_the_plan(tiny_plan: Path, tmp_path: Path) -> None:
    document = export_plan(tiny_plan, str(tmp_path / "layers"), file_format="geojson")
    for name, fields in LAYER_FIELDS.items():
        source = gpd.read_file(tiny_plan / "plan.gpkg", layer=name)
        assert document["written"][name] == len(source)
        if not len(source):
            continue
        back = gpd.read_file(tmp_path / "layers" / f"{name}.geojson")
        assert [column for column in back.columns if column != "geometry"] == list(fields)
        placed = source.geometry.notna()
        apart = back.to_crs(source.crs).geometry[placed].hausdorff_distance(source.geometry[placed], align=False)
        assert not placed.any() or apart.max() < 0.02


def test_layers_as_csv_have_their_place_last(tiny_plan: Path, tmp_path: Path) -> None:
    export_plan(tiny_plan, str(tmp_path / "layers"), file_format="csv")
    for name, place in (("sites", ["lon", "lat"]), ("routes", ["wkt"]), ("existing", ["wkt"])):
        with (tmp_path / "layers" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows[0] == [*LAYER_FIELDS[name], *place] and len(rows) > 1


def test_a_folder_is_replaced_only_by_force_and_takes_one_of_policy_and_format(tiny_plan: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "layers")
    export_plan(tiny_plan, folder, file_format="csv")
    with pytest.raises(StudyError, match="not replaced"):
        export_plan(tiny_plan, folder, file_format="csv")
    export_plan(tiny_plan, folder, file_format="geojson", force=True)
    assert not (tmp_path / "layers" / "sites.csv").exists()
    with pytest.raises(StudyError, match="not a target"):
        export_plan(tiny_plan, str(tmp_path / "none"))
    for target in ("postgresql://server/town", str(tmp_path / "fibre.json"), str(tmp_path / "plan.pdf")):
        with pytest.raises(StudyError, match="not a target that can be written so"):
            export_plan(tiny_plan, target, file_format="csv")
    assert [path.name for path in tmp_path.iterdir()] == ["layers"]


def test_every_column_stands_in_the_documentation() -> None:
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", DOCS, re.DOTALL | re.MULTILINE))
    described = {layer: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for layer, text in sections.items()}
    assert described == {layer: list(fields) for layer, fields in LAYER_FIELDS.items()}
