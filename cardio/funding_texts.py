"""The rules of who pays in words, each with its figures, in French or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from babel.numbers import format_currency, format_decimal

from cardio.typography import space_currency, typeset_french
from costing import Funding, Granted, NetCityCost, TaxedSpending, as_decimal, round_cents

Language = Literal["fr", "en"]
LOCALES = {"fr": "fr_FR", "en": "en_GB"}
HUNDRED = Decimal(100)
RULES = {
    "vat": (
        "TVA {year} : {rate} de {excl_tax} HT = {vat}, {regime}.",
        "VAT {year}: {rate} of {excl_tax} excl. tax = {vat}, {regime}.",
    ),
    "no_vat": ("Sans TVA {year} : {excl_tax}.", "Without VAT {year}: {excl_tax}."),
    "regime.deductible": ("déductible : récupérée la même année, sans FCTVA", "deductible: got back, no FCTVA"),
    "regime.compensated": ("à charge, compensée par le FCTVA", "borne, compensated by the FCTVA"),
    "regime.borne": ("à charge, sans compensation", "borne, not compensated"),
    "fctva": (
        "FCTVA : {rate} de {base} TTC éligibles de {year} = {amount}, versés en {paid}.",
        "FCTVA: {rate} of {base} eligible incl. tax of {year} = {amount}, paid in {paid}.",
    ),
    "fctva_accounts": (
        "FCTVA : comptes éligibles {accounts}{without}.",
        "FCTVA: eligible accounts {accounts}{without}.",
    ),
    "fctva_without": (
        ", et {amount} HT de prix sans compte",
        ", and {amount} excl. tax on prices without an account",
    ),
    "fctva_all": (
        "FCTVA : l’étude ne limite pas les comptes éligibles, tous le sont.",
        "FCTVA: the study names no eligible accounts, so all are.",
    ),
    "grant": (
        "Subvention {name} : {rate} de {eligible} HT éligibles = {asked}{until}{accounts}{cap}{cut} ; "
        "accordé {awarded}.",
        "Grant {name}: {rate} of {eligible} eligible excl. tax = {asked}{until}{accounts}{cap}{cut}; "
        "awarded {awarded}.",
    ),
    "until": (", dépenses des années commencées avant le {until}", ", spending of years begun before {until}"),
    "accounts": (", comptes {accounts}{without}", ", accounts {accounts}{without}"),
    "without": (
        " (dont {amount} HT de prix sans compte)",
        " (of which {amount} excl. tax on prices without an account)",
    ),
    "cap": (", plafonnée à {cap}", ", capped at {cap}"),
    "cut": (", réduite de {cut} par le plafond des aides", ", cut by {cut} under the ceiling of all grants"),
    "ceiling": (
        "Plafond des subventions : {rate} de {excl_tax} HT = {ceiling}{why} ; la dernière est réduite en premier.",
        "Ceiling of all grants: {rate} of {excl_tax} excl. tax = {ceiling}{why}; the last one is cut first.",
    ),
    "own_share": (
        " (part de la commune d’au moins {share})",
        " (the town bears {share} at least)",
    ),
    "net": (
        "Reste à charge : {spent}{less}, non actualisé.",
        "Net city cost: {spent}{less}, undiscounted.",
    ),
    "net.incl_tax": ("{amount} TTC", "{amount} incl. tax"),
    "net.no_vat": ("{amount} sans TVA", "{amount} without VAT"),
    "net.back": (" - {amount} TVA récupérée", " - {amount} VAT got back"),
    "net.fctva": (" - {amount} FCTVA", " - {amount} FCTVA"),
    "net.grants": (" - {amount} subventions", " - {amount} grants"),
    "net.left": (" = {amount}", " = {amount}"),
    "loan": (
        "Emprunt : {share} du reste à charge = {capital}, {years} annuités constantes à {rate} ; il ne change pas le "
        "reste à charge.",
        "Loan: {share} of the net city cost = {capital}, {years} constant annuities at {rate}; it changes no net cost.",
    ),
}


@dataclass(frozen=True)
class _Speech:
    language: Language
    currency: str

    def say(self, rule: str, **figures: str) -> str:
        french, english = RULES[rule]
        return (typeset_french(french) if self.language == "fr" else english).format(**figures)

    def money(self, cents: int | Decimal) -> str:
        return space_currency(str(format_currency(Decimal(cents) / 100, self.currency, locale=LOCALES[self.language])))

    def rate(self, rate: Decimal) -> str:
        number = format_decimal(rate * HUNDRED, format="#,##0.####", locale=LOCALES[self.language])
        return f"{number}\u00a0%" if self.language == "fr" else f"{number}%"


def say_rules(
    cost: NetCityCost,
    funding: Funding,
    language: Language,
    currency: str,
    labels: Mapping[tuple[str, str], str] | None = None,
) -> tuple[str, ...]:
    """Say every rule that makes the net cost of the town out of its spending, with its figures."""
    speech = _Speech(language, currency)
    return tuple(_rules(cost, funding, speech, labels or {}))


def _rules(
    cost: NetCityCost, funding: Funding, speech: _Speech, labels: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    for row in cost.taxed:
        yield _vat(row, speech)
    yield from _fctva(cost, funding, speech)
    for granted in cost.grants:
        name = granted.grant.name
        yield _grant(granted, labels.get(("funding.grants", name), name), speech)
    if cost.grants:
        own = as_decimal(funding.own_share_at_least)
        yield speech.say(
            "ceiling",
            rate=speech.rate(funding.ceiling),
            excl_tax=speech.money(cost.excl_tax),
            ceiling=speech.money(cost.ceiling),
            why=speech.say("own_share", share=speech.rate(own)) if own else "",
        )
    yield _net(cost, speech)
    if funding.loan is not None:
        share = as_decimal(funding.loan.share)
        yield speech.say(
            "loan",
            share=speech.rate(share),
            capital=speech.money(round_cents(share * max(cost.total, 0))),
            years=str(funding.loan.years),
            rate=speech.rate(as_decimal(funding.loan.rate)),
        )


def _net(cost: NetCityCost, speech: _Speech) -> str:
    """Say what is left of the spending after all that is taken off it; what is nothing is not said."""
    fctva = sum(cost.fctva.values())
    off = {
        "back": cost.incl_tax - fctva - cost.before_grants,
        "fctva": fctva,
        "grants": sum(row.awarded for row in cost.grants),
    }
    less = [speech.say(f"net.{name}", amount=speech.money(cents)) for name, cents in off.items() if cents]
    if less:
        less.append(speech.say("net.left", amount=speech.money(cost.total)))
    spent = "net.no_vat" if cost.incl_tax == cost.excl_tax else "net.incl_tax"
    return speech.say("net", spent=speech.say(spent, amount=speech.money(cost.incl_tax)), less="".join(less))


def _vat(row: TaxedSpending, speech: _Speech) -> str:
    excl_tax, year = speech.money(row.excl_tax), str(row.year)
    if row.regime == "none":
        return speech.say("no_vat", year=year, excl_tax=excl_tax)
    regime = "deductible" if row.regime == "deductible" else "compensated" if row.compensated else "borne"
    return speech.say(
        "vat",
        year=year,
        rate=speech.rate(row.rate),
        excl_tax=excl_tax,
        vat=speech.money(row.vat),
        regime=speech.say(f"regime.{regime}"),
    )


def _fctva(cost: NetCityCost, funding: Funding, speech: _Speech) -> Iterator[str]:
    fund = funding.fctva
    if fund is None:
        return
    without = _without("fctva_without", cost.without_account, speech)
    yield (
        speech.say("fctva_accounts", accounts=", ".join(fund.accounts), without=without)
        if fund.accounts
        else speech.say("fctva_all")
    )
    for paid, amount in cost.fctva.items():
        year = paid - fund.lag_years
        base = sum(row.excl_tax + row.vat for row in cost.taxed if row.compensated and row.year == year)
        yield speech.say(
            "fctva",
            rate=speech.rate(as_decimal(fund.rate(year))),
            base=speech.money(base),
            year=str(year),
            amount=speech.money(amount),
            paid=str(paid),
        )


def _grant(row: Granted, name: str, speech: _Speech) -> str:
    grant, cut = row.grant, row.capped - row.awarded
    without = _without("without", row.without_account, speech)
    return speech.say(
        "grant",
        name=name,
        rate=speech.rate(as_decimal(grant.rate)),
        eligible=speech.money(sum(row.eligible.values())),
        asked=speech.money(row.asked),
        until="" if grant.until is None else speech.say("until", until=grant.until.isoformat()),
        accounts=speech.say("accounts", accounts=", ".join(grant.accounts), without=without) if grant.accounts else "",
        cap="" if grant.cap_eur is None else speech.say("cap", cap=speech.money(as_decimal(grant.cap_eur) * 100)),
        cut=speech.say("cut", cut=speech.money(cut)) if cut else "",
        awarded=speech.money(row.awarded),
    )


def _without(rule: str, cents: int, speech: _Speech) -> str:
    """Say what counts as eligible only because nobody stated its account; empty where nothing does."""
    return speech.say(rule, amount=speech.money(cents)) if cents else ""
