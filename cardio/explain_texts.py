"""What ``explain`` prints."""

from __future__ import annotations

from typing import Any

from cardio.amounts import say_amount
from cardio.certainty_texts import say_prices_plainly
from cardio.rounding import round_down_share, round_up_share
from cardio.study_yaml import shown
from cardio.texts import STATUS_WORDS

LABELS = {
    "forbid": "to forbid it",
    "force": "to force it",
    "one_more": "one percent more",
    "one_less": "one percent less",
}

LEAST_WEIGHT = 0.1  # that is shown: one decimal


def say_explanation(document: dict[str, Any]) -> str:
    """Say what a change costs, who loses service, and how far each solve came."""
    scenario = f" [{document['scenario']}]" if document["scenario"] else ""
    subject = document["subject"]
    lines = [f"{document['study']}{scenario}", ""]
    if "relaxation" in document:
        return "\n".join([*lines, document["message"]])
    lines += _target_lines(subject) if subject["kind"] == "target" else [_work_line(subject, document["unit"])]
    if "loses" in document:
        lines += [f"{'without replanning':20} {text}" for text in _loss_texts(document["loses"])]
    for change in document["changes"]:
        lines += [f"{LABELS[change['what']]:20} {text}" for text in _change_texts(change, document["unit"])]
    lines += ["", f"solves ({document['basis']})"]
    lines += [text for row in document["solves"] for text in _solve_lines(row, document["unit"])]
    return "\n".join(lines)


def _work_line(subject: dict[str, Any], currency: str) -> str:
    state = "in the plan" if subject["in_plan"] else "not in the plan"
    fixed = ", kept by the study" if subject["kept"] else ", forbidden by the study" if subject["forbidden"] else ""
    cost = "" if subject["cost_eur"] is None else f": {say_amount(subject['cost_eur'], currency)}"
    why = f", {subject['why']}" if subject["why"] else ""
    return f"{subject['kind']} {shown(subject['id'])} is {state}{fixed}{cost}{why}"


def _target_lines(subject: dict[str, Any]) -> list[str]:
    return [
        f"target {subject['id']}{_in_zone(row)}: {_share(row['required'])} asked, {_share(row['before'])} today, "
        f"{_share(row['reachable'])} at best"
        for row in subject["shares"]
    ]


def _loss_texts(loses: dict[str, Any]) -> list[str]:
    texts = [f"{name} is lost for {_weight(weight)} of weight" for name, weight in loses["weight"].items() if weight]
    texts += [
        f"target {row['target']}{_in_zone(row)} falls from {_share(row['with'])} to {_share(row['without'])} "
        f"({_share(row['required'])} asked)"
        for row in loses["targets"]
    ]
    return texts or ["nobody loses service"]


def _change_texts(change: dict[str, Any], currency: str) -> list[str]:
    if not change["possible"]:
        impossible = {"forbid": "no plan without it meets the targets: ", "force": "no plan can have it: "}
        return f"{impossible.get(change['what'], '')}{change['reason']}".splitlines()
    texts = [f"{_difference(change, currency)}, {_interval(change, currency)}"]
    shares = sorted({row["at_least"] for row in change.get("shares", ())})
    if shares:
        span = _share(shares[0]) if len(shares) == 1 else f"{_share(shares[0])} to {_share(shares[-1])}"
        texts[0] = f"({span}) {texts[0]}"
    return [*texts, f"({change['note']})"] if change["note"] else texts


def _difference(change: dict[str, Any], currency: str) -> str:
    amount = change["difference_eur"]
    return "no plan found in the time" if amount is None else say_amount(amount, currency, signed=True)


def _interval(change: dict[str, Any], currency: str) -> str:
    low, high = change["at_least_eur"], change["at_most_eur"]
    if low is None and high is None:
        return "nothing proven"
    if low is not None and low == high:
        return "proven"
    least, most = (say_amount(amount, currency, signed=True) for amount in (low, high))
    if high is None:
        return f"proven: at least {least}"
    if low is None:
        return f"proven: at most {most}"
    return f"proven: between {low:+,.2f} and {most}"


def _solve_lines(row: dict[str, Any], currency: str) -> list[str]:
    gap = "none" if row["gap"] is None else f"{round_up_share(row['gap']):.2%}"
    value, bound = (say_amount(row[key], currency) for key in ("value", "bound"))
    prices = say_prices_plainly(row, currency)
    return [
        f"  {row['name']:9} {row['status']} ({STATUS_WORDS[row['status']]}), cost {value}, bound {bound}, gap {gap}, "
        f"{row['seconds']:.1f} s",
        *([f"  {'':9} {prices}"] if prices else []),
    ]


def _in_zone(row: dict[str, Any]) -> str:
    return f" in {shown(row['zone_name'] or row['zone'])}" if row["zone"] is not None else ""


def _weight(weight: float) -> str:
    return f"{weight:,.1f}".removesuffix(".0") if weight >= LEAST_WEIGHT else f"less than {LEAST_WEIGHT}"


def _share(share: float) -> str:
    return f"{round_down_share(share):.1%}"
