"""Words and figures of the map, the report and the workbook, in French and English."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_percent, get_currency_symbol

from cardio.deliverable import Deliverable
from cardio.exporters.alternatives_words import ALTERNATIVES_WORDS
from cardio.exporters.compare_words import COMPARE_WORDS
from cardio.exporters.equity_words import EQUITY_WORDS
from cardio.exporters.figure_words import FIGURE_WORDS
from cardio.exporters.findings_words import FINDINGS_WORDS
from cardio.exporters.front_words import FRONT_WORDS
from cardio.exporters.frontier_words import FRONTIER_WORDS
from cardio.exporters.graph_words import GRAPH_WORDS
from cardio.exporters.kind_words import KIND_WORDS
from cardio.exporters.map_words import MAP_WORDS
from cardio.exporters.method_words import METHOD_WORDS
from cardio.exporters.money_words import MONEY_WORDS
from cardio.exporters.proof_words import PROOF_WORDS
from cardio.exporters.report_words import REPORT_WORDS
from cardio.exporters.sensitivity_words import SENSITIVITY_WORDS
from cardio.exporters.sharing_words import SHARING_WORDS
from cardio.exporters.workbook_words import WORKBOOK_WORDS
from cardio.exporters.written_numbers import write_currency, write_decimal
from cardio.rounding import round_down_share, round_up_share
from cardio.typography import space_currency, typeset_french
from gis_layers import StudyError

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
ABSENT = "–"

# key: (French, English); one line a word, so that neither language can be forgotten
WORDS: dict[str, tuple[str, str]] = {
    # headline
    "plan": ("Plan d’investissement", "Investment plan"),
    "diagnosis": ("Diagnostic : la couverture d’aujourd’hui, sans projet", "Diagnosis: coverage today, without a plan"),
    "check": ("Contrôle des données relevées", "Check of the survey data"),
    "check.errors": ("erreurs", "errors"),
    "check.errors_one": ("erreur", "error"),
    "scenario": ("Scénario", "Scenario"),
    "cost": ("Coût HT", "Cost excl. tax"),
    "capex_excl_tax": ("investissement, hors taxes", "capital cost, excl. tax"),
    "targets_met": ("Cibles atteintes", "Targets met"),
    "count_of": ("{count} sur {total}", "{count} of {total}"),
    # phases
    "year": ("Année", "Year"),
    "phases": ("Plan par année", "Plan by year"),
    "coverage_by_year": ("Couverture par année", "Coverage by year"),
    "share_by_end": ("À la fin de l’année", "By the end of the year"),
    "share_note": (
        "Part desservie à la fin de l’année / part demandée à ce terme.",
        "Share served by the end of the year / share asked by then.",
    ),
    "no_carry": (
        "Ce qu’une année n’a pas dépensé ne passe pas à la suivante.",
        "What a year does not spend does not carry over to the next.",
    ),
    # map
    "today": ("Aujourd’hui", "Today"),
    "with_plan": ("Avec le projet", "With the plan"),
    "layers": ("Légende et couches", "Legend and layers"),
    "new_sites": ("Équipements à installer", "New equipment"),
    "new_routes": ("Tracés à créer", "New routes"),
    "coverage": ("Couverture", "Coverage"),
    "gaps": ("Manques", "Gaps"),
    "gap": ("Sans service", "Not served"),
    "zones": ("Zones et cibles", "Zones and targets"),
    "existing": ("Réseau existant", "Existing network"),
    "base": ("Fond de plan", "Base map"),
    "demand.before": ("Déjà desservi", "Served before"),
    "demand.new": ("Nouvellement desservi", "Newly served"),
    "demand.unserved": ("Non desservi", "Still unserved"),
    "demand.unreachable": ("Hors d’atteinte", "Unreachable"),
    "zone.before": ("Cible déjà atteinte", "Target met before"),
    "zone.new": ("Cible atteinte par le projet", "Target met by the plan"),
    "zone.missed": ("Cible non atteinte", "Target missed"),
    "hexagons": (
        "{points} points regroupés par hexagones ; couleur du plus grand poids",
        "{points} points grouped in hexagons; colour of the greatest weight",
    ),
    "list_separator": (" ; ", "; "),
    "key_of": ("{label} : {value}", "{label}: {value}"),
    # columns
    "id": ("Identifiant", "Id"),
    "option": ("Équipement", "Equipment"),
    "method": ("Mode de pose", "Laying method"),
    "service": ("Service", "Service"),
    "services": ("Services", "Services"),
    "street": ("Voie", "Street"),
    "place": ("Support", "Place"),
    "length": ("Longueur", "Length"),
    "count": ("Nombre", "Count"),
    "why": ("Pourquoi", "Why"),
    "serves": ("Poids desservi", "Weight served"),
    "weight": ("Poids", "Weight"),
    "state": ("État", "State"),
    "nearest_today": ("Le plus proche aujourd’hui", "Nearest today"),
    "none_joined": ("aucun", "none"),
    "provider": ("Desservi par", "Served by"),
    "connection": ("Raccordement", "Connection"),
    "connections": ("Raccordements des usagers", "Connections of served demand"),
    "layer": ("Couche", "Layer"),
    "kind": ("Nature", "Kind"),
    "zone": ("Zone", "Zone"),
    "target": ("Cible", "Target"),
    "required": ("Demandé", "Asked"),
    "before": ("Avant", "Before"),
    "after": ("Après", "After"),
    "reachable": ("Atteignable", "Reachable"),
    "met": ("Atteinte", "Met"),
    "met_in_full": ("Cible finale atteinte", "Final target met"),
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "whole_town": ("toute la commune", "whole town"),
    "total": ("Total", "Total"),
    "path": ("Fichier", "File"),
    "rows_read": ("Lignes lues", "Rows read"),
    "rows_kept": ("Lignes retenues", "Rows kept"),
    # report
    "built": ("Ce qui est construit", "What is built"),
    "built_in_words": (
        "{count} équipements et {length} de tracés nouveaux",
        "{count} pieces of equipment and {length} of new routes",
    ),
    "built_in_words_one": (
        "{count} équipement et {length} de tracés nouveaux",
        "{count} piece of equipment and {length} of new routes",
    ),
    "bill": ("Bordereau des quantités", "Bill of quantities"),
    "bill_note": (
        "Chaque ligne du métré est arrondie au centime ; les totaux sont des sommes de lignes arrondies.",
        "Every line of the take-off is rounded to the cent; totals are sums of rounded lines.",
    ),
    "map": ("Carte", "Map"),
    "picture": ("Plan des ouvrages", "Plan of the works"),
    "target_zones": ("Zones des cibles", "Zones of targets"),
    "interactive_map": ("Carte interactive", "Interactive map"),
    "map_waits": (
        "La carte s’affiche ici dans un navigateur qui permet les scripts.",
        "The map shows here in a browser that allows scripts.",
    ),
    "assumptions": ("Hypothèses", "Assumptions"),
    "provenance": ("Provenance", "Provenance"),
    "made_by": (
        "Cardio {version}, graine {seed}, établi le {created}.",
        "Cardio {version}, seed {seed}, made on {created}.",
    ),
    "targets": ("Cibles", "Targets"),
    **EQUITY_WORDS,
    **FRONT_WORDS,
    **FRONTIER_WORDS,
    **SENSITIVITY_WORDS,
    **GRAPH_WORDS,
    **MAP_WORDS,
    **METHOD_WORDS,
    **MONEY_WORDS,
    **REPORT_WORDS,
    **ALTERNATIVES_WORDS,
    **COMPARE_WORDS,
    **FIGURE_WORDS,
    **FINDINGS_WORDS,
    **PROOF_WORDS,
    **SHARING_WORDS,
    **WORKBOOK_WORDS,
    "unit.each": ("u", "each"),
    "unit.m": ("m", "m"),
    "work.site": ("équipement", "equipment"),
    "work.route": ("tracé", "route"),
    "work.connection": ("raccordement", "connection"),
    **KIND_WORDS,
}
SECTION_OF_WORK = {"site": "options", "route": "laying", "connection": "services"}
KNOWN_STATUS = ("within_gap", "limit", "cancelled")


@dataclass(frozen=True)
class Words:
    """Words and number formats of one language.

    Attributes
    ----------
    language : str
        ``fr`` or ``en``.
    currency : str
        ISO 4217 code; the sign € in the words stands for it.
    labels : mapping
        (section, name) -> how the study wants a name of its own to be shown: ``("services", "public_wifi")``.
    """

    language: str
    currency: str = "EUR"
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.language not in LOCALES:
            raise StudyError(
                f"study.language is {self.language!r}, which the exporters do not speak",
                f"write one of: {', '.join(LOCALES)}",
            )

    def __getitem__(self, key: str) -> str:
        text = typeset_french(WORDS[key][0]) if self.language == "fr" else WORDS[key][1]
        return text if self.currency == "EUR" else text.replace("€", self.currency_sign)

    def counted(self, key: str, count: int, **values: str) -> str:
        """Words of a key with a number in them; those of ``KEY_one`` for the singular: in French also for none."""
        singular = abs(count) < 2 if self.language == "fr" else count == 1
        return self[f"{key}_one" if singular else key].format(count=self.number(count), **values)

    def name(self, section: str, name: str) -> str:
        """Name that the study gives to something of its own, as a title: ``public_wifi`` becomes ``Public wifi``."""
        return self.labels.get((section, name)) or capital(name.replace("_", " ").strip())

    def names(self, section: str, joined: str) -> str:
        """Names of several things, given and returned as one text with commas; an empty text stays empty."""
        return ", ".join(self.name(section, name) for name in joined.split(", ")) if joined else ""

    def listed(self, parts: Iterable[str]) -> str:
        """Join parts that may have commas of their own."""
        return self["list_separator"].join(parts)

    def work_name(self, kind: str, name: str) -> str:
        """Name of what a ``site``, ``route`` or ``connection`` is built by: its option, laying method or service."""
        return self.name(SECTION_OF_WORK[kind], name)

    def weight(self, column: str) -> str:
        """Name of what a service counts; a column without its own word is shown as the study writes it."""
        key = f"weight.{column}"
        return self[key] if key in WORDS else column.replace("_", " ")

    def counts_whole(self, column: str) -> bool:
        """Whether a service's demand is counted in whole things: people, dwellings, ...; others may be any measure."""
        return f"weight.{column}" in WORDS

    def family(self, family: str) -> str:
        """Name of a family of prices; one without its own word is shown as the price list writes it."""
        key = f"family.{family}"
        return self[key] if key in WORDS else family

    def grade(self, grade: str) -> str:
        """Grade of a price with the word for an obsolete one."""
        return grade.replace("obsolete", self["grade.obsolete"])

    @property
    def currency_sign(self) -> str:
        """Sign of the currency in the language, or its code where it has none."""
        return str(get_currency_symbol(self.currency, locale=LOCALES[self.language]))

    def kind(self, kind: str) -> str:
        """Name of a layer kind; a kind without its own word is shown as the study writes it."""
        key = f"kind.{kind}"
        return self[key] if key in WORDS else kind.replace("_", " ")

    def yes_no(self, value: bool | None) -> str:
        """Return yes, no, or a dash where unknown."""
        return ABSENT if value is None else self["yes" if value else "no"]

    def money(self, eur: float | None) -> str:
        """Amount in the currency, to the cent."""
        return (
            ABSENT
            if eur is None or not math.isfinite(eur)
            else write_currency(eur, self.currency, LOCALES[self.language])
        )

    def whole_money(self, eur: float | None) -> str:
        """Amount in the currency, to the whole unit: where cents would only tire the reader."""
        if eur is None or not math.isfinite(eur):
            return ABSENT
        pattern = "#,##0\u00a0¤" if self.language == "fr" else "¤#,##0"
        amount = format_currency(eur, self.currency, pattern, LOCALES[self.language], currency_digits=False)
        return space_currency(str(amount))

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return the number with at most `digits` decimals."""
        if value is None or not math.isfinite(value):
            return ABSENT
        if digits == 0:
            value = round(value)  # as the pattern would, and the same for many
        return write_decimal(value, "#,##0" + ("." + "#" * digits if digits else ""), LOCALES[self.language])

    def price(self, eur: float) -> str:
        """Unit price: at least two decimals, without the sign of the currency."""
        return write_decimal(eur, "#,##0.00##", LOCALES[self.language])

    def quoted(self, name: str) -> str:
        """Name of the study inside a sentence."""
        return f"«\u00a0{name}\u00a0»" if self.language == "fr" else f"“{name}”"

    def day(self, iso: str) -> str:
        """Day of an ISO 8601 date, in figures."""
        return str(format_date(datetime.date.fromisoformat(iso), "dd/MM/yyyy", locale=LOCALES[self.language]))

    def moment(self, iso: str) -> str:
        """Day and minute of an ISO 8601 time, in its own zone."""
        moment = datetime.datetime.fromisoformat(iso)
        return str(format_datetime(moment, "d MMMM yyyy, HH:mm", tzinfo=moment.tzinfo, locale=LOCALES[self.language]))

    def share(self, share: float | None) -> str:
        """Percentage with one decimal, rounded down so that a missed target never looks met."""
        if share is None or not math.isfinite(share):
            return ABSENT
        return self._percent(round_down_share(share))

    def part(self, share: float) -> str:
        """Percentage with one decimal, rounded to the nearest: for parts of a whole."""
        return self._percent(round(share, 3))

    def share_up(self, share: float) -> str:
        """Percentage with two decimals, rounded up: for what must not be understated (a gap)."""
        return self._percent(round_up_share(share))

    def percent(self, rate: float) -> str:
        """Percentage with at most four decimals: for rates that somebody stated."""
        return self._percent(rate, "####")

    def length(self, metres: float) -> str:
        """Metres, or kilometres from 10 km."""
        return f"{self.number(metres / 1000, 1)} km" if metres >= 10_000 else f"{self.number(metres)} m"

    def _percent(self, share: float, decimals: str = "##") -> str:
        pattern = f"#,##0.{decimals}\u00a0%" if self.language == "fr" else f"#,##0.{decimals}%"
        return str(format_percent(share, format=pattern, locale=LOCALES[self.language]))


def words_of(deliverable: Deliverable) -> Words:
    """Return the words in the language, currency and labels of a deliverable."""
    return Words(deliverable.language, deliverable.currency, deliverable.labels)


def words_of_document(document: Mapping[str, Any], language: str) -> Words:
    """Return the words in the currency and labels of a comparison, a frontier, ..."""
    labels = {(section, name): label for section, names in document["labels"].items() for name, label in names.items()}
    return Words(language, document["unit"], labels)


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def join_text(value: Any) -> str:
    """One text of a list, a scalar or nothing (None, NaN)."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(part) for part in value)
    return str(value)
