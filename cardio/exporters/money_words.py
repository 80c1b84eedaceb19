"""Words of the report about money, as (French, English)."""

from __future__ import annotations

MONEY_WORDS: dict[str, tuple[str, str]] = {
    "range": ("Fourchette de prix", "Price range"),
    "range_of": ("de {low} à {high}", "from {low} to {high}"),
    "assumed_share": ("Part reposant sur des prix supposés", "Share resting on assumed prices"),
    "assumed_amount": ("Dont prix supposés (€ HT)", "Of which assumed (€ excl. tax)"),
    "budget": ("Budget", "Budget"),
    "budget_of": ("{budget} (reste {left})", "{budget} ({left} left)"),
    "sites_cost": ("Équipements (€ HT)", "Equipment (€ excl. tax)"),
    "routes_cost": ("Tracés (€ HT)", "Routes (€ excl. tax)"),
    "connections_cost": ("Raccordements (€ HT)", "Connections (€ excl. tax)"),
    "total_cost": ("Total (€ HT)", "Total (€ excl. tax)"),
    "budget_cost": ("Budget (€ HT)", "Budget (€ excl. tax)"),
    "money.title": ("Argent", "Money"),
    "money.capex_of": ("{amount} HT", "{amount} excl. tax"),
    "money.operation": ("budget de l’opération, hors taxes", "operation budget, excl. tax"),
    "money.net": ("reste à charge de la commune, travaux seuls", "net cost for the town, of the works alone"),
    # one sentence
    "money.excl_tax": (
        "{capex} d’investissement hors taxes ; l’étude ne dit ni la TVA ni qui paie.",
        "{capex} of capital cost excl. tax; the study states neither VAT nor who pays.",
    ),
    "money.chain": (
        "{capex} d’investissement hors taxes{steps}, soit {net} à la charge de la commune, pour les travaux seuls : "
        "honoraires et aléas, leur TVA et ce qui en est compensé n’y sont pas.",
        "{capex} of capital cost excl. tax{steps}: the town pays {net} in the end, for the works alone; fees and "
        "contingency, their VAT and what of it comes back are not included.",
    ),
    "money.with_tax": (", {amount} TTC", ", {amount} incl. tax"),
    "money.less_vat_back": (", moins {amount} de TVA récupérée", ", less {amount} of VAT got back"),
    "money.less_fctva": (", moins {amount} de FCTVA", ", less {amount} from the FCTVA"),
    "money.less_grants": (", moins {amount} de subventions", ", less {amount} of grants"),
    # cost by part of the plan
    "money.by_part": ("Coût par lot et par zone", "Cost by lot and by zone"),
    "money.part": ("Part", "Share"),
    # budget of the operation
    "money.budget": ("Budget de l’opération", "Budget of the operation"),
    "money.unverified": (
        "{length} de tracés à creuser sont de classe non vérifiée et seront investigués.",
        "{length} of the routes to dig are of unverified survey class and are investigated.",
    ),
    # who pays
    "money.funding": ("Qui paie", "Who pays"),
    "money.cut": ("Retranché, et pourquoi", "What was cut, and why"),
    "money.over_cap": ("{amount} : plafond de {cap}", "{amount}: cap of {cap}"),
    "money.over_ceiling": ("{amount} : plafond de toutes les aides", "{amount}: ceiling of all grants"),
    "money.rules": ("Règles appliquées", "Rules applied"),
    "money.funding_note": (
        "Montants des travaux, non actualisés, sans honoraires ni aléas. Les années sont celles des paiements.",
        "Amounts of the works, undiscounted, without fees and contingency. Years are those of the payments.",
    ),
    "money.loan": ("Emprunt", "Loan"),
    # over time
    "money.time": ("Dans la durée", "Over time"),
    "money.plan_alone": ("Le plan", "The plan"),
    "money.do_nothing": ("Sans rien faire (l’existant)", "Doing nothing (what exists)"),
    "money.with_existing": ("Plan et existant", "Plan and what exists"),
    "money.terms": ("Actualisation : {terms}.", "Discounting: {terms}."),
    "money.opex_unknown": (
        "Aucune charge n’est indiquée, donc inconnue, pour : {rows}.",
        "Running costs are not stated, so unknown, for: {rows}.",
    ),
    "money.life_unknown": (
        "Aucune durée de vie n’est indiquée, donc aucun renouvellement compté, pour : {rows}.",
        "No lifetime is stated, so no renewal is counted, for: {rows}.",
    ),
    "money.opex_of": (
        "Charges de fonctionnement du plan : {amount} par an, aux prix de la liste.",
        "Running costs of the plan: {amount} a year, at the prices of the list.",
    ),
    # how sure
    "money.sure": ("Quelle certitude", "How sure"),
    "money.mean": ("Moyenne", "Mean"),
    "money.low_total": ("Total, ce prix bas", "Total, this price low"),
    "money.high_total": ("Total, ce prix haut", "Total, this price high"),
    "money.swing": ("Écart", "Swing"),
    "money.row": ("Prix", "Price"),
    "money.obsolete": (
        "Prix périmés à la date de l’étude, utilisés tels quels : {rows}.",
        "Prices obsolete at the date of the study, used as they are: {rows}.",
    ),
    "money.draws_note": (
        "{draws} tirages, prix d’une même famille corrélés à {correlation}, ce qui est un choix et non un fait ; les "
        "quantités ne varient pas.",
        "{draws} draws, prices of one family correlated at {correlation}, which is a choice and not a fact; quantities "
        "do not vary.",
    ),
    # what it buys
    "money.buys": ("Ce que l’argent achète", "What the money buys"),
    "money.counted_by": ("Compté en", "Counted by"),
    "money.one_each": ("points de demande", "demand points"),
    "money.served_before": ("Desservi avant", "Served before"),
    "money.served_after": ("Desservi après", "Served after"),
    "money.more": ("Nouveau", "Newly served"),
    "money.per_more": ("€ HT par unité nouvelle", "€ excl. tax per unit newly served"),
    "money.per_more_note": (
        "Aucun avantage n’est chiffré en argent. Investissement hors taxes, tracés communs partagés à égalité : la "
        "part de chaque service dépend des autres services du plan. Desservi : par un lieu au moins.",
        "No benefit is given a price. Capital cost excl. tax, common routes split equally: the share of each service "
        "depends on the other services of the plan. Served: by one place at least.",
    ),
    "money.paybacks": ("Construire plus cher pour dépenser moins", "Dearer to build, cheaper to run"),
    "payback.laying": ("Sur {length} de tracés", "Along {length} of routes"),
    "payback.option": ("Pour {count} équipements", "For {count} sites"),
    "payback.repaid": (
        "{where}, {dearer} coûte {more} de plus que {other} et économise {saved} par an : amorti en {years} ans. Le "
        "plan a {chosen}.",
        "{where}, {dearer} costs {more} more than {other} and saves {saved} a year: repaid after {years} years. The "
        "plan has {chosen}.",
    ),
    "payback.never": (
        "{where}, {dearer} coûte {more} de plus que {other} et n’économise rien par an : jamais amorti. Le plan a "
        "{chosen}.",
        "{where}, {dearer} costs {more} more than {other} and saves nothing a year: never repaid. The plan has "
        "{chosen}.",
    ),
    "payback.same": (
        "{where}, {dearer} et {other} coûtent autant à construire. Le plan a {chosen}.",
        "{where}, {dearer} and {other} cost the same to build. The plan has {chosen}.",
    ),
    "payback.unknown": (
        "{where}, {dearer} coûte {more} de plus que {other} ; les charges ne sont pas indiquées pour {rows}, donc "
        "aucun délai n’est donné. Le plan a {chosen}.",
        "{where}, {dearer} costs {more} more than {other}; running costs are not stated for {rows}, so no payback is "
        "given. The plan has {chosen}.",
    ),
    "payback.outlasts": (
        "C’est plus que la durée de vie de {dearer} ({years} ans), à racheter avant.",
        "That is longer than {dearer} lasts ({years} years), which is bought again before.",
    ),
    "payback.lifetimes": (
        "{again} dure {years} ans et {other} {longer} : à racheter plus tôt, ce qui n’est pas compté ici.",
        "{again} lasts {years} years and {other} {longer}: it is bought again sooner, which is not counted here.",
    ),
    "payback.lifetime_unknown": (
        "{again} dure {years} ans, à racheter ensuite, ce qui n’est pas compté ici ; la durée de vie de {other} n’est "
        "pas indiquée.",
        "{again} lasts {years} years and is bought again then, which is not counted here; how long {other} lasts is "
        "not stated.",
    ),
    "payback.note": (
        "Sans actualisation ni renouvellement, aux prix de la liste, là où les deux façons sont permises et où chaque "
        "équipement peut desservir autant.",
        "Undiscounted and without renewals, at the prices of the list, where both ways are allowed and each piece may "
        "serve as many.",
    ),
}
