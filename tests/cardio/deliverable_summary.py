"""The summary of a synthetic Deliverable, consistent with its bill."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd


def make_coverage(text: str) -> list[dict[str, Any]]:
    def row(target: str, service: str, zone: str | None, *shares: float, met: bool = True) -> dict[str, Any]:
        names = ("required", "before", "after", "reachable")
        said = {"target": target, "service": service, "zone": zone, "providers": 1}
        return {**said, **dict(zip(names, shares, strict=True)), "met": met}

    return [
        row(f"wifi_town{text}", f"public_wifi{text}", None, 0.3, 0.185, 0.3004, 0.84),
        row("fibre_all", "fibre_access", None, 0.85, 0.2, 0.9, 0.97),
        row(f"wifi_each{text}", f"public_wifi{text}", f"Z3{text}", 0.3, 0.0, 0.1, 0.2, met=False),
    ]


def _equity(text: str) -> list[dict[str, Any]]:
    zones = {"zones": 2, "worst_zone": f"Z0{text}", "worst_zone_name": f"Centre{text}"}
    return [
        {
            "target": f"wifi{text}",
            "service": f"public_wifi{text}",
            "zone_layer": f"iris{text}",
            "before": {**zones, "worst_share": 0.12, "worst_decile": 0.125, "gini": None},
            "after": {**zones, "worst_zone_name": "Nord", "worst_share": 0.58, "worst_decile": 0.585, "gini": 0.0421},
        },
        {"target": "fibre", "service": "fibre_access", "zone_layer": None, "before": None, "after": None},
    ]


def make_summary(
    bill: pd.DataFrame, sites: gpd.GeoDataFrame, routes: gpd.GeoDataFrame, coverage: list[dict[str, Any]], text: str
) -> dict[str, Any]:
    cents = np.rint(bill["amount_eur"].to_numpy() * 100).astype(int)
    capex = int(cents.sum()) / 100
    bound = round(capex * 0.985, 2)
    assumed = int(cents[bill["assumed"].to_numpy(dtype=bool)].sum()) / 100
    return {
        "schema": "cardio-summary/1",
        "study": f"Exempleville{text}",
        "scenario": "",
        "created": "2026-01-02T03:04:05+00:00",
        "cardio_version": "0.1.0",
        "seed": 0, "status": "limit",
        "objective": {"name": "least_cost", "unit": "EUR", "basis": "capex excl. tax", "value": capex, "bound": bound,
                      "gap": (capex - bound) / capex, "bound_origin": "mip", "why_open": None, "budget": None,
                      "minimise": "capex"},
        "cost": {"basis": "excl. tax", "currency": "EUR", "capex": capex, "opex_per_year": 0.0, "present_value": None,
                 "opex_not_stated": [], "lifetime_not_stated": [], "equivalent_annual_cost": None, "finance": None,
                 "do_nothing": None, "with_existing": None, "net_city_cost": None, "incl_tax": None,
                 "bases": {"capex": "capex excl. tax"}, "range": {"low": capex * 0.8, "high": capex * 1.3},
                 "by_service": [], "share_from_assumed_prices": assumed / capex},
        "coverage": coverage,
        "equity": _equity(text),
        "build": {"sites": [{"option": option, "count": len(part)} for option, part in sites.groupby("option")],
                  "routes_m": routes.groupby("method")["length_m"].sum().to_dict()},
        "works": {"kept": [], "forbidden": []},
        "phases": [], "postponed": None,
        "budget": None, "funding": None, "uncertainty": None, "benefits": None,
        "baseline": {"greedy_cost": capex * 1.1},
        "study_sha256": "cd" * 32,
        "run": {"study_file": "study.yaml", "command": "cardio plan study.yaml --seed 0 --gap 0.01", "solver": "highs",
                "solver_version": "1.15.1", "gap_asked": 0.01, "time_limit_s": 60.0},
        "services": [{"name": f"public_wifi{text}", "demand": f"residents{text}", "weight": f"people{text}",
                      "spread_over": f"buildings{text}", "provided_by": [f"hotspots{text}"], "rule": "line_of_sight",
                      "within_m": 60.0, "walls": [f"buildings{text}"]},
                     {"name": "fibre_access", "demand": "landmarks", "weight": None, "spread_over": None,
                      "provided_by": [], "rule": "along_network", "within_m": 100.0, "walls": []}],
        "findings": {"error": 1, "warning": 1, "repaired": 0, "note": 25},
        "graph": {"junctions": 81, "edges": 162, "components": 1, "largest_component_share": 1.0, "length_m": 28_800.0},
        "layers": [{"name": f"streets{text}", "kind": "street", "path": f"voirie.shp{text}", "sha256": "ab" * 32,
                    "rows_read": 163, "rows_kept": 162,
                    "findings": {"error": 1, "warning": 0, "repaired": 0, "note": 25}}],
        "verified": True,
        "timings_s": {"read": 0.1, "solve": 2.0},
    }  # fmt: skip
