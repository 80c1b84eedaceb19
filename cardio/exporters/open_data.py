"""``cardio export PLAN FOLDER --policy FILE``: a plan as open data, one folder that can be published as it is."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from cardio.export_policy import Policy
from cardio.exporters.csv_table import write_csv
from cardio.exporters.layer_fields import LayerField
from cardio.exporters.open_data_tables import OpenTables, select_tables
from cardio.exporters.open_data_words import open_word
from cardio.exporters.open_files import in_degrees, place_columns, write_flat, write_geojson
from cardio.plan_folder import PlanFolder, read_layer_of_plan
from gis_layers import StudyError, replace_folder

Json = dict[str, Any]
FORMAT = "open data (GeoJSON, CSV)"
TYPES = {"object": "string", "float64": "number", "int64": "integer", "bool": "boolean", "Int64": "year"}


def export_open_data(plan: PlanFolder, policy: Policy, target: Path, *, force: bool) -> Json:
    """Write what a policy publishes of a plan: a folder swapped in whole.

    Returns
    -------
    dict
        Document of schema ``cardio-export/1``.

    Raises
    ------
    StudyError
        The policy does not fit the plan, or the folder exists and `force` is off, or is not one of ours.
    """
    if target.exists() and not force:
        raise StudyError(f"{target} exists: it is not replaced", "choose another folder, or add --force")
    zones, demand = read_layer_of_plan(plan, "zones"), read_layer_of_plan(plan, "demand")
    selected, currency = select_tables(plan, zones, demand, policy), plan.summary["cost"]["currency"]
    with replace_folder(target) as folder:
        resources = [
            _write_table(folder, name, frame, selected, policy, currency) for name, frame in selected.tables.items()
        ]
        _write_log(folder / "suppressed.csv", selected, policy)
        package = _package(plan, policy, [entry for pair in resources for entry in pair])
        text = json.dumps(package, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        (folder / "datapackage.json").write_text(text, encoding="utf-8")
        (folder / "README.txt").write_text(_readme(plan, policy, selected), encoding="utf-8")
        files = sorted(path.name for path in folder.iterdir())
    return {
        "schema": "cardio-export/1",
        "format": FORMAT,
        "study": plan.summary["study"],
        "scenario": plan.summary["scenario"],
        "files": [str(target / name) for name in files],
        "written": {name: len(frame) for name, frame in selected.tables.items()},
        "left_out": _left_out(selected),
        "notes": _notes(plan, policy),
    }


def _write_table(
    folder: Path, name: str, frame: gpd.GeoDataFrame, selected: OpenTables, policy: Policy, currency: str
) -> tuple[Json, Json]:
    """Write a table in both forms and return what describes them."""
    shown = in_degrees(frame)
    write_geojson(shown, folder / f"{name}.geojson")
    write_flat(shown, folder / f"{name}.csv")
    title = open_word(name, policy.language)
    schema = {
        "fields": _schema(selected.fields[name], place_columns(shown), policy.language, currency),
        "missingValues": [""],
    }
    return (
        {"name": name, "title": title, "path": f"{name}.csv", "profile": "tabular-data-resource", "format": "csv",
         "mediatype": "text/csv", "encoding": "utf-8", "schema": schema, **_digest(folder / f"{name}.csv")},
        {"name": f"{name}-geojson", "title": title, "path": f"{name}.geojson", "format": "geojson",
         "mediatype": "application/geo+json", "encoding": "utf-8", **_digest(folder / f"{name}.geojson")},
    )  # fmt: skip


def _schema(fields: Mapping[str, LayerField], places: tuple[str, ...], language: str, currency: str) -> list[Json]:
    described = [
        {"name": name, "type": TYPES[field.kind], "title": field.title(language, currency)}
        for name, field in fields.items()
    ]
    kind = "string" if places == ("wkt",) else "number"
    return described + [{"name": name, "type": kind, "title": f"{name} (WGS 84)"} for name in places]


def _digest(path: Path) -> Json:
    content = path.read_bytes()
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def _write_log(path: Path, selected: OpenTables, policy: Policy) -> None:
    columns = [open_word(f"column.{name}", policy.language) for name in ("table", "item", "rows", "reason")]
    rows = [
        (line.table, line.item, line.rows, open_word(f"why.{line.reason}", policy.language))
        for line in selected.suppressed
    ]
    write_csv(columns, rows, path, byte_order_mark=False)


def _package(plan: PlanFolder, policy: Policy, resources: list[Json]) -> Json:
    """Describe the folder as a data package (Frictionless, version 1)."""
    licence = policy.full_licence
    publisher: Json = {"title": policy.publisher, "role": "publisher"}
    return {
        "profile": "data-package",
        "name": _slug(_name(plan)),
        "title": open_word("title", policy.language, study=_name(plan)),
        "description": _about(plan, policy),
        "created": plan.summary["created"],
        "licenses": [{"name": licence.name, "path": licence.url, "title": licence.title}],
        "contributors": [publisher],
        "sources": _sources(plan, policy),
        "resources": resources,
        "cardio": {
            "schema": "cardio-open-data/1",
            "version": plan.summary["cardio_version"],
            "status": plan.summary["status"],
            "study_sha256": plan.summary.get("study_sha256"),
            "policy": policy.model_dump(mode="json"),
        },
    }  # fmt: skip


def _sources(plan: PlanFolder, policy: Policy) -> list[Json]:
    stated = [{"title": s.title, **({"path": s.url} if s.url else {})} for s in policy.sources.values()]
    return stated or [{"title": _name(plan)}]


def _name(plan: PlanFolder) -> str:
    study, scenario = str(plan.summary["study"]), plan.summary["scenario"]
    return f"{study} ({scenario})" if scenario else study


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "plan"


def _about(plan: PlanFolder, policy: Policy) -> str:
    summary = plan.summary
    return open_word(
        "about",
        policy.language,
        version=summary["cardio_version"],
        day=str(summary["created"])[:10],
    )


def _readme(plan: PlanFolder, policy: Policy, selected: OpenTables) -> str:
    language, licence, currency = policy.language, policy.full_licence, plan.summary["cost"]["currency"]
    title = open_word("title", language, study=_name(plan))
    parts = [
        f"{title}\n{'=' * len(title)}",
        _about(plan, policy),
        open_word("publisher", language, publisher=policy.publisher),
        open_word("contact", language, contact=policy.contact) if policy.contact else "",
        open_word("licence", language, title=licence.title, name=licence.name, url=licence.url),
        _heading("files", language),
        open_word("files_note", language, currency=currency),
        *(_table_lines(name, frame, selected, language, currency) for name, frame in selected.tables.items()),
        _heading("sources", language),
        *(
            f"- {s.title}" + "".join(f", {part}" for part in (s.licence, s.url) if part)
            for s in policy.sources.values()
        ),
        *_notes(plan, policy),
        _heading("left_out", language),
        open_word("left_out_note", language),
    ]
    if policy.demand is not None:
        parts.append(open_word("counts", language, least=policy.demand.least_count))
        if policy.demand.not_people:
            parts.append(open_word("not_people", language, services=", ".join(policy.demand.not_people)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(key: str, language: str) -> str:
    title = open_word(key, language)
    return f"{title}\n{'-' * len(title)}"


def _table_lines(name: str, frame: gpd.GeoDataFrame, selected: OpenTables, language: str, currency: str) -> str:
    """What a table holds, a line a field."""
    head = f"{name} - {open_word(name, language)} ({len(frame)})"
    return "\n".join([head, *(f"  {key}: {f.title(language, currency)}" for key, f in selected.fields[name].items())])


def _notes(plan: PlanFolder, policy: Policy) -> list[str]:
    unknown = [str(layer["name"]) for layer in plan.summary["layers"] if layer["name"] not in policy.sources]
    return [open_word("no_sources", policy.language, layers=", ".join(unknown))] if unknown else []


def _left_out(selected: OpenTables) -> dict[str, int]:
    """Rows left out or joined, by table and reason."""
    counts: dict[str, int] = {}
    for line in selected.suppressed:
        if line.rows is not None:
            key = f"{line.table} ({line.reason.replace('_', ' ')})"
            counts[key] = counts.get(key, 0) + line.rows
    return counts
