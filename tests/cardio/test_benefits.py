"""What the money of a plan buys: euros for each unit newly served, and paybacks."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.benefits import Payback
from cardio.exporters.money_benefits import say_payback
from cardio.exporters.texts import Words
from cardio.run import run_study
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

LEASE = """
lease: {label: Lease of a duct, unit: m, typical: 5, opex: rent, source: offer of 2026}
rent: {label: Rent of a duct, unit: m/year, typical: 2, source: offer of 2026}
trench_soil: {label: Trench in soil, unit: m, typical: 15, opex: %s, source: quote of 2026}
trench_paved: {label: Trench in stone, unit: m, typical: 250, opex: %s, source: quote of 2026}
"""
RADIO = """
radio: {label: Radio link, unit: each, typical: 500, opex: fee, source: offer of 2026}
fee: {label: Fee of a radio link, unit: each/year, typical: 300, source: offer of 2026}
closure: {label: Splice closure, unit: each, typical: 800, opex: none, source: offer of 2026}
"""


def benefits(folder: Path, study: str, prices: str) -> dict[str, Any]:
    result = run_study(write_tiny_town(folder / "town", study=study, prices=prices), out=folder / "plan")
    entry: dict[str, Any] = result.summary["benefits"]
    return entry


def leasing(folder: Path, opex: str) -> dict[str, Any]:
    study = STUDY.replace("laying:\n", "laying:\n  lease: {price: lease}\n")
    return benefits(folder, study, PRICES + LEASE % (opex, opex))


def test_a_unit_newly_served_costs_what_its_service_costs(tmp_path: Path) -> None:
    rows = {row["service"]: row for row in benefits(tmp_path, STUDY, PRICES)["reached"]}
    # by hand: fibre 17,300 - 9,400 EUR for two schools; two meters of 4,700 EUR for 40 places
    assert rows["fibre_access"] == {
        "service": "fibre_access",
        "weight": None,
        "served_before": 0.0,
        "served_after": 2.0,
        "newly_served": 2.0,
        "capex": 7_900.0,
        "capex_per_newly_served": 3_950.0,
    }
    assert (rows["parking_payment"]["newly_served"], rows["parking_payment"]["capex_per_newly_served"]) == (40.0, 235.0)


def test_a_service_that_gains_nothing_has_no_price_a_unit(tmp_path: Path) -> None:
    study = STUDY.replace("at_least: 0.5, in_each", "at_least: 0.0, in_each")
    rows = {row["service"]: row for row in benefits(tmp_path, study, PRICES)["reached"]}
    assert rows["parking_payment"]["newly_served"] == 0
    assert rows["parking_payment"]["capex_per_newly_served"] is None


def test_a_trench_repays_itself_by_the_rent_that_it_saves(tmp_path: Path) -> None:
    (row,) = leasing(tmp_path, "none")["paybacks"]
    # leased wherever it goes: the shortest way is as long by any street, 400 m in all
    assert (row["kind"], row["chosen"], row["other"], row["length_m"]) == ("laying", "lease", "trench", 400.0)
    assert (row["chosen_capex"], row["chosen_opex_per_year"]) == (2_000.0, 800.0)
    assert row["other_opex_per_year"] == 0.0
    assert row["dearer_to_build"] == "trench"
    assert row["years"] == pytest.approx((row["other_capex"] - 2_000) / 800, abs=0.005)


def test_running_costs_that_nobody_states_are_no_saving(tmp_path: Path) -> None:
    study = STUDY.replace("laying:\n", "laying:\n  lease: {price: lease}\n")
    prices = PRICES + (LEASE % ("x", "x")).replace("opex: x, ", "")
    (row,) = benefits(tmp_path, study, prices)["paybacks"]
    assert row["years"] is None
    unstated = row["opex_not_stated"]
    assert set(unstated) & {"trench_soil", "trench_paved"}
    # the trench is not in the plan, and yet the report calls its prices by their labels
    labels = {"trench_soil": "Trench in soil", "trench_paved": "Trench in stone"}
    told = f"running costs are not stated for {'; '.join(labels[key] for key in unstated)}, so no payback is given"
    assert told in (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")


def test_radio_is_compared_with_the_dig_that_it_spares(tmp_path: Path) -> None:
    study = STUDY.replace(
        "  meter:", "  radio: {service: fibre_access, sites: [junctions], price: radio, backhaul: none}\n  meter:"
    ).replace("plan: {", "plan: {keep: [KEPT], ")
    box = run_study(write_tiny_town(tmp_path / "first", prices=PRICES)).deliverable
    assert box is not None
    boxes = [name for name in box.sites["id"] if name.startswith("box@")]
    kept = study.replace("KEPT", ", ".join(f"'{name}'" for name in boxes))
    prices = PRICES + RADIO + LEASE % ("none", "none")
    prices = "\n".join(line for line in prices.splitlines() if "no source" not in line or "closure" not in line)
    rows = benefits(tmp_path / "second", kept, prices)["paybacks"]
    (row,) = [row for row in rows if row["kind"] == "option"]
    # two boxes and 400 m of trench in soil against two radios and their fees
    assert (row["chosen"], row["other"], row["count"]) == ("box", "radio", 2)
    assert (row["chosen_capex"], row["other_capex"]) == (7_600.0, 1_000.0)
    assert (row["chosen_opex_per_year"], row["other_opex_per_year"]) == (0.0, 600.0)
    assert row["years"] == 11.0


LIVES = """
lease: {label: Lease of a duct, unit: m, typical: 5, opex: rent, lifetime_years: 10, source: offer of 2026}
rent: {label: Rent of a duct, unit: m/year, typical: 2, source: offer of 2026}
trench_soil: {label: Trench in soil, unit: m, typical: 15, opex: none, lifetime_years: %s, source: quote of 2026}
trench_paved: {label: Trench in stone, unit: m, typical: 250, opex: none, lifetime_years: 40, source: quote of 2026}
"""


@pytest.mark.parametrize(("years", "again"), [(40, "lease"), (4, "trench"), (10, None)])
def test_what_is_bought_again_sooner_is_told(tmp_path: Path, years: int, again: str | None) -> None:
    study = STUDY.replace("laying:\n", "laying:\n  lease: {price: lease}\n")
    (row,) = benefits(tmp_path, study, PRICES + LIVES % years)["paybacks"]
    assert (row["chosen_lifetime_years"], row["other_lifetime_years"], row["bought_again"]) == (10, years, again)
    # repaid after some 5 years, or much later over the paved street: a trench of 4 years is gone before
    assert row["longer_than_lifetime"] == (row["years"] > years)
    page = html.unescape((tmp_path / "plan" / "report.html").read_text(encoding="utf-8"))
    assert ("bought again sooner, which is not counted here" in page) == (again is not None)
    sheet = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")["Benefits"]
    (told,) = [line for line in sheet.iter_rows(values_only=True) if line[:2] == ("Lease", "Trench")]
    assert told[9:12] == (10, years, again)


@pytest.mark.parametrize(
    ("radio", "mast", "compared"),
    [("", "", 2), (", serves_at_most: 4", ", serves_at_most: 4", 2), (", serves_at_most: 4", "", 0)],
)
def test_equipment_that_may_serve_less_is_not_compared(tmp_path: Path, radio: str, mast: str, compared: int) -> None:
    kind = "{service: fibre_access, sites: [junctions], price: %s, backhaul: none%s}"
    options = f"  radio: {kind % ('radio', radio)}\n  mast: {kind % ('closure', mast)}\n"
    study, prices = STUDY.replace("  meter:", f"{options}  meter:"), PRICES + RADIO.partition("closure")[0]
    rows = benefits(tmp_path, study, prices)["paybacks"]
    counts = [row["count"] for row in rows if (row["chosen"], row["other"]) == ("radio", "mast")]
    assert sum(counts) == compared


def test_amounts_name_their_basis(tmp_path: Path) -> None:
    assert benefits(tmp_path, STUDY, PRICES)["basis"] == "capex excl. tax, common routes split equally"


PAYBACK = Payback("laying", "trench", "leased_duct", 3, 400.0, 600_000, 200_000, 0, 80_000)


@pytest.mark.parametrize(
    ("lifetimes", "ends"),
    [
        ((40, 40), "The plan has “Trench”."),
        (
            (40, 10),
            "“Leased duct” lasts 10 years and “Trench” 40: it is bought again sooner, which is not counted here.",
        ),
        ((4, 4), "That is longer than “Trench” lasts (4 years), which is bought again before."),
        ((None, 8), "how long “Trench” lasts is not stated."),
        ((None, None), "The plan has “Trench”."),
    ],
)
def test_lifetimes_are_told_where_they_matter(lifetimes: tuple[int | None, int | None], ends: str) -> None:
    payback = replace(PAYBACK, chosen_lifetime_years=lifetimes[0], other_lifetime_years=lifetimes[1])
    assert say_payback(payback, Words("en")).endswith(ends)
    assert say_payback(payback, Words("fr")).count("ans") >= 1
