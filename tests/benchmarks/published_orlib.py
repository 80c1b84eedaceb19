"""The forms of the OR-Library: p-median, capacitated warehouse location, set cover by rows or by columns.

None of them names itself: the number of words tells which one a file can be.
"""

from __future__ import annotations

import numpy as np

from gis_layers import StudyError
from tests.benchmarks.published_instances import Instance, PMedian, SetCover, Warehouses
from tests.benchmarks.published_text import Line, Words

PLACEHOLDER = "capacity"


def read_orlib(lines: list[Line], *, capacity: float | None) -> Instance:
    """Read the instance that the words can be."""
    head = lines[0]
    if len(head.words) == 3:
        return _read_p_median(lines)
    if len(head.words) != 2:
        raise head.complain("the first line is neither 'n m p' (p-median) nor 'm n' (warehouses, set cover)")
    rows, columns = head.whole(0), head.whole(1)
    count = sum(len(line.words) for line in lines)
    if any(word.lower() == PLACEHOLDER for line in lines for word in line.words) or count == _warehouse_words(
        rows, columns
    ):
        return _read_warehouses(lines, capacity)
    by_columns = any(
        len(line.words) >= 2 and line.words[1].isdigit() and len(line.words) == 2 + int(line.words[1])
        for line in lines[1:2]
    )
    return _read_cover_by_columns(lines) if by_columns and len(lines) == columns + 1 else _read_cover(lines)


def _warehouse_words(warehouses: int, customers: int) -> int:
    return 2 + 2 * warehouses + customers * (1 + warehouses)


def _read_p_median(lines: list[Line]) -> PMedian:
    """``n m p``, then m lines ``u v cost``; a pair given again counts as last given."""
    nodes, count, medians = (lines[0].whole(position) for position in range(3))
    cost: dict[tuple[int, int], float] = {}
    for line in lines[1:]:
        if len(line.words) != 3:
            raise line.complain(f"an edge is 'node node cost', found {len(line.words)} words")
        u, v = line.node(0, nodes), line.node(1, nodes)
        cost[min(u, v), max(u, v)] = line.amount(2)
    if len(lines) - 1 != count:
        raise lines[-1].complain(f"{count} edges announced in line {lines[0].number}, {len(lines) - 1} found")
    ends = np.array(list(cost), dtype=np.int64).reshape(-1, 2)
    return PMedian(nodes, medians, ends[:, 0], ends[:, 1], np.array(list(cost.values()), dtype=np.float64))


def _read_warehouses(lines: list[Line], capacity: float | None) -> Warehouses:
    """``m n``, capacity and fixed cost of each warehouse, then demand and m costs of each customer."""
    words = Words(lines)
    warehouses, customers = words.whole("m"), words.whole("n")
    sizes, fixed = np.zeros(warehouses), np.zeros(warehouses)
    for number in range(warehouses):
        line, position = words.take("a capacity")
        if line.words[position].lower() != PLACEHOLDER:
            sizes[number] = line.amount(position)
        elif capacity is None:
            raise StudyError(f"{line.file}, line {line.number}: the capacity is left open", "Give it as --capacity N.")
        else:
            sizes[number] = capacity
        fixed[number] = words.amount("a fixed cost")
    demand, cost = np.zeros(customers), np.zeros((customers, warehouses))
    for number in range(customers):
        demand[number] = words.amount("a demand")
        cost[number] = words.amounts("a cost", warehouses)
    words.end()
    return Warehouses(sizes, fixed, demand, cost)


def _read_cover(lines: list[Line]) -> SetCover:
    """``m n``, n column costs, then for each row how many columns cover it and which."""
    words = Words(lines)
    rows, columns = words.whole("m"), words.whole("n")
    cost = words.amounts("a column cost", columns)
    pairs: list[tuple[int, int]] = []
    for row in range(rows):
        count = words.whole("the number of columns of a row")
        pairs += [(row, words.index("a column", columns)) for _ in range(count)]
    words.end()
    return _make_cover(cost, pairs, rows)


def _read_cover_by_columns(lines: list[Line]) -> SetCover:
    """``m n``, then a line a column: cost, how many rows it covers, which."""
    rows, columns = lines[0].whole(0), lines[0].whole(1)
    cost = np.zeros(columns)
    pairs: list[tuple[int, int]] = []
    for column, line in enumerate(lines[1:]):
        cost[column] = line.amount(0)
        if len(line.words) != 2 + line.whole(1):
            raise line.complain(f"{line.words[1]} rows announced, {len(line.words) - 2} found")
        pairs += [(line.node(position, rows), column) for position in range(2, len(line.words))]
    return _make_cover(cost, pairs, rows)


def _make_cover(cost: np.ndarray, pairs: list[tuple[int, int]], rows: int) -> SetCover:
    unique = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
    return SetCover(cost, unique[:, 0], unique[:, 1], rows)
