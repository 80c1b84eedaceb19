"""Who pays, for the report: by year, each grant with what was cut and why, the rules in words, the loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.page import Part, Table
from cardio.exporters.texts import ABSENT, Words

# columns of the entry `funding` of summary.json, and the words above them
YEARLY = {
    "excl_tax_eur": "excl_tax",
    "vat_eur": "vat_eur",
    "incl_tax_eur": "incl_tax",
    "vat_back_eur": "vat_back",
    "fctva_eur": "fctva",
    "grants_eur": "grants_eur",
    "net_city_cost_eur": "net",
}
ALWAYS = ("excl_tax_eur", "incl_tax_eur", "net_city_cost_eur")
OF_LOAN = {
    "drawn_eur": "drawn",
    "interest_eur": "interest",
    "repayment_eur": "repaid",
    "annuity_eur": "paid_annuity",
    "owed_eur": "owed",
}


def funding_parts(deliverable: Deliverable, words: Words) -> list[Part]:
    """Word who pays; nothing where the study does not say."""
    funding = deliverable.summary.get("funding")
    if funding is None:
        return []
    parts = [Part(words["money.funding"], tables=[_by_year(funding, words)], note=words["money.funding_note"])]
    if funding["grants"]:
        parts.append(Part(words["funding.grants"], tables=[_grants(funding["grants"], words)]))
    parts.append(Part(words["money.rules"], items=funding["rules"]))
    if funding["loan"]:
        parts.append(Part(words["money.loan"], tables=[_loan(funding["loan"], words)]))
    return parts


def _by_year(funding: Mapping[str, Any], words: Words) -> Table:
    """One row a year; VAT that is got back and other columns that are nothing throughout are left out."""
    totals = funding["totals"]
    names = [name for name in YEARLY if totals[name] or name in ALWAYS]
    rows = [[str(row["year"]), *(words.money(row[name] or None) for name in names)] for row in funding["by_year"]]
    heads = [words["year"], *(words[f"funding.{YEARLY[name]}"] for name in names)]
    total = [words["total"], *(words.money(totals[name]) for name in names)]
    return Table(heads, rows, frozenset(range(1, len(heads))), total)


def _grants(grants: Sequence[Mapping[str, Any]], words: Words) -> Table:
    rows = [
        [
            words.name("funding.grants", str(row["name"])),
            words.percent(float(row["rate"])),
            *(words.money(row[name]) for name in ("eligible_eur", "asked_eur", "awarded_eur")),
            _cut(row, words),
        ]
        for row in grants
    ]
    heads = [words[f"funding.{name}"] for name in ("grant", "rate", "eligible", "asked", "awarded")]
    awarded = sum(round(100 * row["awarded_eur"]) for row in grants)
    return Table(
        [*heads, words["money.cut"]],
        rows,
        frozenset({1, 2, 3, 4}),
        [words["total"], "", "", "", words.money(awarded / 100), ""],
    )


def _cut(row: Mapping[str, Any], words: Words) -> str:
    """What the cap of the grant and the ceiling of all grants took."""
    over_cap = round(row["asked_eur"] - row["capped_eur"], 2)
    cuts = []
    if over_cap:
        cap = words.money(float(row["cap_eur"]))
        cuts.append(words["money.over_cap"].format(amount=words.money(over_cap), cap=cap))
    if row["cut_eur"]:
        cuts.append(words["money.over_ceiling"].format(amount=words.money(row["cut_eur"])))
    return words.listed(cuts) or ABSENT


def _loan(rows: Sequence[Mapping[str, Any]], words: Words) -> Table:
    heads = [words["year"], *(words[f"funding.{word}"] for word in OF_LOAN.values())]
    cells = [[str(row["year"]), *(words.money(row[name] or None) for name in OF_LOAN)] for row in rows]
    sums = [sum(round(100 * row[name]) for row in rows) / 100 for name in OF_LOAN if name != "owed_eur"]
    total = [words["total"], *map(words.money, sums), ""]
    return Table(heads, cells, frozenset(range(1, 6)), total)
