"""QGIS styles of the plan's layers, in the colours of the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree

from cardio.deliverable import Deliverable
from cardio.exporters.geopackage_words import column_titles
from cardio.exporters.styles import (
    DEMAND_COLOURS,
    DEMAND_STATES,
    FINDING_SIGNS,
    ROUTE_SIGNS,
    ZONE_STATES,
    site_sign,
)
from cardio.exporters.texts import Words, words_of

INK_RGBA = "28,39,51,255"
DEMAND_EXPRESSION = (
    "CASE WHEN \"before\" THEN 'before' WHEN \"after\" THEN 'new' WHEN \"reachable\" THEN 'unserved' "
    "ELSE 'unreachable' END"
)
ZONE_EXPRESSION = "CASE WHEN \"before\" >= \"required\" - 1e-9 THEN 'before' WHEN \"met\" THEN 'new' ELSE 'missed' END"


@dataclass(frozen=True)
class Category:
    """A value of the style's expression with its label and symbol properties."""

    value: str
    label: str
    properties: Mapping[str, str]


def layer_styles(deliverable: Deliverable) -> dict[str, str]:
    """Return layer -> QML document, categorised by option, method and state."""
    words = words_of(deliverable)
    return {
        "sites": categorised_style(
            "marker",
            "SimpleMarker",
            '"option"',
            _sites(sorted(set(deliverable.sites["option"])), words),
            aliases=column_titles("sites", words),
        ),
        "routes": categorised_style(
            "line",
            "SimpleLine",
            '"method"',
            _routes(sorted(set(deliverable.routes["method"])), words),
            aliases=column_titles("routes", words),
        ),
        "demand": categorised_style(
            "marker", "SimpleMarker", DEMAND_EXPRESSION, _demand(words), aliases=column_titles("demand", words)
        ),
        "zones": categorised_style(
            "fill", "SimpleFill", ZONE_EXPRESSION, _zones(words), aliases=column_titles("zones", words)
        ),
        "findings": categorised_style(
            "marker", "SimpleMarker", '"severity"', _findings(words), aliases=column_titles("findings", words)
        ),
    }


def _sites(options: Sequence[str], words: Words) -> list[Category]:
    signs = [site_sign(number) for number in range(len(options))]
    return [
        Category(
            option,
            words.name("options", option),
            {"name": shape, "color": rgba(colour), "outline_color": INK_RGBA, "size": "4.2"},
        )
        for option, (shape, colour) in zip(options, signs, strict=True)
    ]


def _routes(methods: Sequence[str], words: Words) -> list[Category]:
    signs = [ROUTE_SIGNS[number % len(ROUTE_SIGNS)] for number in range(len(methods))]
    return [
        Category(
            method,
            words.name("laying", method),
            {"line_color": rgba(colour), "line_width": "1", "line_style": "dash" if dashes else "solid"},
        )
        for method, (colour, dashes) in zip(methods, signs, strict=True)
    ]


def _demand(words: Words) -> list[Category]:
    return [
        Category(
            state,
            words[f"demand.{state}"],
            {"name": "circle", "color": rgba(colour), "outline_color": "255,255,255,255", "size": "1.8"},
        )
        for state, colour in zip(DEMAND_STATES, DEMAND_COLOURS, strict=True)
    ]


def _zones(words: Words) -> list[Category]:
    return [
        Category(
            state,
            words[f"zone.{state}"],
            {"color": rgba(colour, alpha=45), "outline_color": "107,119,131,255", "outline_width": "0.3"},
        )
        for state, colour in zip(ZONE_STATES, DEMAND_COLOURS, strict=False)
    ]


def _findings(words: Words) -> list[Category]:
    return [
        Category(
            severity,
            words[f"finding.{severity}"],
            {"name": shape, "color": rgba(colour), "outline_color": INK_RGBA, "size": "3.4"},
        )
        for severity, (shape, colour) in FINDING_SIGNS.items()
    ]


def categorised_style(
    symbol: str,
    layer_class: str,
    expression: str,
    categories: Sequence[Category],
    *,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a QML document that gives each value of an expression its symbol, and columns a name in words."""
    root = ElementTree.Element("qgis", {"version": "3.22", "styleCategories": "Symbology|Fields"})
    renderer = ElementTree.SubElement(
        root,
        "renderer-v2",
        {"type": "categorizedSymbol", "attr": expression, "symbollevels": "0", "enableorderby": "0"},
    )
    listed = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, category in enumerate(categories):
        attributes = {"symbol": str(number), "value": _xml_text(category.value), "label": _xml_text(category.label)}
        ElementTree.SubElement(listed, "category", {**attributes, "type": "string", "render": "true"})
        sign = ElementTree.SubElement(
            symbols, "symbol", {"type": symbol, "name": str(number), "alpha": "1", "clip_to_extent": "1"}
        )
        layer = ElementTree.SubElement(
            sign, "layer", {"class": layer_class, "enabled": "1", "pass": "0", "locked": "0"}
        )
        options = ElementTree.SubElement(layer, "Option", {"type": "Map"})
        for name, value in category.properties.items():
            ElementTree.SubElement(options, "Option", {"type": "QString", "name": name, "value": value})
            ElementTree.SubElement(layer, "prop", {"k": name, "v": value})  # read by QGIS before 3.26
    named = ElementTree.SubElement(root, "aliases")
    for number, (column, alias) in enumerate(aliases.items(), start=1):  # column 0 is the key of the rows
        ElementTree.SubElement(named, "alias", {"index": str(number), "field": column, "name": alias})
    return "<!DOCTYPE qgis>\n" + ElementTree.tostring(root, encoding="unicode")


def rgba(colour: str, alpha: int = 255) -> str:
    """Return a colour such as ``#009E73`` as QGIS writes it."""
    return ",".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5)) + f",{alpha}"


def _xml_text(text: str) -> str:
    """Leave out the control characters that no XML document may hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")
