"""What each column of the plan's layers holds: its type, its unit and its name in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TEXT, NUMBER, FLAG, YEAR = "object", "float64", "bool", "Int64"


@dataclass(frozen=True)
class LayerField:
    """A column.

    Attributes
    ----------
    kind : str
        Type of its values, of numpy or pandas; YEAR may be missing.
    french, english : str
        What it is called; € stands for the sign of the currency.
    unit : str
        ``m``, ``currency`` (of the study, excl. tax), ``share`` (0 to 1), or nothing.
    """

    kind: str
    french: str
    english: str
    unit: str = ""

    def title(self, language: str, sign: str = "€") -> str:
        """Name of the column in ``fr`` or ``en``, with the sign of the currency."""
        return (self.french if language == "fr" else self.english).replace("€", sign)


def _amount(french: str, english: str) -> LayerField:
    return LayerField(NUMBER, f"{french} (€ HT)", f"{english} (€ excl. tax)", "currency")


def _share(french: str, english: str) -> LayerField:
    return LayerField(NUMBER, f"{french} (part, 0 à 1)", f"{english} (share, 0 to 1)", "share")


# columns in order: an empty layer has the same as a full one
LAYER_FIELDS: Mapping[str, Mapping[str, LayerField]] = {
    "sites": {
        "id": LayerField(TEXT, "Identifiant", "Id"),
        "option": LayerField(TEXT, "Équipement", "Equipment"),
        "service": LayerField(TEXT, "Service", "Service"),
        "backhaul": LayerField(TEXT, "Liaison au réseau", "Backhaul"),
        "place_layer": LayerField(TEXT, "Couche du support", "Layer of the place"),
        "place_id": LayerField(TEXT, "Identifiant du support", "Id of the place"),
        "cost_eur": _amount("Coût", "Cost"),
        "share_eur": _amount("Part dans le plan", "Share in the plan"),
        "standalone_eur": _amount("Coût si construit seul", "Cost if built alone"),
        "serves_weight": LayerField(NUMBER, "Poids desservi", "Weight served"),
        "why": LayerField(TEXT, "Pourquoi", "Why"),
        "kept": LayerField(FLAG, "Imposé par l’étude", "Kept by the study"),
        "year": LayerField(YEAR, "Année", "Year"),
    },
    "routes": {
        "id": LayerField(TEXT, "Identifiant", "Id"),
        "method": LayerField(TEXT, "Mode de pose", "Laying method"),
        "price_keys": LayerField(TEXT, "Postes de prix", "Price rows"),
        "street": LayerField(TEXT, "Voie", "Street"),
        "length_m": LayerField(NUMBER, "Longueur (m)", "Length (m)", "m"),
        "cost_eur": _amount("Coût", "Cost"),
        "services": LayerField(TEXT, "Services", "Services"),
        "shares": LayerField(TEXT, "Part de chaque service (€ HT)", "What each service bears (€ excl. tax)"),
        "why": LayerField(TEXT, "Pourquoi", "Why"),
        "kept": LayerField(FLAG, "Imposé par l’étude", "Kept by the study"),
        "year": LayerField(YEAR, "Année", "Year"),
    },
    "demand": {
        "id": LayerField(TEXT, "Identifiant", "Id"),
        "service": LayerField(TEXT, "Service", "Service"),
        "weight": LayerField(NUMBER, "Poids", "Weight"),
        "before": LayerField(FLAG, "Desservi aujourd’hui", "Served today"),
        "after": LayerField(FLAG, "Desservi avec le projet", "Served with the plan"),
        "reachable": LayerField(FLAG, "Atteignable", "Reachable"),
        "provider": LayerField(TEXT, "Desservi par", "Served by"),
        "nearest_m": LayerField(NUMBER, "Le plus proche aujourd’hui (m)", "Nearest today (m)", "m"),
        "connection_eur": _amount("Raccordement", "Connection"),
        "year": LayerField(YEAR, "Année", "Year"),
    },
    "zones": {
        "layer": LayerField(TEXT, "Couche", "Layer"),
        "id": LayerField(TEXT, "Identifiant", "Id"),
        "name": LayerField(TEXT, "Zone", "Zone"),
        "target": LayerField(TEXT, "Cible", "Target"),
        "required": _share("Demandé", "Asked"),
        "before": _share("Aujourd’hui", "Today"),
        "after": _share("Avec le projet", "With the plan"),
        "reachable": _share("Atteignable", "Reachable"),
        "met": LayerField(FLAG, "Cible atteinte", "Target met"),
        "year": LayerField(YEAR, "Atteinte à la fin de", "Met by the end of"),
    },
    "existing": {
        "layer": LayerField(TEXT, "Couche", "Layer"),
        "kind": LayerField(TEXT, "Nature", "Kind"),
        "id": LayerField(TEXT, "Identifiant", "Id"),
    },
    "findings": {
        "severity": LayerField(TEXT, "Gravité", "Severity"),
        "code": LayerField(TEXT, "Code", "Code"),
        "layer": LayerField(TEXT, "Couche", "Layer"),
        "file": LayerField(TEXT, "Fichier", "File"),
        "feature": LayerField(TEXT, "Objet", "Feature"),
        "message": LayerField(TEXT, "Détail (en anglais)", "Detail"),
        "done": LayerField(TEXT, "Ce qui a été fait (en anglais)", "What was done"),
        "advice": LayerField(TEXT, "Conseil (en anglais)", "Advice"),
        "title": LayerField(TEXT, "Constat", "Finding"),
        "meaning": LayerField(TEXT, "Ce que cela signifie", "What it means"),
        "what_to_do": LayerField(TEXT, "Que faire", "What to do"),
    },
}
