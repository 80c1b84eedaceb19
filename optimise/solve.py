"""One call from a problem to a plan with proof."""

from __future__ import annotations

from collections.abc import Callable

from gis_layers import Progress, silent
from optimise.checks import check_problem
from optimise.cut_route import can_solve, solve_cuts
from optimise.kernels import compile_kernels
from optimise.plan import Solution
from optimise.problem import Problem
from optimise.verify import verify
from optimise.wide_route import solve_wide
from optimise.worth_route import can_solve_worth, solve_worth


def solve(
    problem: Problem,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Solution:
    """Find the least-cost plan that meets every target.

    Problems without optional parts, and most worth within a budget, are solved by the cut formulation on arrays; the
    others by cuts on the rows of the complete program.

    Parameters
    ----------
    problem : Problem
    gap : float
        Stop once (value - bound) / |value| is at most this.
    time_limit_s : float or None
        Stop after this wall time with the best plan so far. Runs that a time limit ended cannot be repeated.
    seed : int
    node_limit : int or None
        Stop after this many branch-and-bound nodes; such a run can be repeated.
    progress : Progress
        Told the cost, bound and gap; stops the solve by raising `CancelledError`, as Ctrl-C does.

    Returns
    -------
    Solution
        Its plan has passed `verify`; its status and bound are what was proven, whatever stopped the run.

    Raises
    ------
    StudyError
        Where the arrays of the problem do not fit together.
    RuntimeError
        Where the plan does not pass `verify`: a bug.
    """
    check_problem(problem)
    progress("solve", None, "preparing")
    compile_kernels()
    route = _route(problem)
    solution = route(problem, gap=gap, time_limit_s=time_limit_s, seed=seed, node_limit=node_limit, progress=progress)
    if solution.plan is not None:
        verification = verify(problem, solution.plan)
        if not verification.ok:
            raise RuntimeError(f"the plan does not pass verification: {'; '.join(verification.complaints)}")
    return solution


def _route(problem: Problem) -> Callable[..., Solution]:
    if can_solve(problem):
        return solve_cuts
    return solve_worth if can_solve_worth(problem) else solve_wide
