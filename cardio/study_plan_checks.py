"""Whether the parts of a study fit the plan that it asks for: goals and budgets, phases, limits of equipment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cardio.study_keys import suggest
from cardio.study_values import JUNCTIONS, as_written
from cardio.study_yaml import KeyPath, shown
from costing import read_date
from gis_layers import KINDS

Found = Iterator[tuple[KeyPath, str]]


def check_plan(data: Any) -> Found:
    """List (path, complaint) of what does not go together; what has the wrong form is left to the schema."""
    yield from _goals(data)
    yield from _phases(data)
    yield from _figure(data)
    yield from _base_year(data)
    yield from _horizon(data)
    yield from _existing(data)
    yield from _funding(data)
    yield from _contingency(data)
    for name in _names(data, "options"):
        yield from _free_places(data, name)


def _goals(data: Any) -> Found:
    """most_coverage needs a budget and goals; what only it knows is refused elsewhere."""
    objective: KeyPath = ("plan", "objective")
    years = _names(data, "plan", "phases")
    if _at(data, *objective) != "most_coverage":
        for name in _names(data, "targets"):
            if _at(data, "targets", name, "importance") is not None:
                yield ("targets", name, "importance"), "counts only with plan.objective: most_coverage"
        return
    limited = years and all(_at(data, "plan", "phases", year, "budget") is not None for year in years)
    if _at(data, "plan", "budget") is None and not limited:
        yield objective, "most_coverage needs plan.budget, or a budget in every phase"
    if not _names(data, "targets"):
        yield objective, "most_coverage needs targets, which are its goals"
    for year in years:
        if _names(data, "plan", "phases", year, "targets"):
            yield (
                ("plan", "phases", year, "targets"),
                "with plan.objective: most_coverage targets are goals, which no year can require",
            )


def _phases(data: Any) -> Found:
    """Shares of a year belong to targets, never fall, and never exceed what holds in the end."""
    targets = _names(data, "targets")
    before: dict[str, tuple[float, str]] = {}
    for year in _names(data, "plan", "phases"):
        for name in _names(data, "plan", "phases", year, "targets"):
            path: KeyPath = ("plan", "phases", year, "targets", name)
            if name not in targets:
                yield path, f"no target is named {shown(name)}; {suggest(name, targets)}"
                continue
            share, final = _number(data, *path), _number(data, "targets", name, "at_least")
            if share is None:
                continue
            if final is not None and share > final:
                yield path, f"{share:g} is more than targets.{name}.at_least, {final:g}, which holds in the end"
            earlier, when = before.get(name, (0.0, ""))
            if share < earlier:
                yield path, f"{share:g} is less than in {when}, {earlier:g}: what is built stays"
            before[name] = max((earlier, when), (share, year))


def _figure(data: Any) -> Found:
    """What is minimised needs the sections from which it is computed."""
    if _at(data, "plan", "minimise") == "present_value" and _at(data, "finance", "horizon_years") is None:
        yield ("plan", "minimise"), "present_value needs finance.horizon_years and finance.discount_rate"
    if _at(data, "plan", "minimise") == "net_city_cost":
        if not _says_who_pays(data):
            yield ("plan", "minimise"), "net_city_cost needs finance.vat or funding: who pays"
        if _at(data, "plan", "objective") == "most_coverage":
            yield ("plan", "minimise"), "net_city_cost goes with plan.objective: least_cost"


def _base_year(data: Any) -> Found:
    """Amounts are discounted to a year that the study states, or that its phases or the date of its prices give."""
    stated = _at(data, "finance", "base_year"), _at(data, "prices", "date")
    if _at(data, "finance", "horizon_years") is None or stated != (None, None) or _names(data, "plan", "phases"):
        return
    yield ("finance",), "base_year: missing; give it, prices.date or plan.phases: amounts are discounted to that year"


def _horizon(data: Any) -> Found:
    """What counts only over a horizon needs one; a base year also says when works without phases are paid."""
    if _at(data, "finance", "horizon_years") is not None or _at(data, "finance", "discount_rate") is not None:
        return  # that these two go together is seen to by the schema
    time = {"base_year", "terms", "inflation", "existing"} & set(_names(data, "finance"))
    if _says_who_pays(data):
        time -= {"base_year"}
    if time:
        yield ("finance",), f"{', '.join(sorted(time))} need horizon_years and discount_rate"


def _says_who_pays(data: Any) -> bool:
    stated = _at(data, "funding"), _at(data, "finance", "vat"), _at(data, "finance", "vat_regime")
    return stated != (None, None, None)


def _funding(data: Any) -> Found:
    """What is paid has a year; what is compensated was paid."""
    vat, regime = _at(data, "finance", "vat"), _at(data, "finance", "vat_regime")
    funding = _at(data, "funding")
    if not _says_who_pays(data):
        return
    where: KeyPath = ("finance", "vat") if vat is not None else ("funding",) if funding is not None else ("finance",)
    if not _names(data, "plan", "phases") and (_at(data, "finance", "base_year"), _at(data, "prices", "date")) == (
        None,
        None,
    ):
        yield where, "says who pays in which year: give plan.phases, finance.base_year or prices.date"
    if vat is None and regime in ("fctva", "deductible"):
        yield ("finance", "vat_regime"), f"{regime} needs finance.vat, the rate that is paid"
    if _at(data, "funding", "fctva") not in (None, False) and (vat is None or regime == "none"):
        yield ("funding", "fctva"), "compensates VAT: give finance.vat, and no vat_regime: none"


def _contingency(data: Any) -> Found:
    """A contingency by stage needs the stage, and a rate for it; a stage alone says nothing."""
    stage, contingency = _at(data, "finance", "stage"), _at(data, "finance", "contingency")
    rates = _names(data, "finance", "contingency")
    if rates and stage is None:
        yield ("finance", "contingency"), f"is given by stage: name one as finance.stage ({', '.join(rates)})"
    if rates and isinstance(stage, str) and stage not in rates:
        hint = suggest(stage, rates)
        yield ("finance", "stage"), f"finance.contingency has no rate for {shown(stage)}; {hint}"
    if stage is not None and contingency is None:
        yield ("finance", "stage"), "says which finance.contingency holds: give that too"


def _existing(data: Any) -> Found:
    """What exists and is paid for stands in layers of the study, and was built by the base year."""
    layers, latest = _names(data, "layers"), _latest_built(data)
    for name in _names(data, "finance", "existing"):
        path: KeyPath = ("finance", "existing", name)
        if name not in layers:
            yield path, f"no layer is named {shown(name)}; {suggest(name, layers)}"
        built = _number(data, *path, "built")
        if built is not None and latest is not None and built > latest:
            yield (*path, "built"), f"{built:g} is after {latest}, the base year: what exists was built by then"


def _latest_built(data: Any) -> int | None:
    """Base year that the study states, else that of its prices, else its first phase; None where it has none."""
    stated, date = _number(data, "finance", "base_year"), as_written(_at(data, "prices", "date"))
    if stated is not None:
        return int(stated)
    if date is not None:
        try:
            return read_date(date).year
        except ValueError:  # left to the schema
            return None
    return min((int(year) for year in _names(data, "plan", "phases") if year.isdecimal()), default=None)


def _free_places(data: Any, option: str) -> Found:
    """A column that limits what each place serves is a number column of every layer of the option's sites."""
    path: KeyPath = ("options", option, "serves_at_most", "column")
    column = _at(data, *path)
    sites = _at(data, "options", option, "sites")
    if not isinstance(column, str) or not isinstance(sites, tuple):
        return
    service = _at(data, "options", option, "service")
    provided_by = _at(data, "services", service, "provided_by") if isinstance(service, str) else None
    for layer in (site for site in sites if isinstance(site, str)):
        if layer == JUNCTIONS:
            yield path, f"{JUNCTIONS} have no columns: list only layers among the sites"
        if isinstance(provided_by, tuple) and layer in provided_by:
            yield (
                path,
                f"layer {layer} stands in services.{service}.provided_by and so serves all in its reach today: "
                "take it out there, or drop the option",
            )
        kind = _at(data, "layers", layer, "kind")
        if isinstance(kind, str) and kind in KINDS:
            numbers = [each.name for each in KINDS[kind].columns if each.dtype != "text"]
            if column not in numbers:
                yield (
                    path,
                    f"kind {kind} of layer {layer} has no number column {shown(column)}; " + suggest(column, numbers),
                )


def _at(data: Any, *path: str | int) -> Any:
    """Return what stands at a path, None where nothing does."""
    node = data
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _names(data: Any, *path: str | int) -> tuple[str, ...]:
    node = _at(data, *path)
    return tuple(node) if isinstance(node, dict) else ()


def _number(data: Any, *path: str | int) -> float | None:
    value = _at(data, *path)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
