"""Words of equity between zones, as (French, English)."""

from __future__ import annotations

EQUITY_WORDS: dict[str, tuple[str, str]] = {
    "equity": ("Équité entre les zones", "Equity between zones"),
    "equity.figure": ("Mesure", "Figure"),
    "equity.worst_share": ("Zone la moins desservie : {zone}", "Worst served zone: {zone}"),
    "equity.worst_decile": (
        "Dixième de la demande le moins bien desservi",
        "Worst served tenth of the demand",
    ),
    "equity.gini": ("Coefficient de Gini des zones", "Gini coefficient of the zones"),
    "equity.note": (
        "Le dixième est pris dans les zones les moins desservies ; le coefficient de Gini vaut 0 quand toutes les "
        "zones ont la même part desservie.",
        "The tenth is taken in the worst served zones; the Gini coefficient is 0 where all zones have the same share "
        "served.",
    ),
}
