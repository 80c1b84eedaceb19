"""Words for what was minimised, and for money over time, as (French, English)."""

from __future__ import annotations

FIGURE_WORDS: dict[str, tuple[str, str]] = {
    "figure.capex": ("investissement, hors taxes", "capital cost, excl. tax"),
    "figure.present_value": (
        "valeur actualisée hors taxes des investissements, renouvellements et charges moins la valeur résiduelle",
        "present value excl. tax of investment, renewals and running costs less residual",
    ),
    "figure.net_city_cost": (
        "reste à charge de la commune : investissement TTC moins TVA récupérée, FCTVA et subventions",
        "net city cost: investment incl. tax less VAT got back, FCTVA and grants",
    ),
    "figure.judged": ("Critère : {figure}, {value}. {proof}", "Judged by {figure}, {value}. {proof}"),
    "figure.second": ("{proof} Second critère : {figure}, {value}.", "{proof} Then judged by {figure}, {value}."),
    "figure.of": ("{amount} ({figure})", "{amount} ({figure})"),
    "time.real": (
        "{horizon} ans de service, {rate} par an, prix constants, au début de {year}",
        "{horizon} years in service, {rate} a year, real terms, at the beginning of {year}",
    ),
    "time.nominal": (
        "{horizon} ans de service, {rate} par an, prix courants en hausse de {inflation} par an, au début de {year}",
        "{horizon} years in service, {rate} a year, nominal terms, prices growing {inflation} a year, at the beginning "
        "of {year}",
    ),
    "time.opex": ("Charges de fonctionnement par an", "Running costs a year"),
    "time.opex_unknown": (
        "{amount} ; sans charges indiquées, donc inconnues : {rows}",
        "{amount}; none stated, so unknown, for: {rows}",
    ),
    "time.do_nothing": (
        "Sans rien faire (l’existant, valeur actualisée)",
        "Doing nothing (what exists, present value)",
    ),
    "time.with_existing": ("Plan et existant (valeur actualisée)", "Plan and what exists (present value)"),
    "time.flows": ("Flux de trésorerie (€ HT)", "Cash flows (€ excl. tax)"),
    "time.note": (
        "Travaux et renouvellements au début de l’année, charges à sa fin ; la valeur résiduelle est la part linéaire "
        "de la durée de vie qui reste au terme. Ce qui n’indique ni charges ni durée de vie n’en compte aucune.",
        "Works and renewals at the beginning of a year, running costs at its end; the residual value is the "
        "straight-line part of the lifetime that is left at the horizon. Rows that state no running costs or lifetime "
        "count none.",
    ),
    "time.factor_beginning": ("Coefficient, début d’année", "Factor, beginning of the year"),
    "time.factor_end": ("Coefficient, fin d’année", "Factor, end of the year"),
    "time.by_hand": (
        "Montant actualisé = (travaux + renouvellement) × coefficient de début d’année + (charges + valeur résiduelle) "
        "× coefficient de fin d’année. Coefficient = 1 / (1 + {rate}) à la puissance du nombre d’années depuis le "
        "début de {year}, montré à six décimales. Chaque produit est arrondi au centime ; la feuille {sheet} du "
        "classeur les donne un à un.",
        "Discounted = (works + renewal) × factor of the beginning of the year + (running costs + residual value) × "
        "factor of its end. Factor = 1 / (1 + {rate}) to the power of the years since the beginning of {year}, shown "
        "with six decimals. Each product is rounded to the cent; sheet {sheet} of the workbook lists them one by one.",
    ),
    "time.of": ("De", "Of"),
    "time.plan": ("plan", "plan"),
    "time.existing": ("existant", "what exists"),
    "time.section": ("Section", "Section"),
    "time.investment": ("investissement", "investment"),
    "time.operation": ("fonctionnement", "operation"),
    "time.rounding": ("arrondi des lignes", "rounding of lines"),
    "time.item": ("Nature", "Item"),
    "time.capex": ("travaux", "works"),
    "time.renewal": ("renouvellement", "renewal"),
    "time.residual": ("valeur résiduelle", "residual value"),
    "time.amount": ("Montant de l’année (€ HT)", "Amount of the year (€ excl. tax)"),
    "time.present": ("Montant actualisé (€ HT)", "Discounted (€ excl. tax)"),
    "time.running": ("charges", "running costs"),
}
