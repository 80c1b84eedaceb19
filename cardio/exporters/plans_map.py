"""The map of several plans: two against each other, chosen on the map, or the plans of a curve one after the other."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np

from cardio.exporters.geometry import Frame, encode_features, frame_of
from cardio.exporters.map import POLICY, MapPieces, foot, render_pieces, title_figure
from cardio.exporters.map_entry import Entry, make_entry
from cardio.exporters.map_layers import BASEMAP_TOLERANCE_M, existing_entries, script_words
from cardio.exporters.plans_layers import COST, HAS, NAME, lay_side_by_side
from cardio.exporters.plans_styles import PAIR_COLOURS, PAIR_DASHES, PAIR_SHAPES
from cardio.exporters.styles import INK, SIGN_OUTLINES, zone_style
from cardio.exporters.texts import Words
from cardio.plan_works import KINDS, PlansOnMap

RADIUS = {"site": 6.5, "connection": 3.5}
GROUPS = {"works": "compare.works_sheet", "zones": "zones", "existing": "existing", "base": "base"}


@dataclass(frozen=True)
class Choice:
    """Something that the map can show.

    Attributes
    ----------
    title : str
        On its button.
    labels : sequence of str
        One a class of works.
    sentences : sequence of str
        What stands above the legend.
    pair : tuple of int or None
        Two plans against each other; None for what stays from some plan on.
    """

    title: str
    labels: Sequence[str]
    sentences: Sequence[str]
    pair: tuple[int, int] | None = None


@dataclass(frozen=True)
class PlansMap:
    """What the map of several plans says.

    Attributes
    ----------
    study, subtitle, proof : str
        Of the title.
    figures : sequence of (str, str)
        Value and label, in the title.
    titles : sequence of str
        One a plan.
    heading : str
        Above the switch.
    choices : sequence of Choice
    facts : sequence of (str, sequence of str)
        Label, and words for each plan.
    first : int
        Choice that the map opens with.
    sides : sequence of str
        Labels of the two lists of plans; empty for one button a choice.
    created, version : str
        When and by what it was made.
    order_colours : sequence of str
        Colours of what stays from a plan on, and of what does not stay; empty where no choice shows that.
    always : mapping of (kind, id) to int
        Place among these colours.
    """

    study: str
    subtitle: str
    proof: str
    figures: Sequence[tuple[str, str]]
    titles: Sequence[str]
    heading: str
    choices: Sequence[Choice]
    facts: Sequence[tuple[str, Sequence[str]]]
    created: str
    version: str
    first: int = 0
    sides: Sequence[str] = ()
    order_colours: Sequence[str] = ()
    always: Mapping[tuple[str, str], int] = field(default_factory=dict)


def render_plans_map(about: PlansMap, town: PlansOnMap, words: Words) -> str:
    """Return the whole page: one file, no external resource, survey text only as text."""
    figures = "".join(title_figure(html.escape(value), label) for value, label in about.figures)
    title = (
        f'<header id="cardio-title"><h1>{html.escape(about.study)}<small>{html.escape(about.subtitle)}</small></h1>'
        f'{figures}<div class="proof">{html.escape(about.proof)}</div></header>'
    )
    below = foot(words.moment(about.created), about.version, None, words, town.attribution)
    pieces = MapPieces(POLICY, title, plans_data(about, town, words), below, "cardioPlans")
    return render_pieces(pieces, title=f"{about.study} – {about.subtitle}", language=words.language)


def plans_data(about: PlansMap, town: PlansOnMap, words: Words) -> dict[str, Any]:
    """Everything that the page's script draws, JSON values only."""
    works = {kind: lay_side_by_side(town.plans, kind) for kind in KINDS}
    frame = frame_of([one for one in works.values() if len(one)] or [town.zones, town.existing])
    names: dict[str, int] = {}
    streets, existing = existing_entries(lambda _layer, _row: "", town.existing, names, frame, words)
    layers = [*streets, *_zones(town.zones, frame, words), *existing]
    layers += [_works(about, kind, works[kind], frame, words) for kind in ("connection", "route", "site")
               if len(works[kind])]  # fmt: skip
    return {
        "has_plan": False,
        "language": words.language,
        "words": script_words(words),
        "groups": [{"key": key, "title": words[title]} for key, title in GROUPS.items()],
        "services": [],
        "phases": [],
        "prices": [],
        "street_names": list(names),
        "classes": [],
        "gap_sign": None,
        "outlines": SIGN_OUTLINES,
        "zone_classes": [],
        "origin": list(frame.origin),
        "bounds": frame.bounds,
        "tiles": None,
        "layers": layers,
        "plans": {
            "titles": list(about.titles),
            "heading": about.heading,
            "facts_heading": words["compare.facts"],
            "first": about.first,
            "sides": list(about.sides),
            "choices": [
                {
                    "title": choice.title,
                    "look": "pair" if choice.pair else "order",
                    "labels": list(choice.labels),
                    "sentences": list(choice.sentences),
                    "pair": None if choice.pair is None else list(choice.pair),
                }
                for choice in about.choices
            ],
            "facts": [{"label": label, "values": list(values)} for label, values in about.facts],
        },
    }


def _zones(zones: gpd.GeoDataFrame, frame: Frame, words: Words) -> list[Entry]:
    """Outlines of the zones, each layer once."""
    entries = []
    for layer, part in zones.drop_duplicates(["layer", "id"]).groupby("layer", sort=False):
        entries.append(
            {
                **make_entry("features", "zones", words.name("layers", str(layer)), shown=False),
                **encode_features(part.geometry, frame, simplify_m=BASEMAP_TOLERANCE_M),
                **zone_style(),
                "labels": [words["zone"], words["id"]],
                "rows": [[str(name), str(one)] for name, one in zip(part["name"], part["id"], strict=True)],
            }
        )
    return entries


def _works(about: PlansMap, kind: str, works: gpd.GeoDataFrame, frame: Frame, words: Words) -> Entry:
    looks = {"pair": _looks(kind, PAIR_COLOURS, PAIR_DASHES, PAIR_SHAPES)}
    always = np.array([about.always.get((kind, work), -1) for work in works["id"]], dtype=int)
    if about.order_colours:
        count = len(about.order_colours)
        looks["order"] = _looks(
            kind, about.order_colours, [None] * (count - 1) + ["2 6"], ["circle"] * (count - 1) + ["triangle"]
        )
    return {
        **make_entry("works", "works", words[f"compare.{kind}s"]),
        **encode_features(works.geometry, frame),
        "style": looks["pair"][0],
        "marker": looks["pair"][0],
        "looks": looks,
        "built": _built(works, len(about.titles)),
        "always": always.tolist(),
        "notes": [_notes(choice, works, always, len(about.order_colours), words) for choice in about.choices],
        "labels": [words["id"], words["street"], words["length"], *about.titles],
        "rows": _rows(about, kind, works, words),
    }


def _looks(
    kind: str, colours: Sequence[str], dashes: Sequence[str | None], shapes: Sequence[str]
) -> list[dict[str, Any]]:
    if kind == "route":
        return [{"color": colour, "weight": 4, "opacity": 1, "dashArray": dash}
                for colour, dash in zip(colours, dashes, strict=True)]  # fmt: skip
    return [
        {"shape": shape, "radius": RADIUS[kind], "fillColor": colour, "fillOpacity": 1, "color": INK, "weight": 1.3}
        for colour, shape in zip(colours, shapes, strict=True)
    ]


def _built(works: gpd.GeoDataFrame, count: int) -> list[list[str]]:
    """How each plan builds each work: a number that stands for a name, or a dot where it does not."""
    number: dict[str, str] = {}
    columns = [
        [number.setdefault(name, str(len(number))) if has else "." for has, name in
         zip(works[HAS.format(plan)], works[NAME.format(plan)], strict=True)]
        for plan in range(count)
    ]  # fmt: skip
    return [list(row) for row in zip(*columns, strict=True)]


def _rows(about: PlansMap, kind: str, works: gpd.GeoDataFrame, words: Words) -> list[list[str]]:
    """What a click on a work shows: who builds it, how, for how much and why."""
    rows = []
    for row in works.drop(columns="geometry").to_dict("records"):
        own = []
        for plan in range(len(about.titles)):
            if not row[HAS.format(plan)]:
                own.append(words["compare.not_built"])
                continue
            parts = [words.work_name(kind, row[NAME.format(plan)]), words.money(row[COST.format(plan)])]
            own.append(" · ".join(part for part in (*parts, row[f"why_{plan}"]) if part))
        length_m = row.get("length_m", math.nan)
        rows.append([row["id"], row.get("street", ""), "" if math.isnan(length_m) else words.length(length_m), *own])
    return rows


def _notes(choice: Choice, works: gpd.GeoDataFrame, always: Any, count: int, words: Words) -> list[str]:
    """Words for the works of each class: how many, how long, for how much; empty for none."""
    plans = works.columns.str.startswith("cost_").sum()
    costs = works[[COST.format(plan) for plan in range(plans)]].to_numpy(dtype=float)
    if choice.pair is None:
        last = np.nanmax(np.where(np.isnan(costs), 0.0, costs), axis=1) if len(works) else np.empty(0)
        cases = [(always == number, last) for number in range(count)]
    else:
        one, other = choice.pair
        has = [works[HAS.format(plan)].to_numpy(dtype=bool) for plan in (one, other)]
        same = (works[NAME.format(one)] == works[NAME.format(other)]).to_numpy()
        cases = [
            (has[0] & has[1] & same, costs[:, other]),
            (has[0] & has[1] & ~same, costs[:, other]),
            (has[0] & ~has[1], costs[:, one]),
            (~has[0] & has[1], costs[:, other]),
        ]
    return [_sum(works[rows], eur[rows], words) for rows, eur in cases]


def _sum(works: gpd.GeoDataFrame, eur: Any, words: Words) -> str:
    if not len(works):
        return ""
    parts = [words.number(len(works))]
    if "length_m" in works:
        parts.append(words.length(float(works["length_m"].sum())))
    return " · ".join([*parts, words.money(float(eur.sum()))])
