"""What the command line says about a graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHOWN = 10


def say_graph(document: Mapping[str, Any], folder: Path | None) -> str:
    """Say size, shape, parts and lengths, largest first."""
    graph, parts, by = document["graph"], document["components"], document["length_by"]
    shortest = graph["shortest_edge"]
    lines = [
        document["study"],
        "",
        f"junctions  {graph['junctions']:,}, of them {graph['dead_ends']:,} dead ends; {graph['nodes']:,} nodes in all",
        f"edges      {graph['edges']:,}, {graph['length_m']:,.0f} m; {graph['loops']} loops, "
        f"{graph['parallel_edges']} parallel to another",
        f"shortest   {shortest['length_m']:.4f} m, edge {shortest['edge']} at {shortest['x']:.0f}, {shortest['y']:.0f}",
        f"parts      {len(parts):,}; the largest holds {graph['largest_component_share']:.1%} of the nodes",
    ]
    lines += [f"  {_part(row)}" for row in parts[:SHOWN]]
    lines += [f"  ... and {len(parts) - SHOWN} more (--json and --out list all)"] if len(parts) > SHOWN else []
    off = _demand(document["demand_off_routes"])
    lines += [f"off routes {off}, too far from every route"] if off else []
    lines.append(f"length by {by['column']}")
    lines += [f"  {row['length_m']:>12,.0f} m  {row['value'] or '(no value)'}" for row in by["rows"][:SHOWN]]
    lines += [f"  ... and {len(by['rows']) - SHOWN} more values"] if len(by["rows"]) > SHOWN else []
    lines.append("findings   " + ", ".join(f"{count} {severity}" for severity, count in document["findings"].items()))
    return "\n".join([*lines, f"written to {folder}"] if folder is not None else lines)


def _part(row: Mapping[str, Any]) -> str:
    held = _demand(row["demand"]) or "no demand"
    return f"{row['nodes']:,} nodes, {row['length_m']:,.0f} m, holds {held}; at {row['x']:.0f}, {row['y']:.0f}"


def _demand(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{weight:,.0f} of {service}" for service, weight in weights.items() if weight)
