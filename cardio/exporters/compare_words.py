"""Words of the page that puts scenarios side by side."""

from __future__ import annotations

# key: (French, English)
COMPARE_WORDS: dict[str, tuple[str, str]] = {
    "compare.title": ("Scénarios côte à côte", "Scenarios side by side"),
    "compare.measure": ("Mesure", "Measure"),
    "compare.status": ("Statut", "Status"),
    "compare.status.optimal": ("prouvé optimal", "proven optimal"),
    "compare.status.within_gap": ("prouvé à l’écart demandé près", "proven within the gap asked"),
    "compare.status.limit": ("arrêté à sa limite", "stopped at the limit"),
    "compare.status.cancelled": ("arrêté à la demande", "stopped by the user"),
    "compare.status.infeasible": ("aucun plan possible", "no plan is possible"),
    "compare.reason": ("Pourquoi", "Why"),
    "compare.figure": ("Critère", "Judged by"),
    "compare.basis": ("Base du critère", "Basis of the figure judged by"),
    "compare.value": ("Valeur du critère", "Its value"),
    "compare.bound": ("Aucun plan en dessous de", "No plan below"),
    "compare.worth": ("Couverture atteinte", "Coverage reached"),
    "compare.worth_bound": ("Couverture au plus", "Coverage at most"),
    "compare.gap": ("Écart restant", "Gap left"),
    "compare.capex_low": ("Investissement, prix bas", "Capex, low prices"),
    "compare.capex_high": ("Investissement, prix hauts", "Capex, high prices"),
    "compare.assumed": ("Part sur prix supposés", "Share on assumed prices"),
    "compare.capex": ("Investissement", "Capex"),
    "compare.capex_basis": ("Base de l’investissement", "Basis of capex"),
    "compare.opex_per_year": ("Exploitation par an", "Running costs a year"),
    "compare.opex_per_year_basis": ("Base de l’exploitation", "Basis of running costs"),
    "compare.opex_not_stated": ("Sans coût d’exploitation indiqué", "No running costs stated of"),
    "compare.present_value": ("Valeur actualisée", "Present value"),
    "compare.present_value_basis": ("Base de la valeur actualisée", "Basis of present value"),
    "compare.net_city_cost": ("Coût net pour la ville", "Net city cost"),
    "compare.net_city_cost_basis": ("Base du coût net", "Basis of net city cost"),
    "compare.works": ("Travaux qui diffèrent", "Works that differ"),
    "compare.plans": ("{first} et {other}", "{first} and {other}"),
    "compare.count": ("Travaux", "Works"),
    "compare.metres": ("Longueur", "Length"),
    "compare.only": ("Seulement dans {name}", "Only in {name}"),
    "compare.both": ("Dans les deux ({name})", "In both ({name})"),
    "compare.in_both": ("Dans les deux", "In both"),
    "compare.in_both_otherwise": ("Dans les deux, construits autrement", "In both, built otherwise"),
    "compare.in_all": ("Dans tous les scénarios", "In all scenarios"),
    "compare.in_some": ("Dans plusieurs scénarios", "In several scenarios"),
    "compare.in_one": ("Dans un seul scénario", "In one scenario only"),
    "compare.has": ("Construit", "Builds it"),
    "compare.built_by": ("Plans qui le construisent", "Plans that build it"),
    "compare.sheet": ("Comparaison", "Comparison"),
    "compare.works_sheet": ("Ouvrages", "Works"),
    "compare.otherwise": (
        "{count} travaux communs sont construits autrement.",
        "{count} shared works are built otherwise.",
    ),
    "compare.no_pairs": (
        "Aucune paire de plans à comparer : le premier scénario n’a pas de plan, ou aucun autre n’en a.",
        "No two plans to compare: the first scenario has none, or no other has.",
    ),
    "compare.note": (
        "Chaque scénario est planifié pour lui-même. Un écart plus petit que l’écart restant des deux plans ne dit pas "
        "lequel est le moins cher. Des montants de bases différentes ne se soustraient pas.",
        "Each scenario is planned on its own. A difference smaller than the gaps left does not tell which of the two "
        "costs less. Amounts of different bases are never subtracted.",
    ),
    "compare.more": (
        "{other} coûte {amount} de plus que {first} ({what}).",
        "{other} costs {amount} more than {first} ({what}).",
    ),
    "compare.less": (
        "{other} coûte {amount} de moins que {first} ({what}).",
        "{other} costs {amount} less than {first} ({what}).",
    ),
}
