"""compare.gpkg: the works of all scenarios, one row a work, that open in QGIS by who builds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cardio.exporters.plans_layers import Sign, lay_side_by_side, write_plan_layers
from cardio.exporters.plans_styles import PAIR_COLOURS, PAIR_DASHES, PAIR_SHAPES
from cardio.exporters.styles import BLUE, GREEN, ORANGE
from cardio.exporters.texts import Words
from cardio.plan_works import KINDS, PlanWorks

OF_TWO = (
    'CASE WHEN "has_0" AND "has_1" AND "name_0" <> "name_1" THEN \'otherwise\' WHEN "has_0" AND "has_1" THEN \'both\' '
    "WHEN \"has_0\" THEN 'first' ELSE 'other' END"
)
OF_MANY = "CASE WHEN \"in_all\" THEN 'all' WHEN \"plans\" > 1 THEN 'some' ELSE 'one' END"


def write_comparison_layers(plans: Mapping[str, PlanWorks], words: Words, path: Path) -> None:
    """Write layers sites, routes and connections; of two plans coloured by who builds, of more by how many do."""
    titles = list(plans)
    if len(titles) == 2:
        first, other = (words["compare.only"].format(name=title) for title in titles)
        expression = OF_TWO
        labels = [words["compare.in_both"], words["compare.in_both_otherwise"], first, other]
        signs = [
            Sign(value, label, colour, dashed=bool(dash), shape=shape)
            for value, label, colour, dash, shape in zip(
                ("both", "otherwise", "first", "other"), labels, PAIR_COLOURS, PAIR_DASHES, PAIR_SHAPES, strict=True
            )
        ]
    else:
        expression = OF_MANY
        signs = [
            Sign("all", words["compare.in_all"], GREEN, shape="square", is_strong=True),
            Sign("some", words["compare.in_some"], ORANGE, shape="diamond"),
            Sign("one", words["compare.in_one"], BLUE, dashed=True, shape="triangle"),
        ]
    works = {kind: lay_side_by_side(plans, kind) for kind in KINDS}
    write_plan_layers(works, titles, path, expression=expression, signs=signs, aliases=column_words(words))


def column_words(words: Words) -> dict[str, str]:
    """Words for the columns of works of several plans."""
    return {
        "id": words["id"],
        "street": words["street"],
        "length_m": words["route_m"],
        "plans": words["compare.built_by"],
        "in_all": words["compare.in_all"],
        "has": words["compare.has"],
        "name": words["works_method"],
        "cost": words["cost"],
        "why": words["why"],
    }
