"""Words of the picture of cost against coverage."""

from __future__ import annotations

# key: (French, English)
FRONTIER_WORDS: dict[str, tuple[str, str]] = {
    "frontier.title": ("Coût selon la couverture", "Cost against coverage"),
    "frontier.moved": ("Cibles qui varient : {targets}.", "Targets that move: {targets}."),
    "frontier.basis": (
        "Coûts et bornes : {figure}, en {currency}.",
        "Costs and bounds: {figure}, in {currency}.",
    ),
    "frontier.optimal": (
        "Chaque point est prouvé le moins cher.",
        "Every point is proven to be of least cost.",
    ),
    "frontier.within_gap": (
        "Chaque point est prouvé à l’écart demandé près.",
        "Every point is proven within the gap asked.",
    ),
    "frontier.limit": (
        "Au moins un point s’est arrêté à sa limite : son écart est plus large que demandé.",
        "At least one point stopped at its limit: its gap is wider than asked.",
    ),
    "frontier.cancelled": (
        "Calcul arrêté à la demande : les points suivants manquent.",
        "Stopped on request: the points that follow are missing.",
    ),
    "frontier.infeasible": ("Aucun plan n’atteint ces cibles.", "No plan meets these targets."),
    "frontier.y_axis": ("Coût, € HT", "Cost, € excl. tax"),
    "frontier.coverage": ("Couverture demandée", "Coverage asked"),
    "frontier.point": ("Point", "Point"),
    "frontier.plan": ("Plan trouvé", "Plan found"),
    "frontier.study": ("Cibles de l’étude", "The study’s targets"),
    "frontier.bound": ("Aucun plan ne coûte moins", "No plan costs less"),
    "frontier.gap": ("Écart", "Gap"),
    "frontier.low": ("Investissement, tous prix bas", "Capex with all prices low"),
    "frontier.high": ("Investissement, tous prix hauts", "Capex with all prices high"),
    "frontier.assumed": ("Sur prix supposés", "On assumed prices"),
    "frontier.next": ("Un point de couverture de plus coûte (prouvé)", "The next percent costs (proven)"),
    "frontier.none_found": ("aucun trouvé à temps", "none found in time"),
    "frontier.none_possible": ("aucun plan possible", "no plan is possible"),
    "frontier.at_least": ("au moins {amount}", "at least {amount}"),
    "frontier.reached": (
        "De chaque cible : part demandée → part atteinte par le plan",
        "Of each target: share asked → share that the plan reaches",
    ),
    "frontier.asked_reached": (
        "{target} : {asked} demandés, {reached} atteints",
        "{target}: {asked} asked, {reached} reached",
    ),
    "frontier.works": ("Les plans d’un point à l’autre", "The plans from point to point"),
    "frontier.works_built": ("Ouvrages du plan (longueur, investissement)", "Works of the plan (length, capex)"),
    "frontier.works_comes": ("Nouveaux", "New"),
    "frontier.works_goes": ("Plus dans le plan", "No longer in it"),
    "frontier.works_always": ("Dans ce plan et tous les suivants", "In this plan and all further ones"),
    "frontier.map_link": ("Carte des plans, point par point", "Map of the plans, point by point"),
    "frontier.at_best": ("Au mieux", "At best"),
    "frontier.stays": ("(telle que l’étude la demande)", "(as the study asks)"),
    "frontier.band": ("Où se trouve, c’est prouvé, le moindre coût", "Where the least cost is proven to lie"),
    "frontier.bend": (
        "La courbe se coude à {share} : un point de couverture coûte en moyenne {before} jusque-là, {after} au-delà "
        "(prouvé).",
        "The curve bends at {share}: on average a percent costs {before} up to there, {after} beyond (proven).",
    ),
    "frontier.no_bend": (
        "Aucun coude n’est prouvé : aucun point n’est à coup sûr sous la droite entre les bouts de la courbe.",
        "No bend is proven: no point is certain to lie below the straight line between the ends of the curve.",
    ),
    "frontier.always_from": ("Dans tous les plans à partir de {share}", "In every plan from {share} on"),
    "frontier.not_always": ("Pas dans tous les plans suivants", "Not in all further plans"),
    "frontier.order_point": ("Dans tous les plans à partir du point", "In every plan from point"),
    "frontier.order_share": ("Dans tous les plans à partir de la part", "In every plan from share"),
    "frontier.order": ("Ordre sans regret", "Order of no regret"),
    "frontier.order_told": (
        "À partir de quelle couverture chaque ouvrage est dans tous les plans trouvés : de quoi commencer. Ces plans "
        "ne sont pas les seuls possibles : cardio alternatives dit ce qui est prouvé.",
        "From which coverage on each work is in every plan found: where to begin. These are not the only plans: "
        "cardio alternatives tells what is proven.",
    ),
    "frontier.there": ("Déjà dans le plan à {share}", "In the plan at {share} already"),
    "frontier.goes": ("Dans le plan à {share}, plus dans celui-ci", "In the plan at {share}, no longer in this one"),
    "frontier.comes": ("Nouveau dans ce plan", "New in this plan"),
    "frontier.point_told": (
        "À {share} : plan à {cost} ; aucun plan ne coûte moins de {bound}.",
        "At {share}: a plan at {cost}; no plan costs less than {bound}.",
    ),
    "frontier.always_told": (
        "{count} de ses {built} ouvrages ({capex}) sont aussi dans tous les plans suivants.",
        "{count} of its {built} works ({capex}) are in all further plans too.",
    ),
    "frontier.mean_of": (
        "moyenne à poids égal des cibles qui varient",
        "mean of the targets that move, each counted once",
    ),
    "frontier.share_axis": ("Couverture demandée : {what}", "Coverage asked: {what}"),
    "frontier.note": (
        "Entre deux points, le moindre coût est prouvé au-dessus de la borne du point de gauche et sous le plan du "
        "point de droite. Quand plusieurs cibles varient, la courbe les fait monter toutes ensemble : celles de "
        "l’étude, qui demandent plus de l’une et moins de l’autre, peuvent se trouver hors d’elle.",
        "Between two points the least cost is proven above the bound of the point to the left and below the plan of "
        "the point to the right. Where several targets move, the curve raises all of them together: those of the "
        "study, which ask more of one and less of another, may lie off it.",
    ),
}
