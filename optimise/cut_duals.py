"""A bound that is true however rough the duals are from which it is made.

For rows ``l <= A x <= u``, columns ``p <= x <= q`` (finite) and any row duals r, weak duality gives
min c x >= sum_i (r_i l_i where r_i > 0, r_i u_i where r_i < 0) + sum_j min(d_j p_j, d_j q_j),  d = c - A^T r;
duals of a sign that its row has no side for count as 0 (Neumaier and Shcherbina 2004).
"""

from __future__ import annotations

import numpy as np

from optimise.problem import Floats
from optimise.rows import Rows


def safe_bound(rows: Rows, cost: Floats, lower: Floats, upper: Floats, row_dual: Floats) -> tuple[float, Floats]:
    """Bound on the least cost, and the reduced costs that belong to it.

    Moving column j from its better bound to the other one costs at least ``|d_j| (q_j - p_j)`` more than the bound.

    Parameters
    ----------
    rows : Rows
    cost, lower, upper : (n,) float
    row_dual : (rows,) float
        Any values.

    Returns
    -------
    bound : float
    reduced_cost : (n,) float
    """
    usable = np.where(row_dual > 0, np.isfinite(rows.lower), np.isfinite(rows.upper))
    dual = np.where(usable, row_dual, 0.0)
    spread = np.repeat(dual, np.diff(rows.first)) * rows.value
    reduced_cost: Floats = cost - np.bincount(rows.column, weights=spread, minlength=len(cost))
    side = np.where(dual > 0, rows.lower, rows.upper)[dual != 0]
    columns = np.where(reduced_cost > 0, lower, upper) * reduced_cost
    return float(side @ dual[dual != 0] + columns.sum()), reduced_cost
