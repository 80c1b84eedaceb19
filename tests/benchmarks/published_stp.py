"""Steiner trees: the PACE form (.gr) and the SteinLib form (.stp), also with prizes.

Sections ``Graph`` and ``Terminals`` matter; those that only describe (comment, coordinates, tree decomposition, ...)
are skipped; one that changes the problem (directed arcs, degrees, obstacles, vertex weights) is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gis_layers import StudyError
from tests.benchmarks.published_instances import SteinerTree
from tests.benchmarks.published_text import Line

SKIPPED = {"comment", "comments", "coordinates", "tree", "tree decomposition", "solution", "finalsolution"}
FIRST_WORDS = {"section", "33d32945"}


@dataclass
class _Draft:
    """What the lines so far say."""

    nodes: int | None = None
    edges: int | None = None
    terminals: int | None = None
    ends: list[tuple[int, int]] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    prize: dict[int, float] = field(default_factory=dict)
    with_prizes: bool = False


def is_stp(lines: list[Line]) -> bool:
    """Whether the file has the sections of a Steiner tree file."""
    return any(line.words[0].lower() in FIRST_WORDS for line in lines[:50])


def read_stp(lines: list[Line]) -> SteinerTree:
    """Read the sections in the order in which they come."""
    draft, section, opened = _Draft(), "", lines[0]
    seen: set[str] = set()
    for line in lines:
        word = line.words[0].lower()
        if not section:
            if word == "eof":
                break
            if word == "section" and len(line.words) > 1:
                section, opened = " ".join(line.words[1:]).lower(), line
                if section in seen:
                    raise line.complain(f"a second section {section!r}")
                seen.add(section)
            elif word != "33d32945" and not _is_comment(line):
                raise line.complain(f"{line.words[0]!r} outside any section")
        elif word == "end":
            section = ""
        elif section == "graph":
            _read_graph(draft, line)
        elif section == "terminals":
            _read_terminal(draft, line)
        elif section == "presolve":
            if word == "fixed" and line.amount(1) != 0:
                raise line.complain("costs fixed before the file was written are not supported")
        elif section not in SKIPPED:
            raise opened.complain(f"section {section!r} is not supported")
    if section:
        raise lines[-1].complain(f"section {section!r} of line {opened.number} has no END")
    return _finish(draft, lines[-1])


def _is_comment(line: Line) -> bool:
    return line.words[0].lower() == "c" or line.words[0].startswith("#")


def _read_graph(draft: _Draft, line: Line) -> None:
    word = line.words[0].lower()
    if word == "e":
        if draft.nodes is None:
            raise line.complain("an edge before the line 'Nodes'")
        if len(line.words) != 4:
            raise line.complain(f"an edge is 'E node node cost', found {len(line.words)} words")
        draft.ends.append((line.node(1, draft.nodes), line.node(2, draft.nodes)))
        draft.costs.append(line.amount(3))
    elif word == "nodes":
        draft.nodes = line.whole(1)
    elif word == "edges":
        draft.edges = line.whole(1)
    elif not (_is_comment(line) or (word == "obstacles" and line.whole(1) == 0)):
        raise line.complain(f"{line.words[0]!r} in section 'graph' is not supported")


def _read_terminal(draft: _Draft, line: Line) -> None:
    word = line.words[0].lower()
    if word == "terminals":
        draft.terminals = line.whole(1)
    elif word in {"t", "tp", "root", "rootp"}:
        if draft.nodes is None:
            raise line.complain("a terminal before the section 'graph'")
        node = line.node(1, draft.nodes)
        prize = line.amount(2) if word == "tp" else math.inf
        draft.with_prizes |= word in {"tp", "rootp"}
        if word == "tp" and draft.prize.get(node, math.inf) != math.inf:
            raise line.complain(f"a second prize for vertex {node + 1}")
        draft.prize[node] = max(prize, draft.prize.get(node, 0.0))
    elif not _is_comment(line):
        raise line.complain(f"{line.words[0]!r} in section 'terminals' is not supported")


def _finish(draft: _Draft, last: Line) -> SteinerTree:
    if draft.nodes is None:
        raise last.complain("no section 'graph' with a line 'Nodes'")
    if draft.edges is not None and draft.edges != len(draft.ends):
        raise last.complain(f"{draft.edges} edges announced, {len(draft.ends)} found")
    if draft.terminals is None and not draft.prize:
        raise last.complain("no section 'terminals'")
    ends = np.array(draft.ends, dtype=np.int64).reshape(-1, 2)
    instance = SteinerTree(
        nodes=draft.nodes,
        edge_u=ends[:, 0],
        edge_v=ends[:, 1],
        edge_cost=np.array(draft.costs, dtype=np.float64),
        terminals=np.array(list(draft.prize), dtype=np.int64),
        prize=np.array(list(draft.prize.values()), dtype=np.float64),
        with_prizes=draft.with_prizes,
    )
    if draft.terminals is not None and not 0 <= draft.terminals - len(draft.prize) <= 1 + draft.with_prizes:
        raise StudyError(
            f"{last.file}: {draft.terminals} terminals announced, {len(draft.prize)} found", "Correct the file."
        )
    return instance
