"""``graph``: the spatial graph of a study by itself, measured and written for other tools."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cardio.exporters import export_graph
from cardio.run import check_output
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.summary import summarise_town
from cardio.town import Town, survey_town
from gis_layers import Progress, StudyError, replace_folder, silent
from network_model import SpatialGraph, measure_components

SCHEMA = "cardio-graph/1"


@dataclass(frozen=True)
class GraphDescription:
    """A graph in figures.

    Attributes
    ----------
    document : dict
        As summary.json of ``plan`` where they share fields; schema ``cardio-graph/1``.
    town : Town
    folder : Path or None
    """

    document: dict[str, Any]
    town: Town
    folder: Path | None


def describe_graph(
    path: Path, *, data: Sequence[Path] = (), out: Path | None = None, by: str = "layer", progress: Progress = silent
) -> GraphDescription:
    """Build the graph of a study and measure it; write it where a folder is given.

    Parameters
    ----------
    path : Path
        Study file.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Folder for summary.json, graph.gpkg, graph.graphml, graph.html and findings.csv, replaced whole.
    by : str
        Attribute of the edges by whose values lengths are summed.

    Raises
    ------
    StudyError, SurveyError
        As `survey_town`; also where no route layer has the column `by`.
    """
    stopwatch = Stopwatch()
    study = load_study(path, data=data)
    if out is not None:
        check_output(study, data, out)
    town = survey_town(study, stopwatch=stopwatch, progress=progress)
    document = summarise_town(town, (), stopwatch, schema=SCHEMA)
    document["crs"] = study.crs
    document["graph"] |= _shape(town.graph)
    document["length_by"] = {"column": by, "rows": _length_by(town.graph, by)}
    document["components"] = _components(town)
    document["demand_off_routes"] = {
        name: round(float(points.weight[points.attachment.edge < 0].sum()), 6) for name, points in town.demand.items()
    }
    if out is not None:
        with replace_folder(out) as folder:
            export_graph(
                document,
                town.graph,
                town.findings,
                folder,
                language=study.language,
                labels=study.labels,
                progress=progress,
            )
    return GraphDescription(document, town, out)


def _shape(graph: SpatialGraph) -> dict[str, Any]:
    """Count what is special about nodes and edges."""
    loops = graph.u == graph.v
    ends = np.sort(np.stack([graph.u, graph.v], axis=1), axis=1)[~loops]
    shortest = int(np.argmin(graph.length_m))
    x, y = graph.node_xy[graph.u[shortest]].tolist()
    return {
        "dead_ends": int(np.count_nonzero(graph.degree == 1)),
        "loops": int(loops.sum()),
        "parallel_edges": len(ends) - len(np.unique(ends, axis=0)),
        "shortest_edge": {"edge": shortest, "length_m": round(float(graph.length_m[shortest]), 4), "x": x, "y": y},
    }


def _length_by(graph: SpatialGraph, by: str) -> list[dict[str, Any]]:
    """Length by the values of a column, the greatest first; `value` is None where it is missing."""
    columns = [str(name) for name in graph.attributes.columns]
    if by not in columns:
        near = difflib.get_close_matches(by, columns, n=3, cutoff=0.4) or columns
        raise StudyError(f"--by {by}: no route layer has this column", f"the nearest are {', '.join(near)}")
    value = graph.attributes[by].to_numpy(dtype=object)
    text = np.where(pd.isna(value), None, value.astype(str))
    table = pd.DataFrame({"value": text, "length_m": graph.length_m})
    sums = table.groupby("value", dropna=False)["length_m"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    return [
        {"value": None if pd.isna(name) else name, "edges": int(size), "length_m": round(float(total), 2)}
        for name, total, size in sums.itertuples()
    ]


def _components(town: Town) -> list[dict[str, Any]]:
    """One row a connected component, the one with most nodes first, with the demand attached to it."""
    graph = town.graph
    table = measure_components(
        graph, {name: (points.attachment, points.weight) for name, points in town.demand.items()}
    )
    return [
        {
            "component": number,
            "nodes": int(table.nodes[number]),
            "edges": int(table.edges[number]),
            "length_m": round(float(table.length_m[number]), 2),
            "x": float(graph.node_xy[table.first_node[number], 0]),
            "y": float(graph.node_xy[table.first_node[number], 1]),
            "demand": {name: round(float(held[number]), 6) for name, held in table.demand_weight.items()},
        }
        for number in range(len(table.nodes))
    ]
