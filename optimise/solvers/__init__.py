"""The solvers that are installed: one file each."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.programme import pulp_version
from optimise.solvers import highs


@dataclass(frozen=True)
class SolverInfo:
    """A solver that is installed.

    Attributes
    ----------
    name, version : str
    role : str
        What it is used for.
    """

    name: str
    version: str
    role: str


def available_solvers() -> tuple[SolverInfo, ...]:
    """Solvers by name, with versions; HiGHS makes the plans."""
    return (
        SolverInfo("highs", highs.version(), "solves every plan"),
        SolverInfo("cbc", f"as in PuLP {pulp_version()}", "second opinion in the tests"),
    )
