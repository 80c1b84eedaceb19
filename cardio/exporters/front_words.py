"""Words of the report's first screen, as (French, English)."""

from __future__ import annotations

FRONT_WORDS: dict[str, tuple[str, str]] = {
    # the sentence that opens the report
    "front.net": ("nets pour la commune", "net to the town"),
    "front.incl_tax": ("TTC", "incl. tax"),
    "front.excl_tax": ("HT", "excl. tax"),
    "front.buys": ("{amount} {basis} apportent", "{amount} {basis} buys"),
    "front.buys_one": ("{amount} {basis} apporte", "{amount} {basis} buys"),
    "front.by_year": (", d’ici fin {year} :", ", by the end of {year}:"),
    "front.no_year": (" :", ":"),
    "front.nothing_to_buy": (
        "Rien n’est à construire : les cibles sont déjà atteintes.",
        "Nothing is to be built: the targets are met today.",
    ),
    "front.clause": (
        "{service} pour {after} des {noun} au lieu de {before} ({more} de plus)",
        "{service} for {after} of {noun} instead of {before} ({more} more)",
    ),
    "front.clause_same": (
        "{service} pour {after} des {noun}, comme aujourd’hui",
        "{service} for {after} of {noun}, as today",
    ),
    "front.in_zone": ("{noun} ({zone})", "{noun} ({zone})"),
    "front.in_worst_zone": ("{noun} de la zone la moins servie", "{noun} in the worst served zone"),
    "front.more_services": ("et {count} autres services", "and {count} other services"),
    # money
    "front.money": ("Du prix des travaux au reste à charge", "From the price of the works to the net cost"),
    "front.money_only": ("Ce que coûtent les travaux", "What the works cost"),
    "front.step.excl_tax": ("Travaux HT", "Works excl. tax"),
    "front.step.vat": ("TVA", "VAT"),
    "front.step.incl_tax": ("Travaux TTC", "Works incl. tax"),
    "front.step.vat_back": ("TVA récupérée", "VAT got back"),
    "front.step.fctva": ("FCTVA", "FCTVA"),
    "front.step.grants": ("Subventions", "Grants"),
    "front.step.net": ("Reste à charge", "Net cost to the town"),
    "front.low_high": (
        "Sous chaque montant : si tous les prix sont bas, puis s’ils sont tous hauts.",
        "Under each amount: with all prices low, then with all prices high.",
    ),
    "front.works_alone": (
        "Travaux seuls ; avec honoraires, aléas et révision, l’opération coûte {amount} HT.",
        "Works alone; with fees, contingency and revision the operation costs {amount} excl. tax.",
    ),
    "front.nobody_pays": (
        "L’étude ne dit ni la TVA ni qui paie.",
        "The study states neither VAT nor who pays.",
    ),
    # coverage
    "front.coverage": ("Avant et après", "Before and after"),
    "front.each_zone": ("zone la moins servie", "worst served zone"),
    "front.two_providers": ("par {count} points", "by {count} places"),
    "front.asked": ("demandé {share}", "asked {share}"),
    "front.more_targets": (
        "{count} autres cibles dans le tableau des cibles.",
        "{count} more targets in the table of targets.",
    ),
    # who stays without
    "front.unserved": ("Qui reste sans service", "Who stays without service"),
    "front.left": ("{left} sur {total}", "{left} of {total}"),
    "front.out_of_reach": (
        "dont {count} hors d’atteinte de tout ouvrage étudié",
        "of which {count} out of reach of any work studied",
    ),
    "front.most_in": ("Surtout : {places}.", "Most of them: {places}."),
    "front.all_served": ("Tout le monde est desservi.", "Everybody is served."),
    # options
    "front.options": ("Les options", "The options"),
    "front.option.nothing": ("Ne rien faire", "Do nothing"),
    "front.option.half": ("La moitié du chemin", "Half of the way"),
    "front.option.plan": ("Le plan", "The plan"),
    "front.capex": ("Investissement HT", "Investment excl. tax"),
    "front.net_cost": ("Reste à charge de la commune", "Net cost to the town"),
    "front.opex": ("Exploitation par an HT, ouvrages neufs", "Running costs a year excl. tax, new works"),
    "front.opex_all": ("Exploitation par an HT, existant compris", "Running costs a year excl. tax, existing included"),
    "front.over_time": (
        "Coût HT sur {years} ans, actualisé, existant compris",
        "Cost over {years} years excl. tax, discounted, existing included",
    ),
    "front.existing": (
        "De l’existant, l’étude ne compte que : {layers}.",
        "Of what exists, the study counts only: {layers}.",
    ),
    "front.does_not": ("Ce que l’option ne fait pas", "What it does not do"),
    "front.missed": ("{count} cibles sur {total} manquées", "{count} of {total} targets missed"),
    "front.missed_one": ("{count} cible sur {total} manquée", "{count} of {total} targets missed"),
    "front.without": ("{left} sans {service}", "{left} without {service}"),
    "front.serves_all": ("Rien : tout est desservi.", "Nothing: all is served."),
    "front.least_opex": (
        "Exploitation : au moins ; certains prix n’en indiquent pas le coût.",
        "Running costs: at least, as some prices state none.",
    ),
    "front.within": ("prouvé à {gap} près du moindre coût", "proven within {gap} of the least cost"),
    "front.why.net_cost": (
        "Il n’y a pas de troisième option : le reste à charge se prouve pour un seul plan à la fois.",
        "There is no third option: a net cost is proven for one plan at a time.",
    ),
    "front.why.brackets": (
        "Il n’y a pas de troisième option : des prix par tranches de quantité n’en permettent pas la preuve.",
        "There is no third option: prices in brackets of quantity do not allow its proof.",
    ),
    "front.why.coverage": (
        "Il n’y a pas de troisième option : le plan couvre le plus possible dans son budget.",
        "There is no third option: the plan covers the most within its budget.",
    ),
    "front.why.no_time": (
        "Il n’y a pas de troisième option : aucun plan à mi-chemin n’a été trouvé dans le temps accordé.",
        "There is no third option: no plan half of the way was found in the time allowed.",
    ),
    "front.why.not_asked": (
        "Il n’y a pas de troisième option : l’étude n’accorde pas de temps à d’autres plans.",
        "There is no third option: the study allows no time for other plans.",
    ),
    "front.why.not_written": (
        "Les autres options se calculent quand le rapport est écrit par le calcul du plan.",
        "Other options are computed where the run that finds the plan writes the report.",
    ),
    "front.why.no_scenario": (
        "Aucun des scénarios demandés n’a de plan dans le temps accordé.",
        "None of the scenarios asked for has a plan in the time allowed.",
    ),
    "front.without_plan": ("{name} : pas de plan dans le temps accordé.", "{name}: no plan in the time allowed."),
    "front.cannot_plan": ("{name} : pas de plan ({reason}).", "{name}: no plan ({reason})."),
    "front.why.stopped": (
        "Il n’y a pas de troisième option : le calcul a été arrêté à la demande.",
        "There is no third option: the search was stopped on request.",
    ),
    "front.why.same": (
        "Il n’y a pas de troisième option : aucun plan à mi-chemin moins cher que le plan n’a été trouvé.",
        "There is no third option: no plan half of the way was found that costs less than the plan.",
    ),
    "front.why.nothing_to_do": (
        "Il n’y a pas de troisième option : les cibles sont déjà atteintes.",
        "There is no third option: the targets are met today.",
    ),
    # decisions
    "front.decisions": ("Décisions demandées", "Decisions asked for"),
    "front.ask.year": ("Voter {amount} HT de travaux pour {year}.", "Approve {amount} excl. tax of works for {year}."),
    "front.ask.works": ("Voter {amount} HT de travaux.", "Approve {amount} excl. tax of works."),
    "front.ask.operation": (
        "Prévoir {amount} HT pour l’opération entière : travaux, honoraires, aléas et révision.",
        "Provide {amount} excl. tax for the whole operation: works, fees, contingency and revision.",
    ),
    "front.ask.grant": (
        "Demander {amount} à {name} ({rate} des dépenses éligibles).",
        "Ask {name} for {amount} ({rate} of eligible spending).",
    ),
    "front.ask.equipment": ("Accepter l’installation de : {built}.", "Accept the installation of: {built}."),
    "front.ask.running": (
        "Prévoir {amount} HT par an pour faire fonctionner les ouvrages neufs.",
        "Provide {amount} excl. tax a year to run the new works.",
    ),
    "front.ask.errors": (
        "Faire corriger {count} erreurs de relevé avant la consultation.",
        "Have {count} survey errors corrected before the tender.",
    ),
    "front.ask.errors_one": (
        "Faire corriger {count} erreur de relevé avant la consultation.",
        "Have {count} survey error corrected before the tender.",
    ),
    # risks
    "front.risks": ("Principaux risques", "Main risks"),
    "front.no_risk": ("Aucun montant en jeu n’est connu.", "No amount at stake is known."),
    "front.risk.price": (
        "Le prix « {label} » fait varier le total de {low} à {high}. Obtenir des devis.",
        "The price “{label}” moves the total from {low} to {high}. Get quotes.",
    ),
    "front.risk.assumed": (
        "{share} du coût repose sur des prix supposés. Les sourcer ou les faire chiffrer avant de voter.",
        "{share} of the cost rests on assumed prices. Source them or have them quoted before voting.",
    ),
    "front.risk.no_range": (
        "{share} du coût est à prix sans fourchette, comptés comme exacts. Demander un prix bas et un prix haut.",
        "{share} of the cost is at prices without a range, counted as exact. Ask for a low and a high price.",
    ),
    "front.risk.ground": (
        "{doubtful} de tracés sur {total} suivent des relevés non vérifiés ({layers}). Vérifier sur place.",
        "{doubtful} of {total} of routes follow unverified surveys ({layers}). Verify on site.",
    ),
    "front.risk.gap": (
        "Un plan moins cher n’est pas exclu. Laisser plus de temps au calcul.",
        "A cheaper plan is not ruled out. Give the search more time.",
    ),
    "front.risk.grants": (
        "{names} : subventions comptées, mais non acquises. Les faire confirmer avant d’engager les travaux.",
        "{names}: grants counted, but not yet awarded. Have them confirmed before works begin.",
    ),
    "front.risk.grants_one": (
        "{names} : subvention comptée, mais non acquise. La faire confirmer avant d’engager les travaux.",
        "{names}: a grant counted, but not yet awarded. Have it confirmed before works begin.",
    ),
    # how far to trust it
    "front.trust": ("Fiabilité", "How sure this is"),
    "front.trust.assumed": ("du coût HT repose sur des prix supposés", "of the cost excl. tax rests on assumed prices"),
    "front.trust.ground": (
        "de tracés sur {total} suivent des données non vérifiées{layers}",
        "of {total} of routes follow unverified data{layers}",
    ),
    "front.trust.optimal": ("aucun plan moins cher n’existe : c’est prouvé", "proven: no cheaper plan exists"),
    "front.trust.coverage": (
        "au plus à gagner en couverture dans ce budget",
        "at most to be gained in coverage within this budget",
    ),
    "front.trust.gap": ("au plus à gagner avec un autre plan", "at most to be saved with another plan"),
    "front.brief": ("En bref", "In brief"),
    "front.curve": ("Coût selon la couverture", "Cost against coverage"),
    "front.curve_basis": ("Coûts et bornes : {figure}.", "Costs and bounds: {figure}."),
    "front.curve_note": (
        "D’aujourd’hui au plan, toutes les cibles avancent du même pas. Le moindre coût se trouve, c’est prouvé, dans "
        "la bande bleue.",
        "From today to the plan all targets advance alike; the least cost is proven to lie in the blue band.",
    ),
    # what demand is counted in: one, several
    "noun.people": ("habitant", "resident"),
    "nouns.people": ("habitants", "residents"),
    "noun.places": ("place de stationnement", "parking space"),
    "nouns.places": ("places de stationnement", "parking spaces"),
    "noun.public_building": ("bâtiment public", "public building"),
    "nouns.public_building": ("bâtiments publics", "public buildings"),
    "noun.building": ("bâtiment", "building"),
    "nouns.building": ("bâtiments", "buildings"),
    "noun.address": ("adresse", "address"),
    "nouns.address": ("adresses", "addresses"),
    "noun.parking_bay": ("emplacement de stationnement", "parking bay"),
    "nouns.parking_bay": ("emplacements de stationnement", "parking bays"),
    "noun.population_cell": ("carreau de population", "population cell"),
    "nouns.population_cell": ("carreaux de population", "population cells"),
    "noun.footfall_zone": ("lieu de fréquentation", "busy place"),
    "nouns.footfall_zone": ("lieux de fréquentation", "busy places"),
    "noun.street_light": ("candélabre", "street light"),
    "nouns.street_light": ("candélabres", "street lights"),
    "noun.other": ("point", "point"),
    "nouns.other": ("points", "points"),
}
