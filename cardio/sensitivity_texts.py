"""What ``sensitivity`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cardio.amounts import say_amount
from cardio.certainty_texts import say_doubts_plainly, say_prices_plainly
from cardio.rounding import round_up_share
from cardio.study_yaml import shown
from cardio.texts import STATUS_WORDS

SHOWN_ROWS = 8


def say_sensitivity(document: Mapping[str, Any], folder: Path | None) -> str:
    """Say what the plan may cost, how it fares at other prices, which works stay and which prices matter."""
    scenario = f" [{document['scenario']}]" if document["scenario"] else ""
    unit = document["unit"]
    lines = [
        f"{document['study']}{scenario}",
        "",
        f"cost       {say_amount(document['value'], unit)} ({document['basis']}), gap {_gap(document['gap'])}",
        f"prices     {say_prices_plainly(document, document['unit'])}",
        *_chance_lines(document),
        "",
        f"planned again at {len(document['draws'])} drawn price lists ({document['unit']}; {document['basis']})",
        f"  {'draw':>4} {'this plan':>16} {'best found':>16} {'bound':>16} {'gap':>7} {'regret':>14} "
        f"{'at most':>14} {'best at low':>16} {'at high prices':>16} {'assumed':>7}  best plan",
        *map(_draw_line, document["draws"]),
        "  regret: this plan against the best found; at most: proven, against any plan; this plan as its bill names it",
        "",
        *_regret_lines(document),
        *_work_lines(document),
        *_decide_lines(document),
        "",
        f"status     {document['status']} ({STATUS_WORDS[document['status']]})",
    ]
    if folder is not None:
        lines.append(f"written to {folder}")
    return "\n".join(lines)


def _chance_lines(document: Mapping[str, Any]) -> list[str]:
    spread, unit = document["uncertainty"], document["unit"]
    if not spread["tornado"]:
        return ["chances    not known: the price list gives no range for any price of this plan"]
    doubts = say_doubts_plainly(spread)
    amounts = {name: say_amount(spread[name], unit) for name in ("mean", "p10", "p50", "p80", "p90")}
    lines = [
        f"chances    {spread['basis']}, {spread['draws']:,} draws: mean {amounts['mean']}, half below "
        f"{amounts['p50']}, 8 in 10 below {amounts['p80']}",
        f"           8 in 10 between {amounts['p10']} and {amounts['p90']}; "
        f"{spread['share_above_typical']:.0%} of the draws cost more than typical prices say",
        *([f"           {doubts}"] if doubts else []),
        f"widest     what moves the total when one price alone goes from low to high, {document['unit']}",
    ]
    lines += [
        f"  {row['price_key']:32} {row['low']:>16,.2f} {row['high']:>16,.2f} {row['swing']:>14,.2f}"
        f"{'  assumed' if row['assumed'] else ''}"
        for row in spread["tornado"][:SHOWN_ROWS]
    ]
    return lines


def _draw_line(row: Mapping[str, Any]) -> str:
    best = {None: "none meets the targets", 0: "this plan"}.get(row["best_plan"], f"other plan {row['best_plan']}")
    share = row["share_from_assumed_prices"]
    return (
        f"  {row['draw']:>4} {_plain(row['own_cost']):>16} {_plain(row['value']):>16} {_plain(row['bound']):>16} "
        f"{_gap(row['gap']):>7} {_plain(row['regret_eur']):>14} {_plain(row['regret_at_most_eur']):>14} "
        f"{_plain(row['cost_range']['low']):>16} {_plain(row['cost_range']['high']):>16} "
        f"{'none' if share is None else f'{share:.1%}':>7}  {best}"
    )


def _regret_lines(document: Mapping[str, Any]) -> list[str]:
    own, regret, draws, unit = document["plans"][0], document["regret"], len(document["draws"]), document["unit"]
    lines = [
        f"stays      this plan is the best found in {own['best_in']} of {draws} draws, within "
        f"{_gap(document['gap_asked'])} of it in {own['within_gap_in']}; {len(document['plans'])} plans found in all",
        f"regret     mean {say_amount(regret['mean_eur'], unit)}, most {say_amount(regret['most_eur'], unit)}; proven: "
        f"at most {say_amount(regret['most_at_most_eur'], unit)}",
    ]
    steady = document["steadiest"]
    if steady:  # another than this plan
        row = document["plans"][steady]
        lines.append(
            f"steadiest  other plan {steady}: regret mean {say_amount(row['mean_regret_eur'], unit)}, most "
            f"{say_amount(row['most_regret_eur'], unit)}"
        )
    if own["possible_in"] < draws:
        lines.append(f"budget     in {draws - own['possible_in']} draws this plan breaks a budget")
    return lines


def _work_lines(document: Mapping[str, Any]) -> list[str]:
    own = [row for row in document["works"] if row["in_plan"]]
    others = [row for row in own if row["stays"] != 1.0]
    draws = len(document["draws"])
    lines = [f"works      {len(own) - len(others)} of {len(own)} are in the best plan found of every draw"]
    if other_ways := [row for row in own if row["same_way"] is not None and row["same_way"] < row["draws"]]:
        lines.append(
            f"           {len(other_ways)} routes are laid in another way in some of them (same_way in works.csv)"
        )
    lines += [
        f"  {row['kind']:6} {shown(row['id'])} {row['name']}: in {row['draws']} of {draws}"
        for row in sorted(others, key=lambda row: (row["draws"], row["id"]))[:SHOWN_ROWS]
    ]
    if len(others) > SHOWN_ROWS:
        lines.append(f"  and {len(others) - SHOWN_ROWS} more: --json and works.csv list all")
    return lines


def _decide_lines(document: Mapping[str, Any]) -> list[str]:
    if not document["decide"]:
        return ["decide     no price: in no draw is another plan cheaper"]
    return ["decide     prices that make another plan cheaper (against this plan, sum of draws)"] + [
        f"  {row['price_key']:32} {row['against_plan_eur']:>+16,.2f} {document['unit']} in {row['draws']} draws"
        for row in document["decide"][:SHOWN_ROWS]
    ]


def _gap(gap: float | None) -> str:
    return "none" if gap is None else f"{round_up_share(gap):.2%}"


def _plain(amount: float | None) -> str:
    return "none" if amount is None else f"{amount:,.2f}"
