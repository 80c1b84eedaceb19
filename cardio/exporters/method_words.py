"""Sentences of the report about its method, for readers without mathematics, as (French, English)."""

from __future__ import annotations

METHOD_WORDS: dict[str, tuple[str, str]] = {
    "method.coverage": ("Comment la couverture est mesurée", "How coverage is measured"),
    "method.straight_line": (
        "un point est desservi s’il a un équipement à {within} au plus, à vol d’oiseau.",
        "a point is served if equipment lies within {within} of it, in a straight line.",
    ),
    "method.along_network": (
        "un point est desservi s’il a un équipement à {within} au plus le long des voies, accès à la voie compris aux "
        "deux bouts.",
        "a point is served if equipment lies within {within} of it along the streets, the access to the street at both "
        "ends included.",
    ),
    "method.line_of_sight": (
        "un point est desservi s’il a un équipement à {within} au plus et en vue directe, que rien de la couche "
        "{walls} ne coupe ; le bâtiment où il se trouve ne le cache pas.",
        "a point is served if equipment lies within {within} of it in direct sight, cut by nothing of the layer "
        "{walls}; the building that holds the point does not hide it.",
    ),
    "method.demand": (
        "La demande est la couche « {layer} », {counted}{spread}.",
        "The demand is the layer “{layer}”, {counted}{spread}.",
    ),
    "method.by_weight": ("comptée en {weight}", "counted in {weight}"),
    "method.one_each": ("chaque objet comptant pour un", "each feature counting as one"),
    "method.spread": (
        " ; ce qui est donné par surface est réparti sur la couche « {layer} »",
        "; what is given for an area is spread over the layer “{layer}”",
    ),
    "method.today": (
        "Aujourd’hui ce service vient de {layers}.",
        "Today this service comes from {layers}.",
    ),
    "method.nothing_today": (
        "Aucune couche ne fournit ce service aujourd’hui.",
        "No layer provides this service today.",
    ),
    "method.providers": (
        "un point ne compte que s’il est desservi depuis {count} lieux distincts, ceux qui existent compris.",
        "a point counts only if it is served from {count} distinct places, existing ones included.",
    ),
    "method.shares": (
        "Une part est le poids desservi divisé par tout le poids de la zone, y compris la demande que rien ne peut "
        "atteindre. Les parts sont arrondies vers le bas : une cible manquée n’a jamais l’air atteinte.",
        "A share is the weight served divided by all the weight of the zone, demand that nothing can reach included. "
        "Shares are rounded down, so that a missed target never looks met.",
    ),
    "method.search": ("Comment le plan est trouvé", "How the plan is found"),
    "method.choices": (
        "Cardio dresse la liste de tous les lieux où un équipement peut être posé et de toutes les voies qu’un tracé "
        "peut suivre, et donne un prix à chacun. Un plan est un choix dans cette liste : construire ou non. Une "
        "tranchée n’est payée qu’une fois, quel que soit le nombre de services qui l’empruntent.",
        "Cardio lists every place where equipment can stand and every street that a route can follow, and puts a price "
        "on each. A plan is a choice from this list: build it or not. A trench is paid once, however many services use "
        "it.",
    ),
    "method.least_cost": (
        "De tous les choix qui atteignent toutes les cibles et relient ce qui doit l’être au réseau existant, Cardio "
        "cherche celui qui coûte le moins ; la section Preuve dit de combien, au plus, le plan s’en écarte. Coûter "
        "veut dire ici : {figure}.",
        "Of all choices that meet every target and join what needs it to the existing network, Cardio looks for the "
        "one that costs least; the section Proof says how far from it the plan is at most. Cost means here: {figure}.",
    ),
    "method.most_coverage": (
        "De tous les choix qui tiennent dans le budget, Cardio cherche celui qui dessert le plus (moyenne des parts, "
        "pondérée par l’importance des cibles), puis celui qui coûte le moins ; la section Preuve dit de combien, au "
        "plus, le plan s’en écarte. Coûter veut dire ici : {figure}.",
        "Of all choices within the budget, Cardio looks for the one that serves most (mean of the shares, weighted by "
        "the importance of the targets), then for the one that costs least; the section Proof says how far from it the "
        "plan is at most. Cost means here: {figure}.",
    ),
    "method.solver": (
        "Les choix possibles sont trop nombreux pour être essayés un à un. Un solveur, programme spécialisé dans ce "
        "genre de problème, écarte par le calcul des familles entières de choix dont il démontre qu’elles ne peuvent "
        "pas faire mieux.",
        "There are too many choices to try one by one. A solver, a program made for this kind of problem, rules out by "
        "computation whole families of choices that it shows cannot do better.",
    ),
    "method.proof": ("Ce que veut dire la borne", "What the bound means"),
    "method.bound": (
        "En cherchant, le solveur établit aussi un plancher : un montant au-dessous duquel aucun plan ne peut "
        "atteindre les cibles, avec ces relevés et ces prix. L’écart est ce qui sépare le plan de ce plancher, en "
        "part de son coût : c’est le plus que l’on pourrait encore économiser. Un écart nul veut dire qu’il n’y a pas "
        "de plan moins cher.",
        "While it searches, the solver also establishes a floor: an amount below which no plan can meet the targets, "
        "with this survey and these prices. The gap is what lies between the plan and this floor, as a part of its "
        "cost: the most that could still be saved. A gap of zero means that there is no cheaper plan.",
    ),
    "method.bound_of_coverage": (
        "En cherchant, le solveur établit aussi un plafond : une couverture qu’aucun plan ne peut dépasser dans le "
        "budget, avec ces relevés et ces prix. L’écart est ce qui sépare le plan de ce plafond. Un écart nul veut dire "
        "qu’aucun plan ne couvre davantage.",
        "While it searches, the solver also establishes a ceiling: a coverage that no plan can exceed within the "
        "budget, with this survey and these prices. The gap is what lies between the plan and this ceiling. A gap of "
        "zero means that no plan covers more.",
    ),
    "method.not_proven": (
        "La borne ne dit rien des prix ni des relevés : elle les prend tels quels.",
        "The bound says nothing about the prices or the survey: it takes them as they are.",
    ),
}
