"""New equipment and routes as map layers: what each costs line by line, why it is there, where it stands, and when."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.geometry import Frame, encode_features
from cardio.exporters.map_entry import Entry, make_entry
from cardio.exporters.styles import YEAR_COLOURS, route_style, site_style
from cardio.exporters.texts import Words, join_text

Ints = npt.NDArray[np.int64]
SHARING = ("share", "standalone")
WHOLE_QUANTITY, DIGITS = 0, 2


class Works:
    """What the rows of a plan's works share: years, services, price rows and the survey rows they stand on.

    Parameters
    ----------
    deliverable : Deliverable
    words : Words

    Attributes
    ----------
    years : list of int
        Years in which something is built, increasing; empty in a plan without phases.
    services : list of str
        Names of the services in order of first use.
    prices : list of dict
        Rows of prices that lines refer to by number.
    """

    def __init__(self, deliverable: Deliverable, words: Words) -> None:
        self._deliverable, self._words = deliverable, words
        self.years = [int(row["year"]) for row in deliverable.summary.get("phases") or ()]
        demand, sites = deliverable.demand, deliverable.sites
        self.services = list(dict.fromkeys([*demand["service"].astype(str), *sites["service"].astype(str)]))
        self.prices: list[dict[str, Any]] = []

    def phases(self, years: pd.Series) -> dict[str, list[int]]:
        """Phase of each row, -1 for what has no year; nothing in a plan without phases."""
        if not self.years:
            return {}
        number = {year: phase for phase, year in enumerate(self.years)}
        return {"phases": [-1 if pd.isna(year) else number[int(year)] for year in years]}

    def service_numbers(self, names: str) -> list[int]:
        """Numbers of services that stand in one text, parts joined by a comma."""
        return [self.services.index(name) for name in names.split(", ") if name in self.services]

    @cached_property
    def _lines(self) -> Mapping[str, list[list[Any]]]:
        """Work -> its lines: number of the price row, quantity, amount."""
        words, numbers, lines = self._words, {}, {}  # type: ignore[var-annotated]
        columns = ["work_id", "label", "unit", "quantity", "unit_price_eur", "amount_eur", "assumed"]
        for row in self._deliverable.bill.reindex(columns=columns).itertuples(index=False, name="Line"):
            price = (row.label, row.unit, row.unit_price_eur, bool(row.assumed))
            if price not in numbers:
                numbers[price] = len(self.prices)
                self.prices.append(self._price(*price))
            digits = WHOLE_QUANTITY if row.quantity == round(row.quantity) else DIGITS
            quantity = f"{words.number(row.quantity, digits)} {words[f'unit.{row.unit}']}"
            lines.setdefault(str(row.work_id), []).append([numbers[price], quantity, words.money(row.amount_eur)])
        return lines

    def _price(self, label: str, unit: str, unit_price: float, assumed: bool) -> dict[str, Any]:
        return {"label": str(label), "unit_price": self._words.price(unit_price), "assumed": assumed}

    def bill(self, works: pd.Series) -> list[list[list[Any]]]:
        """Price lines of each work."""
        return [self._lines.get(str(work), []) for work in works]

    @cached_property
    def _assets(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """(layer, id) -> its name and where it stands in its file."""
        existing = self._deliverable.existing
        asked = set(self._deliverable.sites["place_layer"].astype(str))
        rows = existing[existing["layer"].astype(str).isin(asked)]
        return {
            (str(layer), str(feature)): ("" if pd.isna(name) else str(name), self.file_row(str(layer), row))
            for layer, feature, name, row in zip(
                rows["layer"], rows["id"], rows["name"], rows["source_row"], strict=True
            )
        }

    @cached_property
    def _files(self) -> Mapping[str, str]:
        return {row["name"]: str(row["path"]) for row in self._deliverable.summary.get("layers", ())}

    def file_row(self, layer: str, row: Any) -> str:
        """File and row of a survey feature; empty where the file is not known."""
        file = self._files.get(layer, "")
        return "" if pd.isna(row) or not file else self._words["map.row_is"].format(file=file, row=int(row))

    def stands_on(self, layer: str, feature: str) -> str:
        """Survey layer, id, name and file row of the place of a site."""
        name, where = self._assets.get((layer, feature), ("", ""))
        text = self._words["map.source_is"].format(layer=self._words.name("layers", layer), feature=feature)
        return " · ".join(part for part in (text, name if name != feature else "", where) if part)

    def place_name(self, layer: str, feature: str) -> str:
        """Name of the place of a site; its survey layer and id where it has none."""
        name, _ = self._assets.get((layer, feature), ("", ""))
        return name or self._words["map.source_is"].format(layer=self._words.name("layers", layer), feature=feature)

    def phase_rows(self) -> list[dict[str, str]]:
        """Title, what is spent by its end, and colour of each phase."""
        words, rows, spent = self._words, [], 0
        phases = self._deliverable.summary.get("phases") or ()
        for number, row in enumerate(phases):
            spent += round(row["capex"] * 100)
            note = words["map.spent_by"].format(amount=words.money(spent / 100), year=row["year"])
            # from the first colour to the last, however few the years
            colour = YEAR_COLOURS[round(number * (len(YEAR_COLOURS) - 1) / max(1, len(phases) - 1))]
            rows.append({"title": str(row["year"]), "note": note, "colour": colour})
        return rows


def route_entries(works: Works, routes: gpd.GeoDataFrame, frame: Frame, words: Words) -> list[Entry]:
    """Return one layer a laying method."""
    keys = ("id", "street", "length", "cost", "services", "why", *_year_key(works))
    entries = []
    for number, (method, part) in enumerate(routes.groupby("method", sort=True)):
        rows = [
            [str(row.id), join_text(row.street), words.length(row.length_m), words.money(row.cost_eur),
             _service_names(row.services, words), join_text(row.why), *_year(row.year)]
            for row in part.drop(columns="geometry").itertuples(index=False, name="Route")
        ]  # fmt: skip
        entries.append(
            {
                **make_entry("features", "new_routes", words.name("laying", str(method)), plan_only=True),
                **encode_features(part.geometry, frame),
                **route_style(number),
                **_notes(works, part, lambda some: words.length(some["length_m"].sum()), words),
                **works.phases(part["year"]),
                "row_services": [works.service_numbers(join_text(names)) for names in part["services"]],
                "places": [join_text(street) for street in part["street"]],
                "labels": [words[key] for key in keys],
                "rows": rows,
                "bill": works.bill(part["id"]),
            }
        )
    return entries


def site_entries(works: Works, sites: gpd.GeoDataFrame, frame: Frame, words: Words) -> list[Entry]:
    """Return one layer an option."""
    keys = ("id", "service", "map.source_row", "cost", "share", "standalone", "serves", "why", *_year_key(works))
    entries = []
    for number, (option, part) in enumerate(sites.groupby("option", sort=True)):
        rows = [
            [str(row.id), words.name("services", str(row.service)),
             works.stands_on(str(row.place_layer), str(row.place_id)), words.money(row.cost_eur),
             *(words[f"{name}_is"].format(amount=words.money(getattr(row, f"{name}_eur"))) for name in SHARING),
             words.number(row.serves_weight, 1), join_text(row.why), *_year(row.year)]
            for row in part.drop(columns="geometry").itertuples(index=False, name="Site")
        ]  # fmt: skip
        entries.append(
            {
                **make_entry("features", "new_sites", words.name("options", str(option)), plan_only=True),
                **encode_features(part.geometry, frame),
                **site_style(number),
                **_notes(works, part, lambda some: words.number(len(some)), words),
                **works.phases(part["year"]),
                "row_services": [works.service_numbers(str(name)) for name in part["service"]],
                "places": [
                    works.place_name(str(layer), str(feature))
                    for layer, feature in zip(part["place_layer"], part["place_id"], strict=True)
                ],
                "labels": [words[key] for key in keys],
                "rows": rows,
                "bill": works.bill(part["id"]),
            }
        )
    return entries


def _notes(works: Works, part: gpd.GeoDataFrame, count: Any, words: Words) -> dict[str, Any]:
    """How much of it there is and its cost: in all, and by the end of each year."""

    def note(some: gpd.GeoDataFrame) -> str:
        return f"{count(some)} · {words['money.capex_of'].format(amount=words.money(some['cost_eur'].sum()))}"

    if not works.years:
        return {"note": note(part)}
    years = part["year"]
    by_year = [note(part[(years.isna() | (years <= year)).to_numpy(dtype=bool)]) for year in works.years]
    return {"note": note(part), "phase_notes": by_year}


def _year_key(works: Works) -> list[str]:
    return ["year"] if works.years else []


def _year(year: Any) -> list[str]:
    """Year of a work, in a plan of several years: all of its works have one."""
    return [] if pd.isna(year) else [str(year)]


def _service_names(names: Any, words: Words) -> str:
    """Titles of names that stand in one text, parts joined by a comma, or in a list."""
    return ", ".join(words.name("services", name) for name in join_text(names).split(", "))
