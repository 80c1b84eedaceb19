"""What the figures of a plan rest on, in words, for the report and the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardio.exporters.texts import Words
from cardio.study import Study
from cardio.study_values import JUNCTIONS
from cardio.typography import typeset_french
from network_model import Item, Laying, Option, Service, Target

# key: (French, English); names without a label stand in them as the study writes them, so that they can be found there
SENTENCES: dict[str, tuple[str, str]] = {
    "study": ("étude", "study"),
    "scenario": ("scénario", "scenario"),
    "crs": ("système de coordonnées", "coordinate system"),
    "version": ("version de Cardio", "Cardio version"),
    "seed": ("graine", "seed"),
    "solver": ("solveur", "solver"),
    "network": ("réseau", "network"),
    "money": ("montants", "money"),
    "service": ("service {name}", "service {name}"),
    "target": ("cible {name}", "target {name}"),
    "option": ("équipement {name}", "equipment {name}"),
    "laying": ("pose {name}", "laying {name}"),
    "solver_is": (
        "{name}, écart admis {gap}, durée limite {limit} s",
        "{name}, accepted gap {gap}, time limit {limit} s",
    ),
    "network_is": (
        "extrémités jointes à moins de {close} m, objets rattachés à moins de {attach} m, réseau existant suivi à "
        "moins de {backbone} m",
        "ends joined within {close} m, features attached within {attach} m, existing network followed within "
        "{backbone} m",
    ),
    "money_is": (
        "{currency}, investissement hors taxes, chaque ligne arrondie au centime",
        "{currency}, capital cost excl. tax, each line rounded to the cent",
    ),
    "service_is": (
        "demande {layer} comptée par {weight}{spread} ; portée {reach}, {within} m au plus",
        "demand {layer} counted by {weight}{spread}; reach {reach}, {within} m at most",
    ),
    "one_each": ("objet", "feature"),
    "spread_over": (", répartie sur {layer}", ", spread over {layer}"),
    "straight_line": ("à vol d’oiseau", "in a straight line"),
    "along_network": ("le long des voies", "along the network"),
    "line_of_sight": ("en vue directe", "in line of sight"),
    "target_is": ("{service} : au moins {share}{where}{providers}", "{service}: at least {share}{where}{providers}"),
    "in_zone": (" dans {zone}", " in {zone}"),
    "in_each": (" dans chaque zone ({layer})", " in each zone of {layer}"),
    "providers": (", depuis {count} lieux distincts", ", from {count} distinct places"),
    "option_is": (
        "{service} sur {sites}{spacing} ; prix {price} ; raccordement : {backhaul}{most}",
        "{service} at {sites}{spacing}; price {price}; backhaul: {backhaul}{most}",
    ),
    "serves_at_most": (" ; dessert au plus {most} chacun", "; serves at most {most} each"),
    "free_places": (" ; dessert au plus ce que dit {column}", "; serves at most what {column} says"),
    "no_price": ("aucun (existant)", "none (exists)"),
    "objective": ("objectif", "objective"),
    "least_cost": ("atteindre toutes les cibles au moindre coût", "meet every target at least cost"),
    "most_coverage": (
        "couvrir le plus possible dans le budget (moyenne des parts, pondérée par l’importance des cibles), puis au "
        "moindre coût",
        "cover the most within the budget (mean of the shares, weighted by the importance of the targets), then at "
        "least cost",
    ),
    "budget": ("budget", "budget"),
    "euros": ("{amount} hors taxes", "{amount} excl. tax"),
    "phase": ("phase {year}", "phase {year}"),
    "no_limit": ("sans limite", "no limit"),
    "phase_share": ("{target} : au moins {share} à la fin de l’année", "{target}: at least {share} by its end"),
    "also": (" ; ", "; "),
    "importance": (" ; importance {importance}", "; importance {importance}"),
    "spacing": (
        ", et le long des voies à {spacing} m au plus l’un de l’autre",
        ", and along routes at most {spacing} m apart",
    ),
    "fibre": ("fibre", "fibre"),
    "junctions": ("carrefours", "junctions"),
    "no_backhaul": ("aucun", "none"),
    "laying_is": ("{along} ; prix {price}", "{along}; price {price}"),
    "attach_where": ("rattachement selon {column}", "attached by {column}"),
    "only_to": ("seulement aux voies avec {values}", "only to routes with {values}"),
    "not_to": ("pas aux voies avec {values}", "not to routes with {values}"),
    "nothing": ("(vide)", "(empty)"),
    "along": ("le long de {layer} à moins de {within} m", "along {layer} within {within} m"),
    "anywhere": ("le long de toute voie", "along any route"),
    "by_column": ("selon {column}", "by {column}"),
    "times": ("{quantity} × {price}", "{quantity} × {price}"),
    "metres_of": ("{quantity} m de {price}", "{quantity} m of {price}"),
    "every": ("{price} tous les {metres} m", "{price} every {metres} m"),
    "else": (", sinon ", ", else "),
}


def list_assumptions(study: Study, summary: Mapping[str, Any]) -> dict[str, str]:
    """List targets, reach rules, laying rules and settings in the language of the study, one line each."""
    text = _Text(study)
    number = text.words.number
    said = {
        text("study"): study.name,
        text("scenario"): study.scenario or "-",
        text("crs"): study.crs,
        text("version"): str(summary["cardio_version"]),
        text("seed"): str(summary.get("seed", study.solver.seed)),
        text("solver"): text(
            "solver_is",
            name=study.solver.name,
            gap=number(study.solver.gap, 6),
            limit=number(study.solver.time_limit_s, 3),
        ),
        text("network"): text(
            "network_is",
            close=number(study.close_gaps_m, 3),
            attach=number(study.attach_within_m, 3),
            backbone=number(study.backbone_within_m, 3),
        ),
        text("money"): text("money_is", currency=study.currency),
    }
    for column, passes in study.attach_where.items():
        values = ", ".join(value or text("nothing") for value in passes.values)
        said[text("attach_where", column=column)] = text("not_to" if passes.exclude else "only_to", values=values)
    said |= _plan(study, text)
    said |= {
        text("service", name=text.entry("services", each.name)): _service(each, text)
        for each in study.services.values()
    }
    said |= {text("target", name=text.entry("targets", each.name)): _target(each, text) for each in study.targets}
    said |= {text("option", name=text.entry("options", each.name)): _option(each, text) for each in study.options}
    said |= {text("laying", name=text.entry("laying", each.name)): _laying(each, text) for each in study.laying}
    return said


def _plan(study: Study, text: _Text) -> dict[str, str]:
    """What is optimised, and within which limits on money."""
    said = {text("objective"): text(study.objective)}
    if study.budget_eur is not None:
        said[text("budget")] = text("euros", amount=text.words.money(study.budget_eur))
    for phase in study.phases:
        limit = (
            text("no_limit") if phase.budget_eur is None else text("euros", amount=text.words.money(phase.budget_eur))
        )
        shares = [
            text("phase_share", target=text.named("targets", name), share=text.words.part(share))
            for name, share in phase.shares.items()
        ]
        said[text("phase", year=str(phase.year))] = text("also").join([limit, *shares])
    return said


class _Text:
    """Sentences and number formats of one language."""

    def __init__(self, study: Study) -> None:
        self.words = Words(study.language, study.currency, study.labels)

    def named(self, section: str, name: str) -> str:
        """Label of something, or its name as the study writes it."""
        return self.words.labels.get((section, name), name)

    def entry(self, section: str, name: str) -> str:
        """Label of something with the name by which it is found in the study."""
        label = self.named(section, name)
        return name if label == name else f"{label} ({name})"

    def layer(self, name: str) -> str:
        """Name of a layer, or of the junctions that stand where layers do."""
        return self("junctions") if name == JUNCTIONS else self.named("layers", name)

    def __call__(self, key: str, **values: str) -> str:
        french, english = SENTENCES[key]
        return (typeset_french(french) if self.words.language == "fr" else english).format(**values)


def _service(service: Service, text: _Text) -> str:
    return text(
        "service_is",
        layer=text.layer(service.demand_layer),
        weight=text.words.weight(service.weight) if service.weight else text("one_each"),
        spread=text("spread_over", layer=text.layer(service.spread_over)) if service.spread_over else "",
        reach=text(service.reach.rule),
        within=text.words.number(service.reach.within_m, 3),
    )


def _target(target: Target, text: _Text) -> str:
    where = ""
    if target.zone_name:
        where = text("in_zone", zone=target.zone_name)
    elif target.in_each:
        where = text("in_each", layer=text.layer(target.in_each))
    providers = text("providers", count=str(target.providers)) if target.providers > 1 else ""
    share = text.words.part(target.at_least)
    said = text(
        "target_is", service=text.named("services", target.service), share=share, where=where, providers=providers
    )
    if target.importance == 1:
        return said
    return said + text("importance", importance=text.words.number(target.importance, 6))


def _option(option: Option, text: _Text) -> str:
    most = ""
    if option.serves_at_most is not None:
        most = text("serves_at_most", most=text.words.number(option.serves_at_most, 3))
    elif option.free_places is not None:
        most = text("free_places", column=option.free_places)
    price = text("no_price") if option.price is None else option.price
    return text(
        "option_is",
        service=text.named("services", option.service),
        sites=", ".join(map(text.layer, option.sites)),
        spacing=text("spacing", spacing=text.words.number(option.spacing_m, 3)) if option.spacing_m else "",
        price=" + ".join(
            [price, *([option.support] if option.support else []), *(_piece_item(item, text) for item in option.items)]
        ),
        backhaul=text(option.backhaul or "no_backhaul"),
        most=most,
    )


def _laying(laying: Laying, text: _Text) -> str:
    if laying.along:
        along = text("along", layer=text.layer(laying.along), within=text.words.number(laying.within_m, 3))
    else:
        along = text("anywhere")
    prices = [text("by_column", column=laying.by_column)] if laying.by_column else []
    prices += [laying.price] if laying.price else []
    items = [_route_item(item, text) for item in laying.items]
    return text("laying_is", along=along, price=" + ".join([text("else").join(prices), *laying.also, *items]))


def _route_item(item: Item, text: _Text) -> str:
    if item.unit == "each":
        return text("every", price=item.price, metres=text.words.number(1 / item.quantity, 2))
    return text("times", price=item.price, quantity=text.words.number(item.quantity, 3))


def _piece_item(item: Item, text: _Text) -> str:
    sentence = "metres_of" if item.unit == "m" else "times"
    return text(sentence, price=item.price, quantity=text.words.number(item.quantity, 2))
