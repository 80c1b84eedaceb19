"""The levels of coverage that ``frontier`` asks for: today, equal steps to all that can be reached, the study's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects
from cardio.relaxation import SHARE_TOLERANCE
from gis_layers import UnreachableTargetError
from network_model import TargetCoverage
from optimise import required_at

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Level:
    """One point of the frontier.

    Attributes
    ----------
    kind : str
        ``today`` (nothing more than what is served today), ``level`` of the curve, or ``study``: the targets as asked.
    level : float or None
        Part of what can still be reached that every moved target gets, 0 to 1; None for the study's own targets.
    required : (T,) float
        Weight required of each row of the targets.
    share : float
        Mean over the moved targets of the share asked of each, all its zones together.
    asked : bool
        Whether these are the targets as the study asks them.
    """

    kind: str
    level: float | None
    required: Floats
    share: float
    asked: bool


def make_levels(prospects: Prospects, moved: Sequence[str], points: int) -> list[Level]:
    """Today, equal steps to all that can be reached, and the study's own targets, by the share that they ask."""
    rows = prospects.coverage
    moves = np.array([row.scope.target in moved and row.scope.total > 0 for row in rows], dtype=bool)
    if not any(row.reachable > row.before + SHARE_TOLERANCE for row, own in zip(rows, moves, strict=True) if own):
        words = "target" if len(moved) == 1 else "targets"
        raise UnreachableTargetError(
            f"{words} {', '.join(moved)}: nothing that could be built serves more than is served today",
            "cardio diagnose lists the gaps",
        )
    problem = prospects.variant.problem
    own = np.array([row.scope.required * row.scope.total for row in rows])
    behind = np.zeros(len(problem.targets) - len(rows), dtype=bool)  # the rows behind stand for kept works
    levels = []
    for number in range(points + 1):
        required = required_at(problem, number / points, np.append(moves, behind))[: len(rows)]
        levels.append(Level("level" if number else "today", number / points, required, 0.0, False))
    near = [level for level in levels if np.allclose(level.required, own, rtol=SHARE_TOLERANCE, atol=0.0)]
    if near:
        levels[levels.index(near[0])] = replace(near[0], asked=True)
    else:
        levels.append(Level("study", None, own, 0.0, True))
    levels = [replace(level, share=_mean_share(rows, moves, level.required)) for level in levels]
    return sorted(levels, key=lambda level: level.share)


def levels_to_targets(prospects: Prospects, parts: Sequence[float]) -> list[Level]:
    """Parts of the way from today to what each target asks, 0 to 1; targets that are met today stay as they are.

    Raises
    ------
    ValueError
        Every target is met today.
    """
    rows = prospects.coverage
    there = np.array([row.before * row.scope.total for row in rows])
    own = np.array([row.scope.required * row.scope.total for row in rows])
    moves = own > there
    if not moves.any():
        raise ValueError("every target is met today")
    levels = []
    for part in parts:
        required = np.where(moves, there + part * (own - there), own)
        share = _mean_share(rows, moves, required)
        levels.append(Level("level" if part else "today", part, required, share, part == 1.0))
    return levels


def _mean_share(rows: Sequence[TargetCoverage], moves: Bools, required: Floats) -> float:
    """Mean over the moved targets of the share asked of each; what is served today counts where less is asked."""
    there = np.array([row.before * row.scope.total for row in rows])
    total = np.array([row.scope.total for row in rows])
    names = np.array([row.scope.target for row in rows], dtype=object)
    shares = []
    for name in dict.fromkeys(names[moves].tolist()):
        own = moves & (names == name)
        shares.append(float(np.maximum(required, there)[own].sum() / total[own].sum()))
    return math.fsum(shares) / len(shares)
