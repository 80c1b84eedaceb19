"""Solving a problem again at other prices or requirements: from the last plan and its cuts.

Nothing that rests on prices or on requirements carries over: a plan is repaired and priced anew, cuts hold for every
price, and what branching used to gain only orders the search. Bounds are proven at the new prices alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from gis_layers import Progress
from optimise.checks import check_problem
from optimise.compact import Compact
from optimise.compaction import compact_problem
from optimise.cut_route import can_solve, solve_compact
from optimise.kernels import compile_kernels
from optimise.lessons import Lessons
from optimise.plan import Plan, Solution
from optimise.problem import Ints, Problem
from optimise.solve import solve
from optimise.variants import Variant
from optimise.verify import verify


@dataclass(frozen=True)
class Experience:
    """What one solve leaves to the next one of a problem with the same works and the same demands.

    Attributes
    ----------
    candidates : (n,) int
        Equipment of the best plan, as the problem numbers it.
    columns : str
        Digest of what the columns of the cut formulation mean.
    lessons : Lessons
        For a formulation with the same columns.
    """

    candidates: Ints
    columns: str
    lessons: Lessons


class WarmSolver:
    """Solves as `solve`, from what is known; called by `solve_variant` in its place.

    Parameters
    ----------
    known : Experience, optional

    Attributes
    ----------
    learnt : Experience or None
        What the last solve leaves; None where it found no plan, or the problem has parts that learn nothing.
    started_warm : bool
        Whether anything of `known` was used.
    """

    def __init__(self, known: Experience | None = None) -> None:
        self._known = known
        self.learnt: Experience | None = None
        self.started_warm = False

    def __call__(
        self,
        problem: Problem,
        *,
        gap: float,
        time_limit_s: float | None,
        seed: int,
        node_limit: int | None,
        progress: Progress,
    ) -> Solution:
        """Solve a problem; arguments, result and errors as `optimise.solve`."""
        start = time.monotonic()
        compact = _compact(problem)
        if compact is None:
            return solve(
                problem, gap=gap, time_limit_s=time_limit_s, seed=seed, node_limit=node_limit, progress=progress
            )
        progress("solve", None, "preparing")
        compile_kernels()
        columns = digest_columns(compact)
        lessons = recall(self._known, compact, columns)
        self.started_warm = self._known is not None
        solution = solve_compact(
            problem,
            compact,
            gap=gap,
            time_limit_s=None if time_limit_s is None else time_limit_s - (time.monotonic() - start),
            seed=seed,
            node_limit=node_limit,
            progress=progress,
            lessons=lessons,
        )
        solution = replace(solution, seconds=time.monotonic() - start)
        if solution.plan is not None:
            _require_verified(problem, solution.plan)
            self.learnt = Experience(solution.plan.candidates, columns, lessons)
        return solution


def recall(known: Experience | None, compact: Compact, columns: str) -> Lessons:
    """What is known, as far as it means the same on these columns: on others the plan and the multipliers alone.

    Parameters
    ----------
    columns : str
        `digest_columns` of the reduced problem.
    """
    if known is None:
        return Lessons()
    built = np.isin(compact.origin.candidate, known.candidates)
    if known.columns != columns:
        return Lessons(built=built, multiplier=known.lessons.multiplier)
    return replace(known.lessons, built=built, bound=0.0, bound_origin="none")


def digest_problem(problem: Problem | Variant) -> str:
    """Digest of all that a problem states: equal digests, equal problems.

    Of a variant also what its kept works cost, which its own problem does not state.
    """
    whole = hashlib.sha256()
    for part in _parts(problem):
        whole.update(part)
    return whole.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    """Bytes of a part of a problem, each with what tells it from others."""
    if isinstance(value, np.ndarray):
        yield f"array {value.dtype} {value.shape};".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, csr_array):
        for part in (np.array(value.shape), value.indptr, value.indices, value.data):
            yield from _parts(part)
    elif is_dataclass(value):
        yield f"{type(value).__name__};".encode()
        for held in fields(value):
            yield from _parts(getattr(value, held.name))
    elif isinstance(value, tuple):
        yield f"tuple {len(value)};".encode()
        for part in value:
            yield from _parts(part)
    elif value is None or isinstance(value, str | int | float):
        yield f"{type(value).__name__} {value!r};".encode()
    else:
        raise TypeError(f"a problem holds a {type(value).__name__}")


def digest_works(problem: Problem) -> str:
    """Digest of the works and demands of a problem, without prices and requirements.

    Problems of equal digest number the same edges, candidates and demands alike.
    """
    cover = problem.cover
    arrays: list[npt.NDArray[Any]] = [
        problem.existing,
        problem.edge_u,
        problem.edge_v,
        problem.candidate_node,
        problem.candidate_place,
    ]
    arrays += [cover.indptr, cover.indices, cover.data, problem.existing_providers]
    return _digest(arrays)


def _compact(problem: Problem) -> Compact | None:
    """The reduced problem where the cut formulation states it; None where `solve` has to say what is."""
    check_problem(problem)
    return compact_problem(problem) if can_solve(problem) else None


def digest_columns(compact: Compact) -> str:
    """Digest of all that gives the columns of the formulation their meaning, and its rows their terms; no cost."""
    network, cover = compact.network, compact.coverage
    arrays: list[npt.NDArray[Any]] = [
        network.tail,
        network.head,
        cover.node,
        cover.cover_first,
        cover.cover,
        cover.need,
        cover.below,
    ]
    arrays += [cover.slot_first, cover.pair_slot, compact.linked, compact.origin.candidate, *compact.origin.customers]
    return _digest([np.array([network.nodes]), *arrays])


def _digest(arrays: Sequence[npt.NDArray[Any]]) -> str:
    whole = hashlib.sha256()
    for part in _parts(tuple(arrays)):
        whole.update(part)
    return whole.hexdigest()


def _require_verified(problem: Problem, plan: Plan) -> None:
    verification = verify(problem, plan)
    if not verification.ok:
        raise RuntimeError(f"the plan does not pass verification: {'; '.join(verification.complaints)}")
