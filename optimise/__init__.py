"""What to build: the integer program, its plan and its proof."""

from optimise.plan import Plan, Solution, Status
from optimise.problem import Problem, TargetRow

__all__ = ["Plan", "Problem", "Solution", "Status", "TargetRow"]
