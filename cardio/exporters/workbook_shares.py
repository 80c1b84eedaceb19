"""Works that several services share: each is paid once, and split to the cent by formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cardio.exporters.cells import MONEY, Cell, Column, Formula, Heading, Sheet, cell_range
from cardio.exporters.texts import Words
from cardio.exporters.totals import to_cents
from cardio.exporters.workbook_works import AMOUNTS, SERVICES, WORKS, services_name, sum_where
from gis_layers import CardioError

SHARED = "Shares"
SERVICE, SHARE = "CE"  # columns of the sheet
SEPARATOR = ", "


@dataclass(frozen=True)
class SharedPart:
    """What a service bears of a work that others use too.

    Attributes
    ----------
    work_id, services, service : str
    first_row, last_row : int
        Of its lines on the Works sheet.
    rank : int
        Of the service among those of the work by name, from 0: cents that do not divide go to the first ones.
    count : int
        Services of the work.
    work_cents, cents : int
    """

    work_id: str
    services: str
    service: str
    first_row: int
    last_row: int
    rank: int
    count: int
    work_cents: int
    cents: int


def list_shared(bill: pd.DataFrame) -> list[SharedPart]:
    """Split each work of several services equally among them, as `cardio.sharing` does.

    Raises
    ------
    CardioError
        The lines of a work do not follow each other: a fault of Cardio.
    """
    table = pd.DataFrame(
        {
            "work": bill["kind"].astype(str) + " " + bill["work_id"].astype(str),
            "work_id": bill["work_id"].astype(str),
            "services": bill["services"].astype(str),
            "row": range(2, len(bill) + 2),
            "cents": to_cents(bill["amount_eur"]),
        }
    )
    shared = table[table["services"].str.contains(SEPARATOR, regex=False)]
    works = shared.groupby("work", sort=False).agg(
        work_id=("work_id", "first"),
        services=("services", "first"),
        first=("row", "first"),
        last=("row", "last"),
        lines=("row", "count"),
        cents=("cents", "sum"),
    )
    parts = []
    for work in works.itertuples(index=False):
        if work.last - work.first + 1 != work.lines:
            raise CardioError(f"the lines of work {work.work_id} do not follow each other", "report this as a bug")
        names = sorted(work.services.split(SEPARATOR))
        each, left = divmod(int(work.cents), len(names))
        parts += [
            SharedPart(
                work_id=work.work_id,
                services=work.services,
                service=name,
                first_row=int(work.first),
                last_row=int(work.last),
                rank=rank,
                count=len(names),
                work_cents=int(work.cents),
                cents=each + (rank < left),
            )
            for rank, name in enumerate(names)
        ]
    return parts


def shared_works_sheet(bill: pd.DataFrame, words: Words) -> Sheet:
    """One row a work and service."""
    rows: list[list[Cell]] = [
        [
            part.work_id,
            words.names("services", part.services),
            words.name("services", part.service),
            Formula(f"=SUM({WORKS}!{AMOUNTS}{part.first_row}:{AMOUNTS}{part.last_row})", part.work_cents / 100),
            # whole cents: equal parts, and those left over to the first services by name
            Formula(
                f"=(INT(ROUND(D{row}*100,0)/{part.count})+IF(MOD(ROUND(D{row}*100,0),{part.count})>{part.rank},1,0))/100",
                part.cents / 100,
            ),
        ]
        for row, part in enumerate(list_shared(bill), start=2)
    ]
    columns = [
        Column(words["work"], 36),
        Column(words["services_used_by"], 40),
        Column(words["service"], 24),
        Column(words["amount"], 18, MONEY),
        Column(words["shares.part"], 18, MONEY),
    ]
    return Sheet(columns, rows)


def share_block(bill: pd.DataFrame, above: int, words: Words) -> list[list[Cell]]:
    """Rows of the Estimate sheet: what each service bears, its own works and its part of the shared ones.

    Parameters
    ----------
    above : int
        Rows of the sheet above the block.
    """
    parts = list_shared(bill)
    own, shared = _cents_by_service(bill, parts, words)
    names, first = sorted(own.keys() | shared.keys()), above + 2
    heads = [words["amount"], words["shares.own"], words["shares.part"]]
    rows: list[list[Cell]] = [[Heading(words["service"]), None, None, *(Heading(head) for head in heads)]]
    services, amounts = (cell_range(SHARED, column, len(parts)) for column in (SERVICE, SHARE))
    for row, name in enumerate(names, start=first):
        its_own, its_part = own.get(name, 0), shared.get(name, 0)
        rows.append(
            [
                name,
                None,
                None,
                Formula(f"=E{row}+F{row}", (its_own + its_part) / 100),
                Formula("=" + sum_where(AMOUNTS, len(bill), texts={SERVICES: f"$A{row}"}), its_own / 100),
                Formula(f"=SUMPRODUCT(EXACT({services},$A{row})*{amounts})", its_part / 100),
            ]
        )
    all_own, all_shared = sum(own.values()), sum(shared.values())
    totals = [
        Formula(f"=SUM({letter}{first}:{letter}{first + len(names) - 1})" if names else "=0", cents / 100)
        for letter, cents in (("D", all_own + all_shared), ("E", all_own), ("F", all_shared))
    ]
    return [*rows, [Heading(words["total"]), None, None, *totals]]


def _cents_by_service(
    bill: pd.DataFrame, parts: Sequence[SharedPart], words: Words
) -> tuple[dict[str, int], dict[str, int]]:
    """Amount of each service's own works, and its part of the shared ones."""
    own: dict[str, int] = {}
    for names, cents in zip(bill["services"].astype(str), to_cents(bill["amount_eur"]).tolist(), strict=True):
        if SEPARATOR not in names:
            name = services_name(names, words)
            own[name] = own.get(name, 0) + cents
    shared: dict[str, int] = {}
    for part in parts:
        name = words.name("services", part.service)
        shared[name] = shared.get(name, 0) + part.cents
    return own, shared
