"""Form of a study file: every key, its type, bounds and default. study_keys.csv says what each means."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    StrictBool,
    Tag,
    model_validator,
)

from cardio.study_items import PieceItemSection, RouteItemSection
from cardio.study_map import MapSection
from cardio.study_money import FinanceSection, FundingSection, PricesSection
from cardio.study_report import ReportSection
from cardio.study_section import Section
from cardio.study_values import (
    JUNCTIONS,
    Connection,
    Currency,
    Encoding,
    Euros,
    Label,
    LayerName,
    MaybeTexts,
    Metres,
    Name,
    OneOrMoreTexts,
    Positive,
    Share,
    Text,
    Texts,
    Value,
    Where,
    Year,
    check_increasing,
)
from cardio.study_yaml import KeyPath, shown
from network_model import Rule

# ``price: none``, ``backhaul: none``: what exists is used, or nothing is needed
NONE = "none"
# Keys of the contract that this version does not implement; refused by name.
LATER_KEYS: frozenset[KeyPath] = frozenset(
    {
        ("existing",),
        ("rules",),
        ("decisions",),
    }
)


class StudySection(Section):
    """``study:``."""

    name: Text
    crs: Text
    language: Literal["fr", "en"] = "fr"
    currency: Currency = "EUR"


class ExistsSection(Section):
    """``layers.*.exists:``."""

    column: Text
    values: Texts


class PostgisSection(Section):
    """``layers.*.postgis:``."""

    connection: Connection
    table: Text
    geometry: Text | None = None


class LayerSection(Section):
    """``layers.*:``."""

    label: Label | None = None
    kind: Text
    path: Text | None = None
    postgis: PostgisSection | None = None
    layer: Text | None = None
    crs: Text | None = None
    encoding: Encoding | None = None
    salvage: StrictBool = False
    columns: dict[str, Text] = {}
    where: dict[Text, Where] = {}
    exists: ExistsSection | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.path is None) == (self.postgis is None):
            raise ValueError("give path (a file) or postgis (a table), one of them")
        return self


class CrossingsSection(Section):
    """``network.crossings:``."""

    bridge: Text | None = None
    tunnel: Text | None = None
    level: Text | None = None


class NetworkSection(Section):
    """``network:``."""

    routes: Texts
    close_gaps_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.5
    attach_within_m: Metres = 80.0
    attach_where: dict[Text, Where] = {}
    crossings: CrossingsSection = CrossingsSection()
    backbone: MaybeTexts = ()
    backbone_within_m: Metres = 3.0


class DemandSection(Section):
    """``services.*.demand:``."""

    layer: Text
    weight: Text | None = None
    spread_over: Text | None = None


class ReachSection(Section):
    """``services.*.reach:``."""

    rule: Rule
    within_m: Metres
    walls: OneOrMoreTexts = ()

    @model_validator(mode="after")
    def _walls_block_sight(self) -> Self:
        if bool(self.walls) != (self.rule == "line_of_sight"):
            raise ValueError("walls go with rule line_of_sight, and that rule needs them")
        return self


class ConnectionSection(Section):
    """``services.*.connection:``."""

    each: Text | None = None
    per_m: Text | None = None


class ServiceSection(Section):
    """``services.*:``."""

    label: Label | None = None
    demand: DemandSection
    provided_by: MaybeTexts = ()
    reach: ReachSection
    connection: ConnectionSection = ConnectionSection()


class ZoneSection(Section):
    """``targets.*.zone:``."""

    layer: Text
    name: Text


class TargetSection(Section):
    """``targets.*:``."""

    label: Label | None = None
    service: Text
    at_least: Share
    zone: ZoneSection | None = None
    in_each: Text | None = None
    providers: Annotated[int, Field(ge=1)] = 1
    importance: Positive = 1.0

    @model_validator(mode="after")
    def _one_scope(self) -> Self:
        if self.zone is not None and self.in_each is not None:
            raise ValueError("zone and in_each exclude each other: write two targets")
        return self


class FreePlacesSection(Section):
    """``options.*.serves_at_most:`` where each place has its own limit."""

    column: Text


def tell_limit(value: Any) -> str:
    """Tell which form of ``serves_at_most`` is meant; tags in brackets are no part of a key path."""
    return "[column]" if isinstance(value, dict | FreePlacesSection) else "[number]"


Limit = Annotated[
    Annotated[Positive, Tag("[number]")] | Annotated[FreePlacesSection, Tag("[column]")], Discriminator(tell_limit)
]


class OptionSection(Section):
    """``options.*:``."""

    label: Label | None = None
    service: Text
    sites: Texts
    price: Text
    backhaul: Literal["fibre", "none"]
    support: Text | None = None
    spacing_m: Metres | None = None
    serves_at_most: Limit | None = None
    items: dict[Name, PieceItemSection] = {}

    @model_validator(mode="after")
    def _spacing_between_junctions(self) -> Self:
        if self.spacing_m is not None and JUNCTIONS not in self.sites:
            raise ValueError("spacing_m adds places between junctions: list junctions among the sites")
        return self

    @model_validator(mode="after")
    def _only_what_exists_is_free(self) -> Self:
        if self.price == NONE:
            if not isinstance(self.serves_at_most, FreePlacesSection):
                raise ValueError(
                    "price: none is for free places of what exists: add serves_at_most: {column: ...}, or name a price"
                )
            if self.backhaul != NONE or self.support is not None or self.items:
                raise ValueError(
                    "price: none is for what exists and is connected: write backhaul: none, no support, no items"
                )
        return self


class BySection(Section):
    """``laying.*.by:``."""

    column: Text
    prices: Annotated[dict[Value, Text], Field(min_length=1)]


class LayingSection(Section):
    """``laying.*:``."""

    label: Label | None = None
    along: Text | None = None
    within_m: Metres | None = None
    by: BySection | None = None
    price: Text | None = None
    also: tuple[Text, ...] = ()
    items: dict[Name, RouteItemSection] = {}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.along is None) != (self.within_m is None):
            raise ValueError("along and within_m go together")
        if self.by is None and self.price is None:
            raise ValueError("price: missing; give price, by, or both")
        return self


class SolverSection(Section):
    """``plan.solver:``."""

    name: Literal["highs"] = "highs"
    gap: Share = 0.01
    time_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 90.0
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class PhaseSection(Section):
    """``plan.phases.*:``."""

    budget: Euros | None = None
    targets: dict[Name, Share] = {}


class PlanSection(Section):
    """``plan:``."""

    objective: Literal["least_cost", "most_coverage"] = "least_cost"
    minimise: Literal["capex", "present_value", "net_city_cost"] = "capex"
    budget: Euros | None = None
    phases: Annotated[dict[Year, PhaseSection], AfterValidator(check_increasing)] = {}
    keep: MaybeTexts = ()
    forbid: MaybeTexts = ()
    solver: SolverSection = SolverSection()

    @model_validator(mode="after")
    def _keep_or_forbid(self) -> Self:
        if both := sorted(set(self.keep) & set(self.forbid)):
            raise ValueError(f"keep and forbid both name {shown(both[0])}")
        return self


class StudyFile(Section):
    """A whole study file."""

    cardio: Literal[1]
    study: StudySection
    layers: Annotated[dict[LayerName, LayerSection], Field(min_length=1)]
    network: NetworkSection
    services: Annotated[dict[Name, ServiceSection], Field(min_length=1)]
    targets: dict[Name, TargetSection] = {}
    options: dict[Name, OptionSection] = {}
    laying: dict[Name, LayingSection] = {}
    prices: PricesSection = PricesSection()
    finance: FinanceSection | None = None
    funding: FundingSection | None = None
    plan: PlanSection = PlanSection()
    map: MapSection = MapSection()
    report: ReportSection = ReportSection()
    scenarios: dict[Name, dict[str, Any]] = {}
