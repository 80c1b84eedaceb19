"""Words of the map alone: its tools, its switches, what stands under it."""

from __future__ import annotations

# key: (French, English)
MAP_WORDS: dict[str, tuple[str, str]] = {
    "map.view": ("Vue", "View"),
    "map.search": ("Rue, équipement, zone…", "Street, equipment, zone…"),
    "map.nothing_found": ("Rien de ce nom.", "Nothing of this name."),
    "map.zoom_in": ("Agrandir", "Zoom in"),
    "map.zoom_out": ("Réduire", "Zoom out"),
    "map.whole_town_view": ("Toute la commune", "The whole town"),
    "map.measure": ("Mesurer une longueur ou une surface", "Measure a length or an area"),
    "map.measure_how": (
        "Cliquez point par point sur la carte ; Échap pour finir.",
        "Click point by point on the map; Esc to finish.",
    ),
    "map.area": ("Surface", "Area"),
    "map.until_end_of": ("Réalisé jusqu’à fin", "Built by the end of"),
    "map.all_years": ("Tout", "All"),
    "map.by_year": ("Colorer par année", "Colour by year"),
    "map.largest_gaps": (
        "Les {shown} plus grands, sur {total} (poids sans service) :",
        "The {shown} largest of {total} (weight not served):",
    ),
    "map.hexagon": ("Hexagone", "Hexagon"),
    "map.quantity": ("Quantité", "Quantity"),
    "map.unit_price": ("Prix unitaire HT", "Unit price excl. tax"),
    "map.price_row": ("Prix", "Price"),
    "map.amount": ("Montant HT", "Amount excl. tax"),
    "map.assumed_price": (
        "* prix supposé : aucune source ne l’établit.",
        "* assumed price: no source establishes it.",
    ),
    "map.source_row": ("Source", "Source"),
    "map.source_is": ("{layer}, objet {feature}", "{layer}, feature {feature}"),
    "map.row_is": ("{file}, ligne {row}", "{file}, row {row}"),
    "map.name": ("Nom", "Name"),
    "map.spent_by": ("{amount} HT dépensés d’ici fin {year}", "{amount} excl. tax spent by the end of {year}"),
    "map.no_dict": (
        "Ne vaut pas DT-DICT : aucune position de réseau de cette carte n’est à employer pour creuser.",
        "Not a utility notice (DT-DICT, the French notice before digging): do not dig by any position on this map.",
    ),
    "map.made": ("Établi le {created} avec Cardio {version}", "Made on {created} with Cardio {version}"),
    "map.data_of": ("Données : relevés de l’étude", "Data: survey of the study"),
    "map.data_by": ("Données : {attribution}", "Data: {attribution}"),
    "map.drawn_by": ("Carte : Leaflet, Folium", "Map: Leaflet, Folium"),
    "map.tiles": ("Fond : {attribution}", "Background: {attribution}"),
}
