"""What to build: the integer program, its plan and its proof."""

from optimise.diagnosis import Shortfall, infeasibility, reachable_weight
from optimise.heuristics import greedy_plan
from optimise.plan import Plan, Solution, Status
from optimise.problem import Problem, TargetRow
from optimise.problem_file import read_problem, write_problem
from optimise.solve import solve
from optimise.solvers import SolverInfo, available_solvers
from optimise.trace import carried_candidates
from optimise.verify import Verification, verify

__all__ = [
    "Plan",
    "Problem",
    "Shortfall",
    "Solution",
    "SolverInfo",
    "Status",
    "TargetRow",
    "Verification",
    "available_solvers",
    "carried_candidates",
    "greedy_plan",
    "infeasibility",
    "reachable_weight",
    "read_problem",
    "solve",
    "verify",
    "write_problem",
]
