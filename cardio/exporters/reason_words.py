"""Words for what the amounts of a comparison are, and for why a scenario has no plan."""

from __future__ import annotations

# key: (French, English)
REASON_WORDS: dict[str, tuple[str, str]] = {
    "basis.share": (
        "moyenne des parts atteintes des cibles, pondérée par leur importance",
        "mean of the targets’ shares, weighted by importance",
    ),
    "basis.opex_per_year": (
        "charges de fonctionnement d’une année, hors taxes, tous les ouvrages en service",
        "running costs excl. tax of a year, all works in service",
    ),
    "basis.undiscounted": ("{figure}, non actualisé", "{figure}; undiscounted"),
    "reason.not_begun": (
        "non planifié : le calcul a été arrêté à la demande avant ce scénario",
        "not planned: the user stopped the run before it",
    ),
    "reason.cancelled": (
        "arrêté à la demande avant qu’un plan soit trouvé",
        "stopped by the user before any plan was found",
    ),
    "reason.limit": (
        "arrêté à sa limite avant qu’un plan soit trouvé : laisser plus de temps",
        "stopped at the limit before any plan was found; give it more time",
    ),
    "reason.kept": (
        "aucun tracé ne relie au réseau existant ce que plan.keep garde, à en retirer : {works}",
        "no route connects to the existing network, to remove from plan.keep: {works}",
    ),
    "reason.out_of_reach": (
        "{target} : {required} demandés, au plus {reachable} peuvent être atteints avec ces équipements ; demander "
        "{suggested}",
        "{target}: {required} asked, at most {reachable} can be reached with these options; ask for {suggested}",
    ),
    "reason.limited": (
        "{target} : {required} demandés ; avec ce que chaque équipement sert au plus, demander {suggested}",
        "{target}: {required} asked; with what each piece of equipment serves at most, ask for {suggested}",
    ),
    "reason.no_budget_kept": (
        "il est prouvé qu’aucun plan ne tient dans les budgets",
        "it is proven that no plan keeps to the budgets",
    ),
    "reason.budget": ("le budget est de {budget} ; {needs}", "the budget is {budget}; {needs}"),
    "reason.budgets_until": (
        "les budgets jusqu’à {year} font ensemble {budget} ; {needs}",
        "the budgets until {year} add up to {budget}; {needs}",
    ),
    "reason.needs": ("le plan le moins cher coûte {range}", "the cheapest plan costs {range}"),
    "reason.missing": ("{needs} : il manque au moins {amount}", "{needs}: at least {amount} are missing"),
    "reason.at_least": ("au moins {amount}", "at least {amount}"),
    "reason.at_most": ("au plus {amount}", "at most {amount}"),
    "reason.between": ("{least} et {most}", "{least} and {most}"),
    "reason.then": ("le plan coûte alors {range} ({figure})", "the plan then costs {range} ({figure})"),
    "reason.then_without_budget": (
        "sans aucun budget, le plan coûte alors {range} ({figure})",
        "without any budget, the plan then costs {range} ({figure})",
    ),
    "reason.nothing_proven": (
        "le coût du plan avec ces parts n’est pas établi",
        "what a plan with these shares costs is not established",
    ),
    "reason.detail": (
        "Le détail, en anglais, est dans compare.json : scenarios, {scenario}, reason.",
        "The detail is in compare.json: scenarios, {scenario}, reason.",
    ),
}
