"""Words of the workbook's sheets about money: prices, who pays, cash flows, how sure, benefits."""

from __future__ import annotations

# key: (French, English)
MONEY_SHEET_WORDS: dict[str, tuple[str, str]] = {
    # prices
    "prices.dated": ("Date du prix", "Dated"),
    "prices.obsolete": ("Périmé", "Obsolete"),
    "prices.lifetime": ("Durée de vie (ans)", "Lifetime (years)"),
    "prices.running": ("Charges de fonctionnement", "Running costs"),
    "prices.no_running": ("aucune", "none"),
    "prices.unknown": ("non indiqué", "not stated"),
    "prices.regime": ("Régime de TVA", "VAT regime"),
    "prices.vat": ("Taux de TVA", "VAT rate"),
    "prices.account": ("Compte", "Account"),
    "prices.family": ("Famille", "Family"),
    "prices.brackets": ("Prix selon la quantité (€ HT)", "Prices by quantity (€ excl. tax)"),
    "prices.bracket": (
        "dès {quantity} : {typical} ({low} à {high})",
        "from {quantity}: {typical} ({low} to {high})",
    ),
    "unit.each/year": ("u/an", "each/year"),
    "unit.m/year": ("m/an", "m/year"),
    "regime.fctva": ("TVA à charge", "VAT borne"),
    "regime.deductible": ("TVA déductible", "VAT deductible"),
    "regime.none": ("sans TVA", "no VAT"),
}
