"""What is proven about a plan, and that it was verified, in French and English."""

PROOF_WORDS: dict[str, tuple[str, str]] = {
    "proof": ("Ce qui est prouvé", "What is proven"),
    "proof.optimal": (
        "Le moins cher : il est prouvé qu’aucun plan ne coûte moins.",
        "Least cost: it is proven that no plan costs less.",
    ),
    "proof.within_gap": (
        "Aucun plan ne coûte moins de {bound} : l’économie possible est d’au plus {saving}, soit {gap} du coût.",
        "No plan costs less than {bound}: at most {saving}, or {gap} of the cost, could still be saved.",
    ),
    "proof.limit": (
        "Calcul arrêté à sa limite. Aucun plan ne coûte moins de {bound} : l’économie possible est d’au plus {saving}, "
        "soit {gap} du coût.",
        "Stopped at its limit. No plan costs less than {bound}: at most {saving}, or {gap} of the cost, could still be "
        "saved.",
    ),
    "proof.no_cases_left": (
        "Aucun plan ne coûte moins de {bound} : l’économie possible est d’au plus {saving}, soit {gap} du coût. Cet "
        "écart est plus large que demandé ; tous les cas sont résolus et plus de temps ne le réduirait pas.",
        "No plan costs less than {bound}: at most {saving}, or {gap} of the cost, could still be saved. This gap is "
        "wider than asked; every case is solved, and more time would not narrow it.",
    ),
    "proof.cancelled": (
        "Calcul arrêté à la demande. Aucun plan ne coûte moins de {bound} : l’économie possible est d’au plus "
        "{saving}, soit {gap} du coût.",
        "Stopped on request. No plan costs less than {bound}: at most {saving}, or {gap} of the cost, could still be "
        "saved.",
    ),
    "proof.none": (
        "Rien n’est prouvé sur le moindre coût : un plan moins cher peut exister.",
        "Nothing is proven about the least cost: a cheaper plan may exist.",
    ),
    "coverage.optimal": (
        "La plus grande couverture dans le budget, {value} en moyenne pondérée : il est prouvé qu’aucun plan ne couvre "
        "davantage.",
        "The most coverage within the budget, a weighted mean of {value}: it is proven that no plan covers more.",
    ),
    "coverage.within_gap": (
        "Couverture de {value} en moyenne pondérée ; aucun plan dans le budget ne dépasse {bound}, soit {gap} de plus.",
        "A weighted mean coverage of {value}; no plan within the budget exceeds {bound}, which is {gap} more.",
    ),
    "coverage.limit": (
        "Calcul arrêté à sa limite. Couverture de {value} en moyenne pondérée ; aucun plan dans le budget ne dépasse "
        "{bound}, soit {gap} de plus.",
        "Stopped at its limit. A weighted mean coverage of {value}; no plan within the budget exceeds {bound}, which "
        "is {gap} more.",
    ),
    "coverage.cancelled": (
        "Calcul arrêté à la demande. Couverture de {value} en moyenne pondérée ; aucun plan dans le budget ne dépasse "
        "{bound}, soit {gap} de plus.",
        "Stopped on request. A weighted mean coverage of {value}; no plan within the budget exceeds {bound}, which is "
        "{gap} more.",
    ),
    "coverage.none": (
        "Couverture de {value} en moyenne pondérée ; rien n’est prouvé : un plan dans le budget peut couvrir "
        "davantage.",
        "A weighted mean coverage of {value}; nothing is proven: a plan within the budget may cover more.",
    ),
    "coverage.cheapest": (
        "Aucun plan de cette couverture ne coûte moins.",
        "No plan of this coverage costs less.",
    ),
    "coverage.then": (
        "Aucun plan d’au moins cette couverture ne coûte moins de {bound}.",
        "No plan of at least this coverage costs less than {bound}.",
    ),
    "proof.infeasible": ("Aucun plan n’atteint toutes les cibles.", "No plan meets all targets."),
    "proof.no_plan": ("Aucun plan n’a été trouvé.", "No plan was found."),
    "verified": (
        "Couverture, raccordements et prix recalculés sans le solveur : le plan est vérifié.",
        "Coverage, connections and price computed again without the solver: the plan is verified.",
    ),
    "unverified": ("Le plan n’a pas passé la vérification.", "The plan did not pass verification."),
    "verification": ("Vérification", "Verification"),
    "comparison": ("À titre de comparaison", "For comparison"),
    "greedy": (
        "Un plan établi pas à pas, sans optimisation, coûte {cost}.",
        "A plan made step by step, without optimisation, costs {cost}.",
    ),
}
