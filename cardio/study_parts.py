"""Parts of a study as the other packages take them, from the sections that state them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cardio.study_files import find_file
from cardio.study_items import piece_items, route_items
from cardio.study_schema import (
    NONE,
    FreePlacesSection,
    LayerSection,
    LayingSection,
    OptionSection,
    ServiceSection,
    TargetSection,
)
from gis_layers import LayerSpec, PostgisTable
from network_model import Connection, Laying, Option, Reach, Service, Target


def layer_of(name: str, section: LayerSection, study: Path, folders: Sequence[Path]) -> LayerSpec:
    """Return a layer as it is read; its file is looked for beside the study, then in the folders."""
    path, table = section.path, None if section.postgis is None else PostgisTable(**section.postgis.model_dump())
    return LayerSpec(
        name=name,
        kind=section.kind,
        path=study if path is None else find_file(path, folders, or_folder=True),
        shown_path=path or ("" if table is None else table.shown),
        postgis=table,
        layer=section.layer,
        crs=section.crs,
        encoding=section.encoding,
        salvage=section.salvage,
        columns=section.columns,
        where=section.where,
        exists_column=section.exists.column if section.exists else None,
        exists_values=section.exists.values if section.exists else (),
    )


def service_of(name: str, section: ServiceSection) -> Service:
    """Return a service."""
    return Service(
        name=name,
        demand_layer=section.demand.layer,
        weight=section.demand.weight,
        spread_over=section.demand.spread_over,
        provided_by=section.provided_by,
        reach=Reach(section.reach.rule, section.reach.within_m, section.reach.walls),
        connection=Connection(section.connection.each, section.connection.per_m),
    )


def target_of(name: str, section: TargetSection) -> Target:
    """Return a target."""
    return Target(
        name=name,
        service=section.service,
        at_least=section.at_least,
        zone_layer=section.zone.layer if section.zone else None,
        zone_name=section.zone.name if section.zone else None,
        in_each=section.in_each,
        providers=section.providers,
        importance=section.importance,
    )


def option_of(name: str, section: OptionSection) -> Option:
    """Return what can be put where."""
    limit = section.serves_at_most
    return Option(
        name=name,
        service=section.service,
        sites=section.sites,
        price=None if section.price == NONE else section.price,
        backhaul=None if section.backhaul == NONE else section.backhaul,
        support=section.support,
        spacing_m=section.spacing_m,
        serves_at_most=limit if isinstance(limit, float | int) else None,
        free_places=limit.column if isinstance(limit, FreePlacesSection) else None,
        items=piece_items(section.items),
    )


def laying_of(name: str, section: LayingSection) -> Laying:
    """Return a way of laying."""
    return Laying(
        name=name,
        along=section.along,
        within_m=section.within_m or 0.0,
        by_column=section.by.column if section.by else None,
        by_prices=section.by.prices if section.by else {},
        price=section.price,
        also=section.also,
        items=route_items(section.items),
    )
