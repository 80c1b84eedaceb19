"""Colours and signs, shared by the map and the GeoPackage: what exists is dark, what is new is coloured (Okabe-Ito)."""

from __future__ import annotations

from typing import Any

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GREY, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#999999", "#000000"
INK, WHITE = "#1c2733", "#ffffff"

DEMAND_STATES = ("before", "new", "unserved", "unreachable")
ZONE_STATES = ("before", "new", "missed")
DEMAND_COLOURS = (SKY, GREEN, ORANGE, GREY)
# states differ by shape as by colour: full, full and ringed, hollow, a cross
DEMAND_SIGNS: tuple[dict[str, Any], ...] = (
    {"shape": "circle", "radius": 3.6, "fillColor": SKY, "fillOpacity": 1, "color": "#0b4f7a", "weight": 1},
    {"shape": "circle", "radius": 4.2, "fillColor": GREEN, "fillOpacity": 1, "color": WHITE, "weight": 1},
    {"shape": "circle", "radius": 2.7, "fillColor": WHITE, "fillOpacity": 0.85, "color": ORANGE, "weight": 1.3},
    {"shape": "cross", "radius": 1.9, "color": "#8a9199", "weight": 1.2},
)
GAP_SIGN = {
    "shape": "circle", "radius": 3.6, "fillColor": WHITE, "fillOpacity": 0.9, "color": VERMILLION, "weight": 1.8
}  # fmt: skip
# fill, outline and sign of a zone by its state
ZONE_STYLES: tuple[dict[str, str | None], ...] = (
    {"colour": SKY, "dash": None, "sign": "✓"},
    {"colour": GREEN, "dash": None, "sign": "✓"},
    {"colour": ORANGE, "dash": "6 5", "sign": "✗"},
)
# years from early to late, told apart by lightness alone (of matplotlib's cividis, made for colour-blind readers)
YEAR_COLOURS = ("#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838")

SITE_SIGNS = (("diamond", VERMILLION), ("triangle", PURPLE), ("square", YELLOW), ("hexagon", BLUE))
ROUTE_SIGNS: tuple[tuple[str, str | None], ...] = ((VERMILLION, None), (BLUE, "9 6"), (PURPLE, None), (BLACK, "3 6"))

# corners of each sign from its middle, x right and y down, in radii; any other shape is a circle
SIGN_OUTLINES: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
    "triangle": ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    "hexagon": ((0.6, -1.1), (1.2, 0), (0.6, 1.1), (-0.6, 1.1), (-1.2, 0), (-0.6, -1.1)),
}

FINDING_SIGNS = {
    "error": ("diamond", VERMILLION),
    "warning": ("triangle", ORANGE),
    "repaired": ("square", SKY),
    "note": ("circle", GREY),
}

# layers of the existing network that are switched on when the map opens
SHOWN_KINDS = frozenset({"fibre_cable", "fibre_node", "street_cabinet", "wifi_hotspot", "parking_meter"})
EXISTING_SIGNS: dict[str, tuple[str, float, str]] = {
    "fibre_node": ("square", 6.5, INK),
    "street_cabinet": ("square", 4, WHITE),
    "wifi_hotspot": ("triangle", 4.5, INK),
    "parking_meter": ("hexagon", 4, WHITE),
    "street_light": ("circle", 2, GREY),
}


def site_sign(number: int) -> tuple[str, str]:
    """Shape and colour of the sites of an option by its number; the first sixteen are all different."""
    count = len(SITE_SIGNS)
    return SITE_SIGNS[number % count][0], SITE_SIGNS[(number + number // count) % count][1]


def site_style(number: int) -> dict[str, Any]:
    """Sign of the new sites of one option."""
    shape, colour = site_sign(number)
    return {"style": {}, "marker": _marker(shape, 7, colour, weight=1.4)}


def finding_style(severity: str) -> dict[str, Any]:
    """Sign of the findings of one severity."""
    shape, colour = FINDING_SIGNS[severity]
    return {"style": {}, "marker": _marker(shape, 6, colour, weight=1.2)}


def route_style(number: int) -> dict[str, Any]:
    """Line of the new routes of one laying method."""
    colour, dashes = ROUTE_SIGNS[number % len(ROUTE_SIGNS)]
    return {"style": {"color": colour, "weight": 4, "opacity": 1, "dashArray": dashes, "casing": True}}


def street_style() -> dict[str, Any]:
    """Line of the base map."""
    return {"color": "#b9b4a7", "weight": 1.3}


def zone_style() -> dict[str, Any]:
    """Outline and fill of zones; the fill colour follows their state."""
    return {"style": {"color": "#6b7783", "weight": 1.2, "fillColor": SKY, "fillOpacity": 0.16}}


def existing_style(kind: str) -> dict[str, Any]:
    """Line, area and sign of an existing layer by its kind."""
    shape, radius, colour = EXISTING_SIGNS.get(kind, ("circle", 3, GREY))
    line = (
        {"color": INK, "weight": 2.4}
        if kind == "fibre_cable"
        else {"color": "#7a8793", "weight": 1.6, "dashArray": "5 4"}
    )
    # nodes of the network lie under new equipment: larger and ringed in white, they stay in sight
    halo = {"halo": 2} if kind == "fibre_node" else {}
    return {
        "style": {**line, "fillColor": "#7a8793", "fillOpacity": 0.35},
        "marker": {**_marker(shape, radius, colour, weight=1.4), **halo},
    }


def _marker(shape: str, radius: float, colour: str, *, weight: float) -> dict[str, Any]:
    return {"shape": shape, "radius": radius, "fillColor": colour, "fillOpacity": 1, "color": INK, "weight": weight}
