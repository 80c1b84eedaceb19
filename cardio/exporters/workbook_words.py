"""Words of the workbooks: headers, works, estimate, budget, tender."""

from __future__ import annotations

from cardio.exporters.workbook_money_words import MONEY_SHEET_WORDS

# key: (French, English)
WORKBOOK_WORDS: dict[str, tuple[str, str]] = {
    **MONEY_SHEET_WORDS,
    # headers of all sheets
    "work": ("Ouvrage", "Work"),
    "price_key": ("Prix", "Price row"),
    "label": ("Désignation", "Label"),
    "unit": ("Unité", "Unit"),
    "quantity": ("Quantité", "Quantity"),
    "capex_total": ("Investissement (€ HT)", "Capital cost (€ excl. tax)"),
    "unit_price": ("Prix unitaire (€ HT)", "Unit price (€ excl. tax)"),
    "amount": ("Montant (€ HT)", "Amount (€ excl. tax)"),
    "assumed": ("Supposé", "Assumed"),
    "source": ("Source", "Source"),
    "grade": ("Qualité", "Grade"),
    "grade.obsolete": ("périmé", "obsolete"),
    "low": ("Bas (€ HT)", "Low (€ excl. tax)"),
    "typical": ("Courant (€ HT)", "Typical (€ excl. tax)"),
    "high": ("Haut (€ HT)", "High (€ excl. tax)"),
    "entry": ("Rubrique", "Entry"),
    "value": ("Valeur", "Value"),
    "severity": ("Gravité", "Severity"),
    "code": ("Code", "Code"),
    "file": ("Fichier", "File"),
    "feature": ("Objet", "Feature"),
    "message": ("Constat", "Finding"),
    "done": ("Ce qui a été fait", "What was done"),
    "advice": ("Conseil", "Advice"),
    "lot": ("Lot", "Lot"),
    # lots of works whose price row names none
    "lot.works": ("Travaux sur tracés", "Works along routes"),
    "lot.equipment": ("Équipements", "Equipment"),
    "lot.connections": ("Raccordements des usagers", "Connections of users"),
    "works_method": ("Mode de pose, équipement ou service", "Laying method, equipment or service"),
    "surface": ("Revêtement", "Surface"),
    "services_used_by": ("Services", "Services"),
    "route_m": ("Longueur de tracé (m)", "Length of route (m)"),
    "no_service": ("aucun service", "no service"),
    "shares.own": ("Ouvrages propres (€ HT)", "Works of its own (€ excl. tax)"),
    "shares.part": ("Part des ouvrages communs (€ HT)", "Part of shared works (€ excl. tax)"),
    "outside_zones": ("hors des zones", "outside the zones"),
    # estimate
    "estimate.capex": ("Travaux du plan (€ HT)", "Works of the plan (€ excl. tax)"),
    "estimate.rounding": (
        "Arrondi des pièces à l’unité, et au centime par poste (€ HT)",
        "Rounding up of pieces, and to the cent by item (€ excl. tax)",
    ),
    "estimate.total": (
        "Estimation confidentielle du détail quantitatif (€ HT)",
        "Confidential estimate of the tender quantities (€ excl. tax)",
    ),
    "estimate.by_lot": ("Par lot et par année", "By lot and year"),
    "estimate.by_zone": ("Par zone", "By zone"),
    "estimate.by_service": (
        "Par service ; un ouvrage que plusieurs services utilisent est payé une fois, sur une ligne commune",
        "By service; works that several services use are paid once, on a line of their own",
    ),
    "estimate.by_share": (
        "Ce que porte chaque service : un ouvrage commun est réparti à parts égales",
        "What each service bears: a shared work is split equally",
    ),
    "estimate.by_method": ("Par mode de pose et revêtement", "By laying method and surface"),
    "estimate.number": ("N°", "No."),
    "estimate.planned": ("Quantité du plan", "Planned quantity"),
    "estimate.tendered": ("Quantité du détail quantitatif", "Tender quantity"),
    # budget
    "budget.works": ("Travaux", "Works"),
    "budget.investigation": (
        "Investigations sur les tracés de classe non vérifiée (m)",
        "Investigation of routes of unverified class (m)",
    ),
    "budget.fees": ("Honoraires", "Fees"),
    "budget.contingency": ("Aléas", "Contingency"),
    "budget.revision": ("Révision des prix", "Revision of prices"),
    "budget.total": ("Budget de l’opération (€ HT)", "Budget of the operation (€ excl. tax)"),
    "budget.detail": ("Précision", "Detail"),
    "budget.rate": ("Taux sur travaux", "Rate on works"),
    "budget.basis": (
        "Montants hors taxes. Les taux portent sur les travaux. Rien d’autre que les travaux n’entre dans la "
        "consultation ni dans ce que le plan minimise.",
        "Amounts excl. tax. Rates are on the works. Nothing but the works enters the tender or what the plan "
        "minimises.",
    ),
    # tender
    "tender.fill_in": (
        "Remplir les prix unitaires (€ HT) et les prix en lettres de la feuille BPU, et rien d’autre : la feuille DQE "
        "se calcule.",
        "Fill in the unit prices (€ excl. tax) and the prices in words of sheet BPU, and nothing else: sheet DQE "
        "follows.",
    ),
    "tender.computed": (
        "Cette feuille se calcule d’après les prix de la feuille BPU. Montants en € HT.",
        "This sheet follows from the prices of sheet BPU. Amounts in € excl. tax.",
    ),
    "tender.in_words": ("Prix unitaire en lettres", "Unit price in words"),
    "tender.price": ("un prix est un nombre, 0 ou plus", "a price is a number, 0 or more"),
    "tender.lot_total": ("Total du lot {lot}", "Total of lot {lot}"),
    "tender.total": ("Total (€ HT)", "Total (€ excl. tax)"),
}
