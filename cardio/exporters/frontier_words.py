"""Words of the picture of cost against coverage."""

from __future__ import annotations

# key: (French, English)
FRONTIER_WORDS: dict[str, tuple[str, str]] = {
    "frontier.title": ("Coût selon la couverture", "Cost against coverage"),
    "frontier.moved": ("Cibles qui varient : {targets}.", "Targets that move: {targets}."),
    "frontier.basis": (
        "Coûts et bornes : {figure} ({basis}), en {currency}.",
        "Costs and bounds: {figure} ({basis}), in {currency}.",
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
    "frontier.x_axis": (
        "Couverture demandée (moyenne des cibles qui varient)",
        "Coverage asked (mean of the targets that move)",
    ),
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
    "frontier.next": ("Le pour cent suivant coûte (prouvé)", "The next percent costs (proven)"),
    "frontier.reached": ("Ce que le plan de chaque point atteint", "What the plan of each point reaches"),
    "frontier.at_best": ("Au mieux", "At best"),
    "frontier.stays": ("(telle que l’étude la demande)", "(as the study asks)"),
    "frontier.band": ("Où se trouve, c’est prouvé, le moindre coût", "Where the least cost is proven to lie"),
    "frontier.bend": (
        "La courbe se coude à {share} : un pour cent coûte en moyenne {before} jusque-là, {after} au-delà (prouvé).",
        "The curve bends at {share}: on average a percent costs {before} up to there, {after} beyond (proven).",
    ),
    "frontier.no_bend": (
        "Aucun coude n’est prouvé : aucun point n’est à coup sûr sous la droite entre les bouts de la courbe.",
        "No bend is proven: no point is certain to lie below the straight line between the ends of the curve.",
    ),
    "frontier.always_from": ("Dans tous les plans à partir de {share}", "In every plan from {share} on"),
    "frontier.not_always": ("Abandonné plus loin sur la courbe", "Given up further along the curve"),
    "frontier.order_point": ("Dans tous les plans à partir du point", "In every plan from point"),
    "frontier.order_share": ("Dans tous les plans à partir de la part", "In every plan from share"),
    "frontier.note": (
        "Entre deux points, le moindre coût est prouvé au-dessus de la borne du point de gauche et sous le plan du "
        "point de droite. Quand plusieurs cibles varient, la courbe les fait monter toutes ensemble : celles de "
        "l’étude, qui demandent plus de l’une et moins de l’autre, peuvent se trouver hors d’elle.",
        "Between two points the least cost is proven above the bound of the point to the left and below the plan of "
        "the point to the right. Where several targets move, the curve raises all of them together: those of the "
        "study, which ask more of one and less of another, may lie off it.",
    ),
}
