"""Open Fibre Data Standard 0.3: the fibre network of a plan as a network package, or as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from cardio.exporters.files import write_files
from cardio.exporters.ofds_check import check_package
from cardio.exporters.ofds_features import make_features
from cardio.exporters.ofds_network import Node, Span, build_network
from cardio.exporters.ofds_words import (
    CRS,
    CRS_REFERENCE,
    DECIMALS,
    FORMAT,
    IN_SERVICE,
    PROPOSED,
    SCHEMA_URL,
    stable_id,
)
from cardio.plan_folder import PlanFolder
from gis_layers import StudyError

Json = dict[str, Any]


def export_ofds(plan: PlanFolder, target: Path, *, force: bool, publisher: str = "", licence_url: str = "") -> Json:
    """Write the network of a plan: FILE.json as a package, FILE.geojson as FILE-nodes.geojson and FILE-spans.geojson.

    Returns
    -------
    dict
        Document of schema ``cardio-export/1``.

    Raises
    ------
    StudyError
        The plan has nothing of a fibre network, or a file exists and `force` is off.
    CardioError
        libcoveofds is installed and finds an error in the package.
    """
    package = make_package(plan, publisher, licence_url)
    notes = check_package(package)
    contents = {target: package}
    if target.suffix.lower() == ".geojson":
        features = make_features(package)
        contents = {target.with_name(f"{target.stem}-{name}.geojson"): features[name] for name in ("nodes", "spans")}
    write_files({path: _text(content) for path, content in contents.items()}, force=force)
    network = package["networks"][0]
    nodes, spans = network.get("nodes", []), network.get("spans", [])
    return {
        "schema": "cardio-export/1",
        "format": FORMAT,
        "study": plan.summary["study"],
        "scenario": plan.summary["scenario"],
        "files": [str(path) for path in contents],
        "written": {
            f"{word} {name}": sum(thing["status"] == status for thing in things)
            for name, things in (("nodes", nodes), ("spans", spans))
            for word, status in (("existing", IN_SERVICE), ("proposed", PROPOSED))
        },
        "left_out": _left_out(plan),
        "notes": notes,
    }


def _left_out(plan: PlanFolder) -> dict[str, int]:
    other = plan.existing.loc[~plan.existing["kind"].isin(["fibre_node", "fibre_cable"]), "kind"]
    sites = int((plan.sites["backhaul"] != "fibre").sum())
    return {
        "sites without fibre": sites,
        **{f"existing {kind}": int(n) for kind, n in sorted(other.value_counts().items())},
    }


def _text(content: Json) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def make_package(plan: PlanFolder, publisher: str = "", licence_url: str = "") -> Json:
    """Return the network package of a plan: one network, in which existing and proposed parts are phases.

    The standard has no field for a licence: its address is a link of relation ``license``.

    Raises
    ------
    StudyError
        The plan has neither a fibre node nor a cable nor a route.
    """
    nodes, spans = build_network(plan)
    if not nodes:
        raise StudyError(
            f"{plan.path} has nothing of a fibre network: no fibre node, no cable, no site or route with fibre",
            "plan a service whose option has backhaul: fibre, or survey the existing network",
        )
    summary = plan.summary
    proposed = {node.year for node in nodes if not node.exists} | {span.year for span in spans if not span.exists}
    existing = any(thing.exists for thing in nodes)
    network: Json = {
        "id": stable_id("network", str(summary["study"]), str(summary["scenario"] or "")),
        "name": _title(summary),
        "nodes": _nodes(nodes, plan.routes.crs),
        "spans": _spans(spans, nodes, plan.routes.crs),
        "phases": _phases(summary, proposed, existing=existing),
        "publicationDate": str(summary["created"])[:10],
        "publisher": {"name": publisher} if publisher else {},
        "crs": CRS_REFERENCE,
        "links": [
            {"href": SCHEMA_URL, "rel": "describedby"},
            *([{"href": licence_url, "rel": "license"}] if licence_url else []),
        ],
    }
    return {"networks": [{key: value for key, value in network.items() if value}]}


def _title(summary: Mapping[str, Any]) -> str:
    study, scenario = str(summary["study"]), summary["scenario"]
    return f"{study} ({scenario})" if scenario else study


def _phases(summary: Mapping[str, Any], proposed: Set[int | None], *, existing: bool) -> list[Json]:
    """One phase for what exists, one for each year of the plan, or for the plan as a whole."""
    by = f"Cardio {summary['cardio_version']}"
    day = str(summary["created"])[:10]
    first = {**_phase(None, exists=True), "description": f"In service as surveyed; read by {by} on {day}."}
    planned = f"Proposed by {by} on {day} for the study {_title(summary)}; plan: {summary['status']}."
    years = sorted(proposed, key=lambda year: (year is not None, year))
    later = [{**_phase(year, exists=False), "description": planned} for year in years]
    return [first, *later] if existing else later


def _phase(year: int | None, *, exists: bool) -> Json:
    """Reference to a phase."""
    if exists:
        return {"id": "existing", "name": "Existing network"}
    return {"id": "plan", "name": "Plan"} if year is None else {"id": f"plan-{year}", "name": f"Plan {year}"}


def _nodes(nodes: Sequence[Node], crs: object) -> list[Json]:
    points = shapely.points(np.array([(node.x, node.y) for node in nodes], dtype=np.float64).reshape(-1, 2))
    entries = []
    for node, point in zip(nodes, _in_degrees(points, crs), strict=True):
        entry = {
            "id": node.id,
            "name": " + ".join(node.names),
            "phase": _phase(node.year, exists=node.exists),
            "status": IN_SERVICE if node.exists else PROPOSED,
            "location": {"type": "Point", "coordinates": list(point.coords[0])},
            "type": node.types,
        }
        entries.append({key: value for key, value in entry.items() if value})
    return entries


def _spans(spans: Sequence[Span], nodes: Sequence[Node], crs: object) -> list[Json]:
    entries = []
    for span, line in zip(spans, _in_degrees([span.line for span in spans], crs), strict=True):
        entry: Json = {
            "id": span.id,
            "name": span.name,
            "phase": _phase(span.year, exists=span.exists),
            "status": IN_SERVICE if span.exists else PROPOSED,
            "start": nodes[span.start].id,
            "end": nodes[span.end].id,
            "directed": False,
            "route": {"type": "LineString", "coordinates": [list(corner) for corner in line.coords]},
            "transmissionMedium": ["fibre"],
            "fibreLength": round(span.line.length / 1000, 6),
        }
        if span.details:
            entry["deploymentDetails"] = {"description": span.details}
        entries.append(entry)
    return entries


def _in_degrees(shapes: Sequence[Any] | Any, crs: object) -> Any:
    """Return shapes in longitude and latitude (WGS 84), rounded, without heights."""
    moved = gpd.GeoSeries(list(shapes), crs=crs).to_crs(CRS).to_numpy()
    return shapely.transform(shapely.force_2d(moved), lambda xy: np.round(xy, DECIMALS))
