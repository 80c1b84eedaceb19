"""Compiles every kernel of the cut formulation before a clock runs.

On a new machine that takes some 20 s, later a fraction of a second, as the machine code is kept.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.sparse import csr_array

from optimise.cut_route import solve_cuts
from optimise.problem import Problem, TargetRow
from optimise.rows import Rows
from optimise.solvers.first_order import FirstOrderProgram

_SIDE = 4


@cache
def compile_kernels() -> None:
    """Solve a small problem and run the method of large linear programs: they need every kernel; once a process."""
    solve_cuts(_small_town(), gap=0.0, node_limit=1)
    one = np.ones(1)
    row = Rows(np.array([0, 1]), np.zeros(1, np.int64), one, one, np.full(1, np.inf))
    program = FirstOrderProgram(one, np.zeros(1), one, row)
    program.run(time_limit_s=math.inf, on_tick=lambda: None, accuracy=1e-3, chunks=1)


def _small_town() -> Problem:
    """A square grid with a candidate at every other node, each in reach of its neighbours' demand.

    Half of the demand is asked for, and a third of it by two providers, at uneven costs: greedy, dual ascent, cuts and
    repair all have something to do.
    """
    node = np.arange(_SIDE**2).reshape(_SIDE, _SIDE)
    edges = np.concatenate(
        [
            np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1),
            np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1),
        ]
    )
    places = node.ravel()[1::2]
    row, column = np.divmod(node.ravel(), _SIDE)
    near = np.abs(row[:, None] - row[places]) + np.abs(column[:, None] - column[places]) <= 1
    link = csr_array(near.astype(float) * (1.0 + (node.ravel()[:, None] + places) % 3))
    demands, candidates = len(row), len(places)
    return Problem(
        existing=node.ravel() == 0,
        edge_u=edges[:, 0],
        edge_v=edges[:, 1],
        edge_cost=5.0 + (np.arange(len(edges)) % 7).astype(np.float64),
        candidate_node=places,
        candidate_cost=3.0 + (np.arange(candidates) % 4).astype(np.float64),
        candidate_place=np.arange(candidates),
        cover=csr_array(near),
        existing_providers=np.zeros(demands, dtype=np.int64),
        connection_cost=np.zeros(demands),
        link_cost=link,
        targets=(
            TargetRow("half", np.arange(demands), np.ones(demands), demands / 2),
            TargetRow("third", np.arange(demands), np.ones(demands), demands / 3, providers=2),
        ),
        name="kernels",
    )
