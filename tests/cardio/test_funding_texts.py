"""Rules of who pays in words: each with its figures, in both languages."""

from __future__ import annotations

import datetime
from dataclasses import replace

from cardio.funding_texts import say_rules
from costing import Fctva, Funding, Grant, Line, Loan, net_city_cost
from tests.costing.samples import price

GRANTS = (Grant("dsil", 0.5, cap_eur=400.0), Grant("detr", 0.6, until=datetime.date(2028, 1, 1), accounts=("21",)))
FUNDING = Funding(0.2, "fctva", Fctva(accounts=("21",)), GRANTS, own_share_at_least=0.2, loan=Loan(0.5, 0.03, 10))
TRENCH = replace(price("trench", 10.0), account="2153")
COST = net_city_cost([Line("w", "route", TRENCH, 10_000, 100_000)], [2026], FUNDING)


def test_every_rule_is_said_in_english_with_its_figures():
    assert say_rules(COST, FUNDING, "en", "EUR") == (
        "VAT 2026: 20% of €1,000.00 excl. tax = €200.00, borne, compensated by the FCTVA.",
        "FCTVA: eligible accounts 21.",
        "FCTVA: 16.404% of €1,200.00 eligible incl. tax of 2026 = €196.85, paid in 2028.",
        "Grant dsil: 50% of €1,000.00 eligible excl. tax = €500.00, capped at €400.00; awarded €400.00.",
        "Grant detr: 60% of €1,000.00 eligible excl. tax = €600.00, spending of years begun before 2028-01-01, "
        "accounts 21, cut by €200.00 under the ceiling of all grants; awarded €400.00.",
        "Ceiling of all grants: 80% of €1,000.00 excl. tax = €800.00 (the town bears 20% at least); "
        "the last one is cut first.",
        "Net city cost: €1,200.00 incl. tax - €196.85 FCTVA - €800.00 grants = €203.15, undiscounted.",
        "Loan: 50% of the net city cost = €101.58, 10 constant annuities at 3%; it changes no net cost.",
    )


def test_rules_are_said_in_french_and_in_the_currency_of_the_study():
    rules = say_rules(COST, FUNDING, "fr", "EUR")
    assert len(rules) == 8
    assert rules[2].replace("\u202f", " ").replace("\u00a0", " ") == (
        "FCTVA : 16,404 % de 1 200,00 € TTC éligibles de 2026 = 196,85 €, versés en 2028."
    )
    assert "CHF" in say_rules(COST, FUNDING, "en", "CHF")[0]


def test_without_vat_and_funds_two_sentences_say_it():
    plain = Funding()
    cost = net_city_cost([Line("w", "route", price("trench", 10.0), 10_000, 100_000)], [2026], plain)
    assert [rule.replace("\u00a0", "") for rule in say_rules(cost, plain, "en", "CHF")] == [
        "Without VAT 2026: CHF1,000.00.",
        "Net city cost: CHF1,000.00 without VAT, undiscounted.",
    ]
    assert say_rules(cost, plain, "fr", "CHF")[1].endswith("sans TVA, non actualisé.")


def test_what_is_nothing_is_not_taken_off():
    granted = Funding(grants=(Grant("canton", 0.4),))
    cost = net_city_cost([Line("w", "route", price("trench", 10.0), 10_000, 100_000)], [2026], granted)
    assert say_rules(cost, granted, "en", "EUR")[-1] == (
        "Net city cost: €1,000.00 without VAT - €400.00 grants = €600.00, undiscounted."
    )
    deductible = Funding(0.2, "deductible")
    cost = net_city_cost([Line("w", "route", price("trench", 10.0), 10_000, 100_000)], [2026], deductible)
    assert say_rules(cost, deductible, "en", "EUR")[-1] == (
        "Net city cost: €1,200.00 incl. tax - €200.00 VAT got back = €1,000.00, undiscounted."
    )


def test_what_counts_without_an_account_is_said_with_its_amount():
    funding = Funding(0.2, "fctva", Fctva(accounts=("21",)), (Grant("dsil", 0.5, accounts=("2153",)),))
    lines = [
        Line("a", "route", price("trench", 10.0), 10_000, 100_000),
        Line("b", "route", replace(price("duct", 5.0), account="2153"), 10_000, 50_000),
        Line("c", "route", replace(price("mast", 1.0), account="2188"), 10_000, 10_000),
    ]
    cost = net_city_cost(lines, [2026] * 3, funding)
    assert (cost.without_account, cost.grants[0].without_account) == (100_000, 100_000)
    english, french = ("\n".join(say_rules(cost, funding, language, "EUR")) for language in ("en", "fr"))
    assert "eligible accounts 21, and €1,000.00 excl. tax on prices without an account." in english
    assert "accounts 2153 (of which €1,000.00 excl. tax on prices without an account); awarded €750.00" in english
    assert "comptes 2153 (dont 1\u202f000,00\u00a0€ HT de prix sans compte)" in french
    named = net_city_cost(
        [replace(line, price=replace(line.price, account="2153")) for line in lines], [2026] * 3, funding
    )
    assert "account." not in "\n".join(say_rules(named, funding, "en", "EUR"))
    assert net_city_cost(lines, [2026] * 3, Funding(grants=(Grant("all", 0.5),))).grants[0].without_account == 0
