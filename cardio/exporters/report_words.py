"""Words of the body of the report, as (French, English)."""

from __future__ import annotations

REPORT_WORDS: dict[str, tuple[str, str]] = {
    "contents": ("Sommaire", "Contents"),
    "page": ("page {number} sur {total}", "page {number} of {total}"),
    "more_in_workbook": (
        "{count} autres lignes ne sont pas montrées ici ; elles sont dans le classeur plan.xlsx.",
        "{count} more rows are not shown here; they are in the workbook plan.xlsx.",
    ),
    "more_in_workbook_one": (
        "{count} autre ligne n’est pas montrée ici ; elle est dans le classeur plan.xlsx.",
        "{count} more row is not shown here; it is in the workbook plan.xlsx.",
    ),
    # titles of sections
    "section.diagnosis": ("Diagnostic : la ville aujourd’hui", "Diagnosis: the town today"),
    "section.plan": ("Le plan", "The plan"),
    "section.sensitivity": ("Sensibilité aux prix", "Sensitivity to prices"),
    "section.method": ("Méthode", "Method"),
    "section.sources": ("Sources", "Sources"),
    "section.proof": ("Preuve", "Proof"),
    "section.again": ("Refaire ce plan", "Making this plan again"),
    # diagnosis
    "diagnosis.services": ("Couverture d’aujourd’hui", "Coverage today"),
    "diagnosis.services_note": (
        "Desservi par un lieu au moins. « Sans service » est le poids de la demande qui n’est pas desservie ; la "
        "moitié de ce poids est à la distance indiquée ou plus près du lieu de service le plus proche aujourd’hui.",
        "Served from at least one place. “Without service” is the weight of the demand that is not served; half of it "
        "lies within the distance given of the nearest place of service today.",
    ),
    "diagnosis.lacking": ("Sans service", "Without service"),
    "diagnosis.without": ("Sans service", "Without"),
    "diagnosis.median": ("Distance médiane", "Median distance"),
    "diagnosis.zones": ("Manques par zone et par service", "Gaps by zone and service"),
    "diagnosis.zones_note": (
        "Part desservie aujourd’hui et poids sans service, par zone des cibles ; la zone la moins bien desservie vient "
        "en premier. – : rien à desservir dans la zone.",
        "Share served today and weight without service, by zone of the targets; the zone served worst comes first. "
        "–: nothing to serve in the zone.",
    ),
    "diagnosis.survey": ("État des relevés", "State of the survey"),
    "diagnosis.read": (
        "{layers} couches lues : {read} lignes, dont {kept} retenues et {aside} mises de côté ou filtrées.",
        "{layers} layers read: {read} rows, of which {kept} kept and {aside} set aside or filtered out.",
    ),
    "diagnosis.graph": (
        "Le graphe des voies mesure {length} en {count} morceaux ; le plus grand porte {share} des nœuds.",
        "The graph of routes is {length} long in {count} pieces; the largest holds {share} of the nodes.",
    ),
    "diagnosis.graph_one": (
        "Le graphe des voies mesure {length}, d’un seul tenant.",
        "The graph of routes is {length} long, in one piece.",
    ),
    "diagnosis.pictures": ("Où le service arrive", "Where the service reaches"),
    "diagnosis.pictures_note": (
        "Chaque carré montre ce qui vaut pour la plus grande part de sa demande.",
        "Each square shows what holds for most of the demand in it.",
    ),
    "diagnosis.today": ("{service} aujourd’hui : {share}", "{service} today: {share}"),
    "diagnosis.with_plan": ("{service} avec le plan : {share}", "{service} with the plan: {share}"),
    # plan
    "plan.decision": ("Décision de l’étude", "Decided by the study"),
    "plan.work": ("Ouvrage", "Work"),
    "plan.kept": ("imposé", "kept"),
    "plan.forbidden": ("interdit", "forbidden"),
    "plan.fixed": ("Ouvrages imposés et interdits", "Works kept and forbidden"),
    "plan.fixed_note": (
        "L’étude impose ou interdit ces ouvrages ; le plan est cherché parmi ceux qui respectent ce choix, et la "
        "preuve vaut parmi eux.",
        "The study keeps or forbids these works; the plan is sought among those that respect this choice, and the "
        "proof holds among them.",
    ),
    "plan.by_year": ("Ouvrages par année", "Works by year"),
    "plan.sites_of": ("Équipements de {year}", "Equipment of {year}"),
    "plan.routes_of": ("Tracés de {year}", "Routes of {year}"),
    # sensitivity
    "sensitivity.range": ("Fourchette", "Range"),
    "sensitivity.range_is": (
        "Aux prix bas, ce plan coûte {low} hors taxes ; aux prix hauts, {high}.",
        "At low prices this plan costs {low} excl. tax; at high prices, {high}.",
    ),
    "sensitivity.assumed_is": (
        "{share} de l’investissement reposent sur des prix supposés, que personne n’a encore relevés.",
        "{share} of the capital cost rests on assumed prices, which nobody has looked up yet.",
    ),
    "sensitivity.replan": (
        "Ces figures gardent le plan et changent les prix. Ce que d’autres prix changeraient au plan lui-même n’est "
        "pas calculé ici ; la commande « cardio sensitivity {study} » refait le plan à d’autres prix et dit quels "
        "ouvrages restent.",
        "These figures keep the plan and change the prices. What other prices would change in the plan itself is not "
        "computed here; the command “cardio sensitivity {study}” plans again at other prices and says which works "
        "stay.",
    ),
    # sources
    "sources.layers": ("Relevés", "Survey files"),
    "sources.layers_note": (
        "L’empreinte SHA-256 identifie le contenu exact du fichier lu.",
        "The SHA-256 digest identifies the exact content of the file that was read.",
    ),
    "sources.prices": ("Prix", "Prices"),
    "sources.prices_note": (
        "Prix hors taxes de chaque ligne employée, charges de fonctionnement à la fin. Qualité : R lu dans un dépôt "
        "public, X extrait d’une page conservée, M notoire, S fourni par l’étude, A supposé, † milieu calculé par "
        "nous.",
        "Prices excl. tax of each row used, running costs last. Grade: R read in a public repository, X excerpt of a "
        "stored page, M common knowledge, S given by the study, A assumed, † a midpoint of ours.",
    ),
    "sources.assumed": ("supposé", "assumed"),
    # proof
    "proof.checks": ("Recalculé sans le solveur", "Computed again without the solver"),
    "proof.not_proven": ("Ce qui n’est pas prouvé", "What is not proven"),
    "proof.figure": ("Ce qui est minimisé", "What is minimised"),
    "proof.value": ("Coût du plan", "Cost of the plan"),
    "proof.bound": ("Plancher prouvé", "Proven floor"),
    "proof.coverage": ("Couverture du plan (moyenne pondérée)", "Coverage of the plan (weighted mean)"),
    "proof.coverage_bound": ("Plafond prouvé", "Proven ceiling"),
    "proof.gap": ("Écart", "Gap"),
    "proof.status": ("Fin du calcul", "How it ended"),
    "proof.origin": ("Origine de la borne", "Origin of the bound"),
    "proof.origin_dual_ascent": ("ascension duale", "dual ascent"),
    "proof.origin_lp": ("relaxation linéaire", "linear relaxation"),
    "proof.origin_mip": ("recherche arborescente", "branch and bound"),
    "proof.origin_none": ("aucune", "none"),
    "status.optimal": ("optimum prouvé", "proven optimal"),
    "status.within_gap": ("écart demandé atteint", "asked gap reached"),
    "status.limit": ("arrêté à sa limite", "stopped at its limit"),
    "status.cancelled": ("arrêté à la demande", "stopped on request"),
    "status.infeasible": ("aucun plan possible", "no plan possible"),
    "proof.check_connected": (
        "Chaque équipement qui doit l’être est relié au réseau existant par des tracés du plan.",
        "Every piece of equipment that needs it is joined to the existing network by routes of the plan.",
    ),
    "proof.check_served": (
        "Chaque point compté comme desservi l’est par autant de lieux distincts que la cible en demande.",
        "Every point counted as served is served from as many distinct places as its target asks.",
    ),
    "proof.check_loads": (
        "Aucun équipement ne dessert plus qu’il ne peut.",
        "No equipment serves more than it can.",
    ),
    "proof.check_targets": (
        "Chaque part annoncée est recalculée à partir de la demande, et comparée à la cible à son échéance.",
        "Every share told is computed again from the demand, and compared with the target when it is due.",
    ),
    "proof.check_budgets": (
        "Aucun budget de l’étude n’est dépassé, ni au total ni par année.",
        "No budget of the study is exceeded, in all or in any year.",
    ),
    "proof.check_decided": (
        "Les ouvrages imposés y sont, les ouvrages interdits n’y sont pas.",
        "Kept works are in the plan and forbidden works are not.",
    ),
    "proof.check_cost": (
        "La somme des lignes du métré est le coût du plan, au centime.",
        "The lines of the take-off sum to the cost of the plan, to the cent.",
    ),
    "proof.open_prices": (
        "Que les prix seront ceux des marchés : la preuve vaut aux prix de la liste.",
        "That prices will be those of the contracts: the proof holds at the prices of the list.",
    ),
    "proof.open_data": (
        "Que les relevés disent vrai : ce qui n’y est pas, ou y est faux, n’est pas compté.",
        "That the survey is true: what is not in it, or wrong in it, is not counted.",
    ),
    "proof.open_options": (
        "Qu’aucune autre solution n’existe : le plan est comparé aux équipements, lieux et modes de pose que l’étude "
        "permet, et à eux seuls.",
        "That there is no other solution: the plan is compared with the equipment, places and laying methods that the "
        "study allows, and with them alone.",
    ),
    "proof.open_reach": (
        "Que la portée tient sur le terrain : les distances sont des règles de calcul, pas des mesures radio.",
        "That reach holds on the ground: distances are rules of computation, not radio measurements.",
    ),
    # doing it again
    "again.command": ("Commande", "Command"),
    "again.study": ("Fichier d’étude", "Study file"),
    "again.study_sha256": ("SHA-256 de l’étude", "SHA-256 of the study"),
    "again.version": ("Version", "Version"),
    "again.solver": ("Solveur", "Solver"),
    "again.seed": ("Graine", "Seed"),
    "again.made": ("Établi le", "Made on"),
    "again.repeatable": ("Répétable", "Repeatable"),
    "again.same": (
        "Les mêmes fichiers, la même étude et la même version donnent le même plan, au centime.",
        "The same files, study and version give the same plan, to the cent.",
    ),
    "again.stopped": (
        "Ce calcul a été arrêté avant sa fin ; une autre machine, plus rapide ou plus lente, peut s’arrêter sur un "
        "autre plan, vérifié de la même façon.",
        "This run was stopped before its end; another machine, faster or slower, may stop at another plan, verified in "
        "the same way.",
    ),
    "again.where": (
        "À lancer dans le dossier de l’étude ; si les relevés sont ailleurs, ajouter --data DOSSIER. Les empreintes "
        "des relevés sont dans la section Sources.",
        "Run it in the folder of the study; where the survey files lie elsewhere, add --data FOLDER. The digests of "
        "the survey files are in the section Sources.",
    ),
}
