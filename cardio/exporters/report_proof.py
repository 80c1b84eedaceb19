"""The sections of the report about proof and about doing it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.exporters.cash import name_figure
from cardio.exporters.headline import make_headline
from cardio.exporters.page import Table
from cardio.exporters.texts import ABSENT, Words

CHECKS = ("connected", "served", "loads", "targets", "budgets", "decided", "cost")
OPEN = ("prices", "data", "options", "reach")


@dataclass(frozen=True)
class ProofSection:
    """What the report says about proof.

    Attributes
    ----------
    sentence : str
        What is proven, with how far the prices can be trusted.
    figures : Table
        Value, bound, gap and where they come from.
    verified : str
        Whether the plan passed verification.
    checks : sequence of str
        What the verifier computed again.
    not_proven : sequence of str
        What no solver can prove.
    """

    sentence: str
    figures: Table
    verified: str
    checks: Sequence[str]
    not_proven: Sequence[str]


def tell_proof(summary: Mapping[str, Any], words: Words) -> ProofSection:
    """Word value, bound and gap, what was verified, and what is not proven."""
    return ProofSection(
        sentence=make_headline(summary, words).proof,
        figures=Table([words["entry"], words["value"]], [list(row) for row in _figures(summary, words)]),
        verified=words["verified" if summary["verified"] else "unverified"],
        checks=[words[f"proof.check_{name}"] for name in CHECKS],
        not_proven=[words[f"proof.open_{name}"] for name in OPEN],
    )


def _figures(summary: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    objective, greedy = summary["objective"], summary["baseline"]["greedy_cost"]
    cost = objective if objective["name"] == "least_cost" else objective["then"]
    if objective["name"] == "most_coverage":
        yield words["proof.coverage"], words.share(objective["value"])
        yield words["proof.coverage_bound"], _shown(objective["bound"], words.share_up)
        yield words["proof.gap"], _shown(objective["gap"], words.share_up)
    if cost is not None:
        yield words["proof.figure"], name_figure(summary, words)
        yield words["proof.value"], words.money(cost["value"])
        yield words["proof.bound"], words.money(cost["bound"])
        yield words["proof.gap"], _shown(cost["gap"], words.share_up)
    if objective["bound_origin"] is not None:
        yield words["proof.origin"], words[f"proof.origin_{objective['bound_origin']}"]
    yield words["proof.status"], words[f"status.{summary['status']}"]
    if greedy is not None:
        yield words["comparison"], words["greedy"].format(cost=words.money(greedy))


def _shown(share: float | None, show: Any) -> str:
    return ABSENT if share is None else str(show(share))


def tell_again(summary: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Label and value of what is needed to find the plan again; the command comes first."""
    run = summary["run"]
    stopped = summary["status"] in ("limit", "cancelled")
    return [
        (words["again.command"], run["command"]),
        (words["again.study"], run["study_file"]),
        (words["again.study_sha256"], summary["study_sha256"]),
        (words["scenario"], str(summary["scenario"] or ABSENT)),
        (words["again.version"], f"Cardio {summary['cardio_version']}"),
        (words["again.solver"], f"{run['solver']} {run['solver_version']}"),
        (words["again.seed"], str(summary["seed"])),
        (words["again.made"], words.moment(summary["created"])),
        (words["again.repeatable"], words["again.stopped" if stopped else "again.same"]),
    ]
