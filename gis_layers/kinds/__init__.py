"""Layer kinds, one file each: a new file here that states ``KIND`` is a new kind, nothing else to register."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gis_layers.kinds.kind import Column, Kind


def index_kinds(kinds: Iterable[Kind]) -> Mapping[str, Kind]:
    """Index kinds by name, in name order.

    Raises
    ------
    ValueError
        When two kinds have the same name.
    """
    found: dict[str, Kind] = {}
    for kind in sorted(kinds, key=lambda kind: kind.name):
        if kind.name in found:
            raise ValueError(f"two layer kinds are named {kind.name}")
        found[kind.name] = kind
    return MappingProxyType(found)


def _discover() -> Iterable[Kind]:
    for module in pkgutil.iter_modules(__path__):
        if module.name != "kind":
            kind = importlib.import_module(f"{__name__}.{module.name}").KIND
            if not isinstance(kind, Kind):
                raise TypeError(f"{module.name}.KIND is not a Kind")
            yield kind


KINDS: Mapping[str, Kind] = index_kinds(_discover())

__all__ = ["KINDS", "Column", "Kind", "index_kinds"]
