"""The part of a first study that plans: network, services, targets, equipment and ways to lay cables."""

from __future__ import annotations

from collections.abc import Callable

from cardio.init_study import Layers, NamedLayer
from cardio.init_texts import text
from cardio.init_yaml import comment, doubt, flow, indented
from gis_layers import StudyError

# A start, told as such in the file: outdoor access points of towns, last metres to a building, a short walk to pay.
WIFI_REACH_M, FIBRE_REACH_M, PARKING_REACH_M = 60, 100, 150
WIFI_SHARE, FIBRE_SHARE, PARKING_SHARE = 0.10, 0.50, 0.50
# a first plan is looked at and changed: nobody waits for its last percent
FIRST_GAP = 0.03
_MOSTLY_FILLED = 0.9
_SITES = ("street_light", "street_cabinet", "parking_meter", "public_building")
_PAVED, _SOIL = (
    ("pave", "pavé", "sett", "paving_stones", "cobblestone"),
    ("terre", "stabilise", "earth", "ground", "unpaved", "gravel"),
)


def write_works(layers: Layers, language: str) -> list[str]:
    """Write everything below ``layers:``.

    Raises
    ------
    StudyError
        No lines that works may follow, or nothing that needs a service.
    """
    routes = layers.first("street", "route_segment")
    if routes is None:
        raise StudyError(
            "no layer of lines was recognised as streets",
            "works follow streets: add their lines, under a name such as voirie, rues or streets",
        )
    services = {name: lines for name, write in _SERVICES.items() if (lines := write(layers, language))}
    if not services:
        raise StudyError(
            "nothing that needs a service was recognised",
            "add population cells, addresses, buildings, public buildings or parking places",
        )
    lines = [*_network(layers, routes, language), "services:", *indented([doubt(text("reach", language))])]
    for name, own in services.items():
        lines += indented([f"{name}:", *indented(own)])
    return [
        *lines,
        *_targets(layers, list(services), language),
        *_options(layers, services, language),
        *_laying(layers, routes, language),
        comment(text("gap", language)),
        f"plan: {flow({'solver': {'gap': FIRST_GAP}})}",
    ]


def _network(layers: Layers, routes: NamedLayer, language: str) -> list[str]:
    own = [f"routes: {flow([routes.name])}"]
    if routes.kind == "route_segment":
        own.append(doubt(text("segments", language)))
    own += _others(layers.names(routes.kind), language)
    columns = {name: name for name in ("bridge", "tunnel", "level") if routes.column(name)}
    if routes.kind == "street" and columns:
        own.append(f"crossings: {flow(columns)}")
    backbone = layers.names("fibre_node", "fibre_cable")
    own.append(f"backbone: {flow(backbone)}" if backbone else doubt(text("no_backbone", language)))
    return ["network:", *indented(own)]


def _others(names: list[str], language: str) -> list[str]:
    """Doubt where one of several layers was taken."""
    return [doubt(text("one_of", language, names=", ".join(names[1:])))] if len(names) > 1 else []


def _wifi(layers: Layers, language: str) -> list[str]:
    people = layers.first("population_cell", "footfall_zone")
    needs = people or layers.first("address", "building", "public_building")
    if needs is None:
        return []
    walls = layers.names("building")
    demand: dict[str, object] = {"layer": needs.name}
    if people is not None:
        demand["weight"] = "people"
        if walls and people.kind == "population_cell" and "polygon" in people.found.look.families:
            demand["spread_over"] = walls[0]
    doubts = [] if people is not None else [doubt(text("demand", language, name=needs.name))]
    reach: dict[str, object] = {"rule": "line_of_sight" if walls else "straight_line", "within_m": WIFI_REACH_M}
    if walls:
        reach["walls"] = walls[0] if len(walls) == 1 else walls
    else:
        doubts.append(doubt(text("no_walls", language)))
    return _service(layers, needs, demand, "wifi_hotspot", reach, doubts, language)


def _fibre(layers: Layers, language: str) -> list[str]:
    needs = layers.first("public_building", "address")
    if needs is None:
        return []
    reach = {"rule": "along_network", "within_m": FIBRE_REACH_M}
    lines = _service(layers, needs, {"layer": needs.name}, "fibre_node", reach, [], language)
    return [*lines, comment("connection: {each: building_termination, per_m: drop_cable}")]


def _parking(layers: Layers, language: str) -> list[str]:
    needs = layers.first("parking_bay")
    if needs is None:
        return []
    filled = needs.found.look.filled.get(needs.column("places") or "", 0.0)
    demand = {"layer": needs.name} | ({"weight": "places"} if filled >= _MOSTLY_FILLED else {})
    doubts = [] if filled >= _MOSTLY_FILLED else [doubt(text("places", language, share=f"{filled:.0%}"))]
    reach = {"rule": "along_network", "within_m": PARKING_REACH_M}
    return _service(layers, needs, demand, "parking_meter", reach, doubts, language)


def _service(
    layers: Layers,
    needs: NamedLayer,
    demand: dict[str, object] | dict[str, str],
    provider: str,
    reach: dict[str, object],
    doubts: list[str],
    language: str,
) -> list[str]:
    providers = layers.names(provider)
    none = [] if providers else [doubt(text("no_provider", language))]
    lines = [f"demand: {flow(demand)}", *_others(layers.names(needs.kind), language)]
    return [*lines, f"provided_by: {flow(providers)}", *none, f"reach: {flow(reach)}", *doubts]


_SERVICES: dict[str, Callable[[Layers, str], list[str]]] = {
    "public_wifi": _wifi,
    "fibre_access": _fibre,
    "parking_payment": _parking,
}
_TARGETS = {
    "public_wifi": ("wifi_town", WIFI_SHARE),
    "fibre_access": ("fibre_all", FIBRE_SHARE),
    "parking_payment": ("parking_town", PARKING_SHARE),
}


def _targets(layers: Layers, services: list[str], language: str) -> list[str]:
    own = [doubt(text("targets", language))]
    for service in services:
        name, share = _TARGETS[service]
        own.append(f"{name}: {flow({'service': service, 'at_least': share})}")
    if zone := layers.first("zone"):
        name, share = _TARGETS[services[-1]]
        own.append(comment(text("in_each", language)))
        own.append(comment(f"{name}_each: {flow({'service': services[-1], 'at_least': share, 'in_each': zone.name})}"))
    return ["targets:", *indented(own)]


def _options(layers: Layers, services: dict[str, list[str]], language: str) -> list[str]:
    """Equipment: with a shipped price as it is, the rest commented out, with a row of prices to fill in."""
    active, waiting, rows = [], [], []
    if "parking_payment" in services:
        meter = {"sites": ["junctions"], "spacing_m": 40, "price": "parking_meter", "backhaul": "none"}
        active.append(f"new_meter: {flow({'service': 'parking_payment'} | meter)}")
    if "public_wifi" in services:
        point = {"service": "public_wifi", "sites": layers.names(*_SITES) or ["junctions"]}
        waiting.append(f"access_point: {flow(point | {'price': 'outdoor_access_point', 'backhaul': 'fibre'})}")
        rows.append("outdoor_access_point")
    if "fibre_access" in services:
        box = {"service": "fibre_access", "sites": ["junctions"], "price": "splice_closure", "backhaul": "fibre"}
        waiting.append(f"splice_box: {flow(box)}")
        rows.append("splice_closure")
    lines = ["options:" if active else comment("options:"), *indented(active)]
    if waiting:
        lines += indented([doubt(text("options", language)), *map(comment, indented(waiting, 0))])
        row = {"label": "...", "unit": "each", "typical": "...", "assumed": True, "why": "..."}
        lines += [comment("prices: {list: prices.yaml}"), comment(text("prices", language))]
        lines += [comment(f"{name}: {flow(row)}") for name in rows]
    return lines


def _laying(layers: Layers, routes: NamedLayer, language: str) -> list[str]:
    trench = ["price: trench", f"also: {flow(['duct_supply', 'fibre_cable_12'])}"]
    column = routes.column("surface")
    values = routes.found.look.classes.get(column or "", ())
    rows = {
        value: "trench_paved" if value in _PAVED else "trench_soil" for value in values if value in (*_PAVED, *_SOIL)
    }
    if rows:
        trench.append(comment(text("surfaces", language, names=", ".join(value for value in values if value))))
        trench.append(comment(f"by: {flow({'column': 'surface', 'prices': rows})}"))
    own = ["trench:", *indented(trench)]
    if ducts := layers.first("duct"):
        way = {"along": ducts.name, "within_m": 3, "price": "cable_in_duct"}
        own += [comment(text("laying", language)), comment(f"duct: {flow(way)}")]
    return ["laying:", *indented(own)]
