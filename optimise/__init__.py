"""What to build: the integer program, its plan and its proof."""

from optimise.alternatives import Alternative, NearOptimal, near_optimal
from optimise.diagnosis import Shortfall, connectable, infeasibility, reachable_places, reachable_weight
from optimise.frontier import FrontierMemory, required_at, solve_frontier
from optimise.heuristics import greedy_plan
from optimise.location import LocationSolution, solve_location, verify_location
from optimise.location_plan import LocationPlan, LocationProblem, cost_step
from optimise.no_regret import SharedWork
from optimise.outage import providers_without
from optimise.plan import Plan, Solution, Status
from optimise.problem import Backhaul, Budget, Capacity, Costs, Phases, Problem, TargetRow, Worth
from optimise.problem_file import read_problem, write_problem
from optimise.solve import solve
from optimise.solvers import SolverInfo, available_solvers
from optimise.ties import Tie, solve_then
from optimise.trace import carried_candidates, cheapest_ways
from optimise.variants import (
    Variant,
    cut_off_candidates,
    keep_and_forbid,
    restore,
    solve_variant,
    verify_variant,
)
from optimise.verify import Verification, verify
from optimise.warm_solver import Experience, WarmSolver, digest_problem, digest_works

__all__ = [
    "Alternative",
    "Backhaul",
    "Budget",
    "Capacity",
    "Costs",
    "Experience",
    "FrontierMemory",
    "LocationPlan",
    "LocationProblem",
    "LocationSolution",
    "NearOptimal",
    "Phases",
    "Plan",
    "Problem",
    "SharedWork",
    "Shortfall",
    "Solution",
    "SolverInfo",
    "Status",
    "TargetRow",
    "Tie",
    "Variant",
    "Verification",
    "WarmSolver",
    "Worth",
    "available_solvers",
    "carried_candidates",
    "cheapest_ways",
    "connectable",
    "cost_step",
    "cut_off_candidates",
    "digest_problem",
    "digest_works",
    "greedy_plan",
    "infeasibility",
    "keep_and_forbid",
    "near_optimal",
    "providers_without",
    "reachable_places",
    "reachable_weight",
    "read_problem",
    "required_at",
    "restore",
    "solve",
    "solve_frontier",
    "solve_location",
    "solve_then",
    "solve_variant",
    "verify",
    "verify_location",
    "verify_variant",
    "write_problem",
]
