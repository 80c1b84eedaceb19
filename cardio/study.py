"""The study: what one file asks to read, to serve and to plan, checked and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from cardio.study_files import find_file
from cardio.study_finance import ExistingAssets, budget_rules_of, existing_of, finance_of, uncertainty_of
from cardio.study_funding import funding_of, spending_year_of
from cardio.study_labels import labels_of
from cardio.study_map import tiles_of
from cardio.study_parts import layer_of, laying_of, option_of, service_of, target_of
from cardio.study_prices import PriceLists, list_format, price_settings
from cardio.study_report import ReportSettings, report_settings
from cardio.study_scenarios import BASE, Scenarios, check_scenarios
from cardio.study_schema import StudyFile
from cardio.study_yaml import read_yaml
from cardio.tiles import Tiles
from costing import BudgetRules, FigureName, Finance, Funding, PriceSettings, Uncertainty, sourced_prices
from gis_layers import Condition, LayerSpec, StudyError, require_metric_crs
from network_model import Crossings, Laying, Option, Service, Target


@dataclass(frozen=True)
class SolverSettings:
    """How the program is solved.

    Attributes
    ----------
    name : str
    gap : float
        Accepted gap between plan and bound, 0 to 1.
    time_limit_s : float
        Limit of the solve stage, s.
    seed : int
    """

    name: str = "highs"
    gap: float = 0.01
    time_limit_s: float = 90.0
    seed: int = 0


@dataclass(frozen=True)
class Phase:
    """A year in which works are done.

    Attributes
    ----------
    year : int
    budget_eur : float or None
        Most that the works of the year may cost, EUR excl. tax; None for no limit. What is left does not carry over.
    shares : mapping of str to float
        Target -> share that must be reached by the end of the year.
    """

    year: int
    budget_eur: float | None
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Study:
    """A study file with one scenario applied. docs/keys.md describes every key.

    Attributes
    ----------
    name : str
    crs : str
        Projected CRS in metres, normalised.
    language : str
        ``fr`` or ``en``: language of the map and the report.
    currency : str
        ISO 4217 code of every amount of the study; names of amounts end in ``_eur`` whatever it is.
    path : Path
        Study file.
    labels : mapping
        (section, name) -> how something that the study names is shown; only what has a ``label:``.
    layers : mapping of str to LayerSpec
    routes : tuple of str
        Layers that works may follow.
    close_gaps_m, attach_within_m : float
        m.
    attach_where : mapping of str to Condition
        What columns of the routes must say for something to be attached to a route; empty for all.
    crossings : Crossings
    backbone : tuple of str
        Layers of the existing network.
    backbone_within_m : float
        How near a route must run to a line of the backbone to join it, m.
    services : mapping of str to Service
    targets : tuple of Target
    options : tuple of Option
    laying : tuple of Laying
    objective : str
        ``least_cost``: targets must be met; ``most_coverage``: they are goals, within the budget.
    minimise : str
        Figure that counts as cost: ``capex`` or ``present_value``.
    budget_eur : float or None
        Most that the whole plan may cost, EUR excl. tax; None for no limit.
    phases : tuple of Phase
        Years, increasing; empty where everything is done at once.
    keep, forbid : tuple of str
        Ids of works that must be in the plan, and that must not.
    price_file : Path or None
    price_entries : mapping of str to mapping
        Rows of the price file as written, for `costing.resolve_prices`.
    price_settings : PriceSettings
        Date, indices and currency of the prices.
    price_places : mapping of tuple to str
        Where each row and cell stands (``prices.yaml:12``), for messages.
    price_notes : tuple of str
        How the price file was understood, and what of it was passed over.
    finance : Finance or None
        How amounts of different years are compared; None where the study does not say.
    uncertainty : Uncertainty
        How prices are drawn from their ranges.
    existing : tuple of ExistingAssets
        What is there today and is paid for in the years to come, whatever the plan.
    budget_rules : BudgetRules or None
        What the operation pays beside its works; None where the study states nothing.
    funding : Funding or None
        Who pays; None where the study states neither VAT nor funding.
    spending_year : int or None
        Year in which a plan without phases is paid.
    attribution : str
        What the owners of the survey data ask to be shown on the map; empty where nothing is asked.
    tiles : Tiles or None
        Background that the map fetches; None for a map that fetches nothing.
    report : ReportSettings
        What the report shows beside the plan.
    solver : SolverSettings
    scenario : str
        Scenario applied, empty without one.
    scenarios : tuple of str
        Scenarios of the file, those of sweeps one by one.
    sha256 : str
        Digest of the study file.
    key_lines : mapping of str to int
        Dotted key -> its line in the file, that of the scenario where it changes the key.
    """

    name: str
    crs: str
    language: Literal["fr", "en"]
    currency: str
    path: Path
    labels: Mapping[tuple[str, str], str]
    layers: Mapping[str, LayerSpec]
    routes: tuple[str, ...]
    close_gaps_m: float
    attach_within_m: float
    attach_where: Mapping[str, Condition]
    crossings: Crossings
    backbone: tuple[str, ...]
    backbone_within_m: float
    services: Mapping[str, Service]
    targets: tuple[Target, ...]
    options: tuple[Option, ...]
    laying: tuple[Laying, ...]
    objective: Literal["least_cost", "most_coverage"]
    minimise: FigureName
    budget_eur: float | None
    phases: tuple[Phase, ...]
    keep: tuple[str, ...]
    forbid: tuple[str, ...]
    price_file: Path | None
    price_entries: Mapping[str, Mapping[str, object]]
    price_places: Mapping[tuple[str | int, ...], str]
    price_notes: tuple[str, ...]
    price_settings: PriceSettings
    finance: Finance | None
    uncertainty: Uncertainty
    budget_rules: BudgetRules | None
    existing: tuple[ExistingAssets, ...]
    funding: Funding | None
    spending_year: int | None
    attribution: str
    tiles: Tiles | None
    report: ReportSettings
    solver: SolverSettings
    scenario: str
    scenarios: tuple[str, ...]
    sha256: str
    key_lines: Mapping[str, int] = field(compare=False)  # where something stands is no part of what is asked

    def place_of(self, key: str) -> str:
        """Return file and line of a key, or of its nearest parent that stands in the file; empty for no such key."""
        while key and key not in self.key_lines:
            key = key.rpartition(".")[0]
        return f"{self.path}:{self.key_lines[key]}" if key else ""

    def with_settings(self, *, gap: float | None, time_limit_s: float | None, seed: int | None) -> Study:
        """Return the study as it is solved: with the settings that a run overrides; None leaves its own."""
        own = self.solver
        solver = SolverSettings(
            name=own.name,
            gap=own.gap if gap is None else gap,
            time_limit_s=own.time_limit_s if time_limit_s is None else time_limit_s,
            seed=own.seed if seed is None else seed,
        )
        return replace(self, solver=solver)


def load_study(path: Path, *, data: Sequence[Path] = (), scenario: str | None = None) -> Study:
    """Read and check a study file; every scenario is checked, one may be applied.

    Parameters
    ----------
    path : Path
        Study file (YAML).
    data : sequence of Path
        Folders in which survey files are looked for after the study's own.
    scenario : str, optional
        Scenario to apply, one of a sweep by its own name; ``base`` is the study without one.

    Raises
    ------
    StudyError
        Lists everything that is wrong with the study, each with file and line.
    """
    scenarios = read_scenarios(path, data=data)
    return _freeze(scenarios, scenario, (path.parent, *data), PriceLists())


def load_scenarios(path: Path, names: Sequence[str], *, data: Sequence[Path] = ()) -> dict[str, Study]:
    """Read and check a study file once, and return its scenarios by name: those of a sweep in the place of the sweep.

    Parameters
    ----------
    path, data
        As `load_study`.
    names : sequence of str
        Scenarios and sweeps; ``base`` is the study without a scenario.

    Raises
    ------
    StudyError
        As `load_study`; also where a scenario is named twice, or ``base`` is ambiguous.
    """
    scenarios = read_scenarios(path, data=data)
    if BASE in scenarios.written and BASE in names:
        raise StudyError(
            f"{path}: a scenario is named {BASE}, which is the name of the study without one", "rename that scenario"
        )
    members = [member for name in names for member in scenarios.members(name)]
    for number, member in enumerate(members):
        if member in members[:number]:
            raise StudyError(f"scenario {member!r} is named twice", "name each scenario once")
    prices = PriceLists()
    return {member: _freeze(scenarios, member, (path.parent, *data), prices) for member in members}


def read_scenarios(path: Path, *, data: Sequence[Path] = ()) -> Scenarios:
    """Read a study file and check it with all its scenarios; see `load_study`."""
    document = read_yaml(path)
    if not isinstance(document.data, dict):
        raise StudyError(f"{path}: a study is a mapping of keys", "docs/study.md has an example")
    missing = [str(folder) for folder in data if not folder.is_dir()]
    if missing:
        raise StudyError(f"data folder not found: {', '.join(missing)}", "check --data")
    return check_scenarios(document, (path.parent, *data))


def _freeze(scenarios: Scenarios, name: str | None, folders: Sequence[Path], prices: PriceLists) -> Study:
    chosen, path = scenarios.document(name), Path(scenarios.study.file)
    form = StudyFile.model_validate(chosen.data)
    price_file = find_file(form.prices.file, folders) if form.prices.file else None
    listed = prices.rows(price_file, list_format(form))
    settings = price_settings(form.prices, form.study.currency)
    listed.require_valid(sourced_prices(form.study.language), settings)
    return Study(
        name=form.study.name,
        crs=require_metric_crs(form.study.crs, where="study.crs"),
        language=form.study.language,
        currency=form.study.currency,
        path=path,
        labels=labels_of(form),
        layers={name: layer_of(name, layer, path, folders) for name, layer in form.layers.items()},
        routes=form.network.routes,
        close_gaps_m=form.network.close_gaps_m,
        attach_within_m=form.network.attach_within_m,
        attach_where=form.network.attach_where,
        crossings=Crossings(**form.network.crossings.model_dump()),
        backbone=form.network.backbone,
        backbone_within_m=form.network.backbone_within_m,
        services={name: service_of(name, service) for name, service in form.services.items()},
        targets=tuple(target_of(name, target) for name, target in form.targets.items()),
        options=tuple(option_of(name, option) for name, option in form.options.items()),
        laying=tuple(laying_of(name, laying) for name, laying in form.laying.items()),
        objective=form.plan.objective,
        minimise=form.plan.minimise,
        budget_eur=form.plan.budget,
        phases=tuple(Phase(int(year), phase.budget, phase.targets) for year, phase in form.plan.phases.items()),
        keep=form.plan.keep,
        forbid=form.plan.forbid,
        price_file=price_file,
        price_entries=listed.entries,
        price_places=listed.places,
        price_notes=listed.notes,
        price_settings=settings,
        finance=finance_of(form),
        uncertainty=uncertainty_of(form),
        existing=existing_of(form),
        budget_rules=budget_rules_of(form),
        funding=funding_of(form),
        spending_year=spending_year_of(form),
        attribution=form.map.attribution or "",
        tiles=tiles_of(form.map),
        report=report_settings(form.report, folders),
        solver=SolverSettings(**form.plan.solver.model_dump()),
        scenario=name if name is not None and name in scenarios.documents else "",
        scenarios=tuple(scenarios.documents),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        key_lines={".".join(map(str, key)): line for key, line in chosen.lines.items()},
    )
