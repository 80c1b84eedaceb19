"""The cut formulation: its columns, its small base of rows, and the rows that are added only when violated.

minimise  sum c_a y_a + sum f_i x_i + sum h_j z_j + sum l_ji a_ji   over binary
y (use of an arc, one column a direction), x (candidate), u (host node), z (customer), a (pair of a linked customer,
the same for all customers of one demand), p (place with several candidates of a customer that needs several places).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.compact import ROOT, Compact
from optimise.cut_heuristics import Design
from optimise.problem import Floats, Ints
from optimise.rows import Rows, join_rows


@dataclass(frozen=True)
class Columns:
    """Where each family of columns starts: arcs at 0, candidates, hosts, customers, pairs of linked ones, places.

    Attributes
    ----------
    candidates, hosts, customers, pairs, places, count : int
    pair_column : (P,) int
        Column of each pair of a linked customer; of a pair of another customer, the column of its candidate.
    place_column : (P,) int
        The same with the place's column where the pair's place has one.
    """

    candidates: int
    hosts: int
    customers: int
    pairs: int
    places: int
    count: int
    pair_column: Ints
    place_column: Ints


def lay_columns(compact: Compact) -> Columns:
    """Number the columns."""
    cover = compact.coverage
    candidates = len(compact.network.tail)
    hosts = candidates + len(cover.price)
    customers = hosts + len(compact.hosts)
    pairs = customers + len(cover.connection)
    length = np.diff(cover.cover_first)
    own = np.repeat(compact.linked & (cover.below < 0), length)
    pair_column = np.where(own, pairs - 1 + np.cumsum(own), candidates + cover.cover)
    for customer in np.flatnonzero(compact.linked & (cover.below >= 0)).tolist():
        first, lower = cover.cover_first[customer], cover.cover_first[cover.below[customer]]
        pair_column[first : first + length[customer]] = pair_column[lower : lower + length[customer]]
    places = pairs + int(own.sum())
    place_column = pair_column.copy()
    column_of_place: dict[bytes, int] = {}
    for slot_pairs in _shared_slots(compact, linked=False):
        members = pair_column[slot_pairs]
        place_column[slot_pairs] = column_of_place.setdefault(members.tobytes(), places + len(column_of_place))
    count = places + len(column_of_place)
    return Columns(candidates, hosts, customers, pairs, places, count, pair_column, place_column)


def _shared_slots(compact: Compact, *, linked: bool) -> list[Ints]:
    """Pairs of each place with several candidates of a customer that needs several places."""
    cover = compact.coverage
    customer = np.repeat(np.arange(len(cover.need)), np.diff(cover.cover_first))
    shared = np.bincount(cover.pair_slot, minlength=int(cover.slot_first[-1]))[cover.pair_slot] > 1
    pairs = np.flatnonzero(shared & (cover.need[customer] > 1) & (compact.linked[customer] == linked))
    pairs = pairs[np.argsort(cover.pair_slot[pairs], kind="stable")]
    _, first = np.unique(cover.pair_slot[pairs], return_index=True)
    return np.split(pairs, first[1:]) if len(pairs) else []


def column_costs(compact: Compact, columns: Columns) -> Floats:
    """Cost of each column."""
    cover = compact.coverage
    cost = np.zeros(columns.count)
    cost[: columns.candidates] = compact.network.cost
    cost[columns.candidates : columns.hosts] = cover.price
    cost[columns.customers : columns.pairs] = cover.connection
    linked = columns.pair_column >= columns.pairs
    cost[columns.pair_column[linked]] = cover.pair_cost[linked]
    return cost


def column_bounds(compact: Compact, columns: Columns) -> tuple[Floats, Floats]:
    """Lower and upper bounds: no arc enters the root, customers that must be served are."""
    lower, upper = np.zeros(columns.count), np.ones(columns.count)
    upper[: columns.candidates][compact.network.head == ROOT] = 0.0
    lower[columns.customers : columns.pairs][compact.must_serve] = 1.0
    return lower, upper


def make_rows(row: Ints, column: Ints, value: Floats, count: int) -> Rows:
    """Rows ``sum >= 0`` from triplets."""
    order = np.argsort(row, kind="stable")
    first = np.searchsorted(row[order], np.arange(count + 1))
    return Rows(first, column[order], value[order], np.zeros(count), np.full(count, np.inf))


def base_rows(compact: Compact, columns: Columns) -> Rows:
    """Every row that the model starts with."""
    return join_rows(
        [
            cover_rows(compact, columns),
            target_rows(compact, columns),
            level_rows(compact, columns),
            pair_rows(compact, columns),
            place_rows(compact, columns),
            host_rows(compact, columns),
            entry_rows(compact, columns),
            single_entry_rows(compact, columns),
        ]
    )


def cover_rows(compact: Compact, columns: Columns) -> Rows:
    """(1) A served customer has its providers: sum_i x_i >= n z_j.

    With a_ji for x_i where the customer is linked, and p_P for the candidates of a place that has a column.
    """
    cover = compact.coverage
    customers = np.arange(len(cover.connection))
    customer = np.repeat(customers, np.diff(cover.cover_first))
    at_place = columns.place_column >= columns.places
    first_of_slot = np.zeros(len(customer), dtype=bool)
    first_of_slot[np.unique(cover.pair_slot, return_index=True)[1]] = True
    kept = first_of_slot | ~at_place
    row = np.concatenate([customer[kept], customers])
    column = np.concatenate([columns.place_column[kept], columns.customers + customers])
    value = np.concatenate([np.ones(int(kept.sum())), -cover.need.astype(float)])
    return make_rows(row, column, value, len(customers))


def level_rows(compact: Compact, columns: Columns) -> Rows:
    """A demand served by many is served by fewer: z of the customer below >= z_j."""
    above = np.flatnonzero(compact.coverage.below >= 0)
    row = np.tile(np.arange(len(above)), 2)
    column = columns.customers + np.concatenate([compact.coverage.below[above], above])
    return make_rows(row, column, np.repeat([1.0, -1.0], len(above)), len(above))


def target_rows(compact: Compact, columns: Columns) -> Rows:
    """(2) Weight served: sum_j w_jq z_j >= R_q, divided by the heaviest weight of the row."""
    by_target = compact.weights.T.tocsr()
    heaviest = by_target.max(axis=1).toarray().ravel()
    rows = len(heaviest)
    value = by_target.data / np.repeat(heaviest, np.diff(by_target.indptr))
    column = columns.customers + by_target.indices.astype(np.int64)
    lower = compact.coverage.required / heaviest
    return Rows(by_target.indptr.astype(np.int64), column, value, lower, np.full(rows, np.inf))


def pair_rows(compact: Compact, columns: Columns) -> Rows:
    """A link needs its candidate: a_ji <= x_i."""
    column, first = np.unique(columns.pair_column, return_index=True)
    linked = first[column >= columns.pairs]
    row = np.tile(np.arange(len(linked)), 2)
    column = np.concatenate([columns.candidates + compact.coverage.cover[linked], columns.pair_column[linked]])
    return make_rows(row, column, np.repeat([1.0, -1.0], len(linked)), len(linked))


def place_rows(compact: Compact, columns: Columns) -> Rows:
    """A place counts once: p_P <= sum of its x_i, and sum of the a_ji at one place <= 1."""
    slots = _shared_slots(compact, linked=False)
    place = np.array([columns.place_column[pairs[0]] for pairs in slots], dtype=np.int64)
    first = np.unique(place, return_index=True)[1]
    members = [columns.pair_column[slots[position]] for position in first.tolist()]
    row = _row_of_entry(members)
    offered = make_rows(
        np.concatenate([row, np.arange(len(members))]),
        np.concatenate([*members, place[first]]),
        np.concatenate([np.ones(len(row)), -np.ones(len(members))]),
        len(members),
    )
    links = [columns.pair_column[pairs] for pairs in _shared_slots(compact, linked=True)]
    row = _row_of_entry(links)
    column = np.concatenate([np.zeros(0, dtype=np.int64), *links])
    once = make_rows(row, column, np.ones(len(row)), len(links))
    once = Rows(once.first, once.column, once.value, np.full(len(links), -np.inf), np.ones(len(links)))
    return join_rows([offered, once])


def _row_of_entry(rows: list[Ints]) -> Ints:
    """Number of the row of each entry of the rows side by side."""
    return np.repeat(np.arange(len(rows)), np.array([len(row) for row in rows], dtype=np.int64))


def host_rows(compact: Compact, columns: Columns) -> Rows:
    """(3) A candidate makes its node a host: x_i <= u_v."""
    wired = np.flatnonzero(compact.coverage.node != ROOT)
    host = columns.hosts + compact.host_of_node[compact.coverage.node[wired]]
    row = np.tile(np.arange(len(wired)), 2)
    column = np.concatenate([host, columns.candidates + wired])
    return make_rows(row, column, np.repeat([1.0, -1.0], len(wired)), len(wired))


def entry_rows(compact: Compact, columns: Columns) -> Rows:
    """(5) for S = {v}: a host is entered: y(in(v)) >= u_v."""
    host = compact.host_of_node[compact.network.head]
    arcs = np.flatnonzero(host >= 0)
    hosts = np.arange(len(compact.hosts))
    row = np.concatenate([host[arcs], hosts])
    column = np.concatenate([arcs, columns.hosts + hosts])
    value = np.concatenate([np.ones(len(arcs)), -np.ones(len(hosts))])
    return make_rows(row, column, value, len(hosts))


def single_entry_rows(compact: Compact, columns: Columns) -> Rows:
    """(6) No node is entered twice: y(in(v)) <= 1."""
    del columns
    arcs = np.flatnonzero(compact.network.head != ROOT)
    rows = make_rows(compact.network.head[arcs] - 1, arcs, np.ones(len(arcs)), compact.network.nodes - 1)
    return Rows(rows.first, rows.column, rows.value, np.full(len(rows), -np.inf), np.ones(len(rows)))


def strong_rows(compact: Compact, columns: Columns) -> Rows:
    """(6) A way leads on only from where one arrives, and ends only at a host; added where violated.

    y_vw <= y(in(v) without wv) and y(out(v)) + u_v >= y(in(v)) for each v but the root.
    """
    network = compact.network
    arcs = np.arange(len(network.tail))
    onward = arcs[(network.tail != ROOT) & (network.head != ROOT)]
    degree = np.diff(network.first)[network.tail[onward]]
    row = np.repeat(np.arange(len(onward)), degree)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(degree) - degree, degree)
    arriving = network.out_arc[network.first[network.tail[onward]][row] + offset] ^ 1
    other = arriving != (onward[row] ^ 1)
    leads_on = make_rows(
        np.concatenate([row[other], np.arange(len(onward))]),
        np.concatenate([arriving[other], onward]),
        np.concatenate([np.ones(int(other.sum())), -np.ones(len(onward))]),
        len(onward),
    )
    leaving, entering = arcs[network.tail != ROOT], arcs[network.head != ROOT]
    ends = make_rows(
        np.concatenate([network.tail[leaving], network.head[entering], compact.hosts]) - 1,
        np.concatenate([leaving, entering, columns.hosts + np.arange(len(compact.hosts))]),
        np.concatenate([np.ones(len(leaving)), -np.ones(len(entering)), np.ones(len(compact.hosts))]),
        network.nodes - 1,
    )
    return join_rows([leads_on, ends])


def column_values(compact: Compact, columns: Columns, design: Design) -> Floats:
    """The plan as a point of the model."""
    cover = compact.coverage
    values = np.zeros(columns.count)
    values[design.parent[design.parent >= 0]] = 1.0
    values[columns.candidates : columns.hosts] = design.built
    host = compact.host_of_node[cover.node[design.built]]
    values[columns.hosts + host[host >= 0]] = 1.0
    values[columns.customers : columns.pairs] = design.served
    for customer in np.flatnonzero(compact.linked & design.served).tolist():
        pairs = np.arange(cover.cover_first[customer], cover.cover_first[customer + 1])
        pairs = pairs[design.built[cover.cover[pairs]]]
        pairs = pairs[np.argsort(cover.pair_cost[pairs], kind="stable")]
        cheapest = np.sort(np.unique(cover.pair_slot[pairs], return_index=True)[1])[: cover.need[customer]]
        values[columns.pair_column[pairs[cheapest]]] = 1.0
    counted = (columns.place_column >= columns.places) & design.built[cover.cover]
    values[columns.place_column[counted]] = 1.0
    return values
