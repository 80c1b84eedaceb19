"""What to build: the integer program, its plan and its proof."""

from optimise.diagnosis import Shortfall, infeasibility, reachable_weight
from optimise.plan import Plan, Solution, Status
from optimise.problem import Problem, TargetRow
from optimise.problem_file import read_problem, write_problem
from optimise.verify import Verification, verify

__all__ = [
    "Plan",
    "Problem",
    "Shortfall",
    "Solution",
    "Status",
    "TargetRow",
    "Verification",
    "infeasibility",
    "reachable_weight",
    "read_problem",
    "verify",
    "write_problem",
]
