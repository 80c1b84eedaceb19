"""Words of the page about a plan at other prices."""

from __future__ import annotations

# key: (French, English)
SENSITIVITY_WORDS: dict[str, tuple[str, str]] = {
    "sensitivity.title": ("Le plan à d’autres prix", "The plan at other prices"),
    "sensitivity.plan": (
        "Aux prix courants de la liste, le plan coûte {value} ({figure}), écart {gap}.",
        "At typical prices the plan costs {value} ({figure}), gap {gap}.",
    ),
    "sensitivity.chances": (
        "Sur {draws} tirages des prix, l’investissement de ce plan vaut {mean} en moyenne ; il a 8 chances sur 10 de "
        "rester sous {p80}, et autant d’être entre {p10} et {p90} ; une fois sur deux il dépasse {p50}.",
        "Over {draws} draws of the prices, the capex of this plan is {mean} on average; 8 chances in 10 that it stays "
        "below {p80}, as many that it lies between {p10} and {p90}; half of the time it exceeds {p50}.",
    ),
    "sensitivity.no_chances": (
        "La liste de prix ne donne aucune fourchette pour les prix de ce plan : ce qu’il peut coûter en plus ou en "
        "moins n’est pas connu.",
        "The price list gives no range for any price of this plan: how much more or less it may cost is not known.",
    ),
    "sensitivity.without_range": (
        "{share} du coût repose sur des prix sans fourchette, comptés comme exacts : ce coût est moins sûr qu’il n’y "
        "paraît.",
        "{share} of the cost rests on prices without a range, counted as exact: this cost is less sure than it looks.",
    ),
    "sensitivity.without_family": (
        "{share} du coût repose sur des prix sans famille, tirés chacun pour soi : s’ils montent ensemble, les "
        "montants s’écartent plus.",
        "{share} of the cost rests on prices without a family, each drawn on its own: where they rise together, the "
        "amounts lie further apart.",
    ),
    "sensitivity.often": (
        "Replanifié à {draws} listes de prix tirées, il est le meilleur plan trouvé {best} fois, et à {gap} près de "
        "celui-ci {near} fois.",
        "Planned again at {draws} drawn price lists, it is the best plan found {best} times, and within {gap} of that "
        "{near} times.",
    ),
    "sensitivity.regret_of": (
        "Regret face au meilleur plan trouvé : {mean} en moyenne, {most} au plus ; prouvé : au plus {proven} face à "
        "tout plan.",
        "Regret against the best plan found: {mean} on average, {most} at most; proven: at most {proven} against any "
        "plan.",
    ),
    "sensitivity.cancelled": (
        "Calcul arrêté à la demande : les tirages suivants manquent.",
        "Stopped on request: the draws that follow are missing.",
    ),
    "sensitivity.steadiest": (
        "Plan dont le regret moyen est le plus faible : {plan}, {mean} en moyenne, {most} au plus.",
        "Plan of least mean regret: {plan}, {mean} on average, {most} at most.",
    ),
    "sensitivity.typical": ("prix de la liste", "typical"),
    "sensitivity.histogram": ("Ce que ce plan peut coûter", "What this plan may cost"),
    "sensitivity.tornado": (
        "Les prix qui pèsent : le total quand un seul prix va de son bas à son haut",
        "The prices that matter: the total when one price alone goes from low to high",
    ),
    "sensitivity.supposed": ("Prix supposé", "Assumed price"),
    "sensitivity.sourced": ("Prix sourcé", "Sourced price"),
    "sensitivity.draws": ("Le plan face au meilleur, tirage par tirage", "The plan against the best, draw by draw"),
    "sensitivity.plans": ("Les plans trouvés, dans tous les tirages", "The plans found, in all draws"),
    "sensitivity.works": (
        "Les ouvrages qui ne restent pas dans tous les tirages",
        "Works that do not stay in every draw",
    ),
    "sensitivity.works_stay": (
        "{count} des {total} ouvrages du plan sont dans le meilleur plan trouvé de chaque tirage.",
        "{count} of the {total} works of the plan are in the best plan found of every draw.",
    ),
    "sensitivity.decide": (
        "Les prix qui font changer de plan",
        "The prices that make another plan the best one",
    ),
    "sensitivity.none_decides": (
        "Dans aucun tirage un autre plan n’est moins cher.",
        "In no draw is another plan cheaper.",
    ),
    "sensitivity.draw": ("Tirage", "Draw"),
    "sensitivity.own": ("Ce plan", "This plan"),
    "sensitivity.best": ("Meilleur plan trouvé", "Best plan found"),
    "sensitivity.which": ("Lequel", "Which"),
    "sensitivity.bound": ("Borne prouvée", "Proven bound"),
    "sensitivity.gap": ("Écart", "Gap"),
    "sensitivity.regret": ("Regret", "Regret"),
    "sensitivity.at_most": ("Au plus (prouvé)", "At most (proven)"),
    "sensitivity.range": ("Fourchette du meilleur", "Range of the best"),
    "sensitivity.assumed": ("Supposé", "Assumed"),
    "sensitivity.own_plan": ("ce plan", "this plan"),
    "sensitivity.other_plan": ("autre plan {number}", "other plan {number}"),
    "sensitivity.best_in": ("Tirages où il est le meilleur", "Draws in which it is the best"),
    "sensitivity.near_in": ("… où il est à l’écart demandé près", "… in which it is within the gap asked"),
    "sensitivity.mean_regret": ("Regret moyen", "Mean regret"),
    "sensitivity.most_regret": ("Regret le plus grand", "Greatest regret"),
    "sensitivity.id": ("Identifiant", "Id"),
    "sensitivity.by": ("Option ou mode de pose", "Option or laying method"),
    "sensitivity.street": ("Rue", "Street"),
    "sensitivity.cost": ("Coût", "Cost"),
    "sensitivity.in_plan": ("Dans ce plan", "In this plan"),
    "sensitivity.stays": ("Part des tirages", "Share of draws"),
    "sensitivity.in_draws": ("Tirages", "Draws"),
    "sensitivity.against": ("Pèse contre ce plan, somme des tirages", "Weighs against this plan, sum of draws"),
    "sensitivity.note": (
        "Chaque prix suit une loi triangulaire entre son bas, son courant et son haut ; les prix d’une même famille "
        "sont corrélés à {correlation}, ce qui est un choix et non un fait. Les quantités ne varient pas. Dans un "
        "tirage, le plan garde ses ouvrages et leur mode de pose, tels que le bordereau les nomme ; le meilleur plan "
        "est libre.",
        "Each price follows a triangular distribution between its low, typical and high; prices of one family are "
        "correlated at {correlation}, which is a choice and not a fact. Quantities do not vary. In a draw the plan "
        "keeps its works and the ways of laying that its bill names; the best plan is free.",
    ),
}
