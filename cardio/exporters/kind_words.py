"""Names of layer kinds, and of what their rows count, in French and English."""

KIND_WORDS: dict[str, tuple[str, str]] = {
    "kind.street": ("voies", "streets"),
    "kind.building": ("bâtiments", "buildings"),
    "kind.public_building": ("bâtiments publics", "public buildings"),
    "kind.population_cell": ("carreaux de population", "population cells"),
    "kind.parking_bay": ("stationnement", "parking bays"),
    "kind.street_light": ("candélabres", "street lights"),
    "kind.fibre_cable": ("câbles de fibre", "fibre cables"),
    "kind.duct": ("fourreaux", "ducts"),
    "kind.route_segment": ("cheminements", "route segments"),
    "kind.fibre_node": ("nœuds de fibre", "fibre nodes"),
    "kind.street_cabinet": ("armoires de rue", "street cabinets"),
    "kind.wifi_hotspot": ("bornes wifi", "wifi hotspots"),
    "kind.parking_meter": ("horodateurs", "parking meters"),
    "kind.zone": ("zones", "zones"),
    "kind.address": ("adresses", "addresses"),
    "kind.footfall_zone": ("lieux de fréquentation", "footfall zones"),
    "kind.other": ("autres objets", "other features"),
    # families of the shipped prices
    "family.civil_works": ("génie civil", "civil works"),
    "family.cable": ("câbles", "cable"),
    "family.equipment": ("équipements", "equipment"),
    "family.running": ("fonctionnement", "running costs"),
    # what a service may count: number columns of the kinds
    "weight.people": ("habitants", "people"),
    "weight.dwellings": ("logements", "dwellings"),
    "weight.places": ("places", "places"),
    "weight.fibres": ("fibres", "fibres"),
    "weight.free_fibres": ("fibres libres", "free fibres"),
    "weight.used_fibres": ("fibres utilisées", "used fibres"),
    "weight.free_slots": ("emplacements libres", "free slots"),
}
