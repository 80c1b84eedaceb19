"""The whole survey of the sample town, drawn from a seed and written as towns deliver it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np

from cardio.sample_town.buildings import survey_buildings
from cardio.sample_town.defects import Frames, PlantedDefect, plant_defects
from cardio.sample_town.landmarks import survey_landmarks
from cardio.sample_town.people import survey_cells, survey_zones
from cardio.sample_town.street_furniture import survey_bays, survey_lights, survey_meters
from cardio.sample_town.street_plan import draw_streets
from cardio.sample_town.streets import survey_streets
from cardio.sample_town.telecom import survey_cabinets, survey_ducts, survey_hotspots, survey_loop, survey_nodes
from gis_layers import write_layers, write_shapefile

_SHAPEFILES = {
    "streets": "filaire",
    "loop": "boucle",
    "cabinets": "armoires",
    "hotspots": "bornes",
    "meters": "horodateurs",
    "lights": "candelabres",
    "residents": "carreaux",
    "buildings": "bati",
    "bays": "stationnement",
    "landmarks": "equipements",
    "iris": "iris",
}
_IN_CP1252 = "meters"  # and without a .cpg: the study has to say so


@dataclass(frozen=True)
class SampleTown:
    """Survey rows of the sample town, defects included.

    Attributes
    ----------
    frames : dict of str to GeoDataFrame
        By layer of the study, in Lambert-93; rows as they stand in the files.
    planted : tuple of PlantedDefect
        Defects that the rows hold on purpose.
    """

    frames: Frames
    planted: tuple[PlantedDefect, ...]


def draw_sample_town(*, seed: int = 62000) -> SampleTown:
    """Draw the sample town. Each part has its own random stream, so that one can change without the others."""
    streams = iter(np.random.default_rng(seed).spawn(9))
    plan = draw_streets(next(streams))
    streets = survey_streets(plan, next(streams))
    landmarks = survey_landmarks(plan, next(streams))
    buildings = survey_buildings(plan, landmarks, next(streams))
    frames = {
        "streets": streets,
        "ducts": survey_ducts(plan, next(streams)),
        "loop": survey_loop(plan),
        "exchange": survey_nodes(plan),
        "cabinets": survey_cabinets(plan, next(streams)),
        "hotspots": survey_hotspots(),
        "meters": survey_meters(plan, streets, next(streams)),
        "lights": survey_lights(plan, next(streams)),
        "residents": survey_cells(buildings),
        "buildings": buildings,
        "bays": survey_bays(plan, next(streams)),
        "landmarks": landmarks,
        "iris": survey_zones(),
    }
    return SampleTown(*plant_defects(frames, np.random.default_rng([seed, 1])))


def write_sample_town(folder: Path, *, seed: int = 62000) -> Path:
    """Write the survey files, study and prices of the sample town.

    Shapefiles in Lambert-93 (the parking meters in cp1252, without a word about it), ducts as GeoPackage, fibre nodes
    as GeoJSON in degrees; ``study.yaml``, ``prices.yaml``, and ``defects.json``: what was planted, by layer and row.

    Parameters
    ----------
    folder : Path
        Made when absent; files of the same names are replaced.
    seed : int
        Same seed, same geometry and attributes.

    Returns
    -------
    Path
        The study file.
    """
    town = draw_sample_town(seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    for layer, name in _SHAPEFILES.items():
        _write_shapefile(folder / f"{name}.shp", town.frames[layer], is_cp1252=layer == _IN_CP1252)
    write_layers(folder / "fourreaux.gpkg", {"fourreaux": town.frames["ducts"]})
    (folder / "noeuds.geojson").write_text(town.frames["exchange"].to_json(to_wgs84=True), encoding="utf-8")
    planted = json.dumps([asdict(defect) for defect in town.planted], indent=1, ensure_ascii=False)
    (folder / "defects.json").write_text(planted + "\n", encoding="utf-8")
    for name in ("study.yaml", "prices.yaml"):
        (folder / name).write_bytes(files(__package__).joinpath(name).read_bytes())
    return folder / "study.yaml"


def _write_shapefile(path: Path, frame: gpd.GeoDataFrame, *, is_cp1252: bool) -> None:
    columns = {name: name for name in frame.columns if name != "geometry"}
    encoding = "cp1252" if is_cp1252 else "utf-8"
    write_shapefile(path, frame, encoding=encoding, columns=columns, write_cpg=not is_cp1252)
