"""Noding in exact rational arithmetic, pair by pair: the slow reference for tests of the fast one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

Point = tuple[Fraction, Fraction]
Piece = tuple[Point, Point]
Edge = tuple[frozenset[Piece], int]
"""The pieces of an edge and the row it takes its attributes from."""


def node_exactly(paths: Sequence[Sequence[tuple[int, int]]], level_of_row: Sequence[int]) -> set[Edge]:
    """Return the edges of lines with integer coordinates, one line a row, where no gap is closed."""
    rows_of: dict[Piece, set[int]] = defaultdict(set)
    ends: set[Point] = set()
    for row, path in enumerate(paths):
        points = [(Fraction(x), Fraction(y)) for x, y in path]
        ends |= {points[0], points[-1]}
        for a, b in pairwise(points):
            if a != b:
                rows_of[min(a, b), max(a, b)].add(row)
    while True:
        level = {piece: min(level_of_row[row] for row in rows) for piece, rows in rows_of.items()}
        cuts = {piece: set(_cuts(piece, level, ends)) for piece in rows_of}
        if any(cuts.values()):
            cut: dict[Piece, set[int]] = defaultdict(set)
            for piece, rows in rows_of.items():
                for part in pairwise(sorted({*piece, *cuts[piece]})):
                    cut[part] |= rows
            rows_of = cut
            continue
        edges = _dissolve(rows_of)
        more = {end for edge in edges for end in edge[1] if any(_is_inside(end, piece) for piece in rows_of)}
        if more <= ends:
            return {(pieces, _lead_row(rows_of[next(iter(pieces))], level_of_row)) for pieces, _ in edges}
        ends |= more


def _lead_row(rows: Iterable[int], level_of_row: Sequence[int]) -> int:
    return min(rows, key=lambda row: (level_of_row[row], row))


def _turn(a: Point, b: Point, c: Point) -> Fraction:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_inside(point: Point, piece: Piece) -> bool:
    return _turn(*piece, point) == 0 and piece[0] < point < piece[1]


def _cuts(piece: Piece, level: Mapping[Piece, int], ends: set[Point]) -> Iterable[Point]:
    """Yield the places inside a piece at which others meet it."""
    a, b = piece
    for other, other_level in level.items():
        c, d = other
        same_level = other_level == level[piece]
        yield from (point for point in other if (same_level or point in ends) and _is_inside(point, piece))
        from_c, from_d = _turn(a, b, c), _turn(a, b, d)
        if same_level and from_c * from_d < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
            share = from_c / (from_c - from_d)
            yield c[0] + share * (d[0] - c[0]), c[1] + share * (d[1] - c[1])


def _dissolve(rows_of: Mapping[Piece, set[int]]) -> list[tuple[frozenset[Piece], set[Point]]]:
    """Return the pieces and the ends of each edge; a ring without a junction ends at its westernmost vertex."""
    at: dict[Point, list[Piece]] = defaultdict(list)
    for piece in rows_of:
        for point in piece:
            at[point].append(piece)
    through = {p for p, pieces in at.items() if len(pieces) == 2 and rows_of[pieces[0]] == rows_of[pieces[1]]}
    edges, seen = [], set()
    for first in rows_of:
        if first in seen:
            continue
        edge, stack = {first}, [first]
        while stack:
            for point in through.intersection(stack.pop()):
                stack += [piece for piece in at[point] if piece not in edge]
                edge.update(at[point])
        seen |= edge
        points = {point for piece in edge for point in piece}
        edges.append((frozenset(edge), points - through or {min(points)}))
    return edges
