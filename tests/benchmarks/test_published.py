"""Published forms: every one read, solved to the optimum of enumeration, written as a plan that recomputes."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.published import main
from tests.benchmarks.published_instances import PMedian, SetCover, SteinerTree, Warehouses
from tests.benchmarks.published_readers import read_instance
from tests.benchmarks.published_steiner import steiner_cost

FIELDS = ["instance", "sha256", "problem", "objective", "bound", "gap", "bound_origin", "root_bound", "nodes", "cuts"]
FIELDS += ["seconds", "cpu_seconds", "primal_integral", "seed", "threads", "status", "plan"]

Run = Callable[..., tuple[dict[str, object], dict[str, list[int]]]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Solve a text as a file; return its line and plan."""

    def solve(text: str, *options: str) -> tuple[dict[str, object], dict[str, list[int]]]:
        file, plan = tmp_path / "instance.txt", tmp_path / "plan.json"
        file.write_text(text, encoding="utf-8")
        plan.unlink(missing_ok=True)
        assert main([str(file), "--plan", str(plan), *options]) == 0
        line = json.loads(capsys.readouterr().out)
        assert set(FIELDS) <= set(line)
        return line, json.loads(plan.read_text(encoding="utf-8")) if plan.exists() else {}

    return solve


def stp(nodes: int, edges: list[tuple[int, int, float]], terminals: list[str]) -> str:
    """A Steiner tree file; nodes of edges from 0."""
    rows = [f"E {u + 1} {v + 1} {cost!r}" for u, v, cost in edges]
    graph = ["SECTION Graph", f"Nodes {nodes}", f"Edges {len(edges)}", *rows, "END"]
    return "\n".join([*graph, "", "SECTION Terminals", f"Terminals {len(terminals)}", *terminals, "END", "EOF", ""])


def random_tree_text(seed: int, *, kind: str) -> str:
    """A small graph with loops, parallel and free edges and lonely vertices; kind: steiner, rooted or unrooted."""
    rng = np.random.default_rng(seed)
    nodes, count = int(rng.integers(2, 8)), int(rng.integers(1, 11))
    costs = rng.integers(0, 12, count) * float(rng.choice([1, 1, 0.37, 1e9]))
    ends = rng.integers(0, nodes, (count, 2)).tolist()
    edges = [(u, v, float(cost)) for (u, v), cost in zip(ends, costs, strict=True)]
    chosen = rng.permutation(nodes)[: int(rng.integers(1, 5))].tolist()
    if kind == "steiner":
        return stp(nodes, edges, [f"T {v + 1}" for v in chosen])
    high = float(costs.max(initial=1.0)) + 1
    prizes = [f"TP {v + 1} {round(float(rng.random() * high), 2)!r}" for v in chosen]
    root = [f"RootP {int(rng.integers(1, nodes + 1))}"] if kind == "rooted" else []
    return stp(nodes, edges, [*root, *prizes])


def least_tree(instance: SteinerTree) -> float:
    """By every set of edges, and every vertex alone."""
    edges = range(len(instance.edge_cost))
    least = math.inf
    for chosen in chain.from_iterable(combinations(edges, size) for size in range(len(instance.edge_cost) + 1)):
        for alone in [[], *([v] for v in range(instance.nodes))]:
            if chosen and alone:
                continue
            try:
                least = min(least, steiner_cost(instance, {"edges": list(chosen), "candidates": alone, "served": []}))
            except ValueError:
                continue
    return least


@pytest.mark.parametrize("kind", ["steiner", "rooted", "unrooted"])
@pytest.mark.parametrize("seed", range(25))
def test_trees_cost_as_little_as_by_enumeration(run: Run, tmp_path: Path, kind: str, seed: int) -> None:
    line, plan = run(random_tree_text(seed, kind=kind))
    instance = read_instance(tmp_path / "instance.txt")
    assert isinstance(instance, SteinerTree)
    least = least_tree(instance)
    if least == math.inf:
        assert line["status"] == "infeasible" and line["objective"] is None and plan == {}
        return
    assert line["status"] == "optimal"
    assert line["objective"] == pytest.approx(least, rel=1e-6, abs=1e-9)
    assert float(str(line["bound"])) <= least * (1 + 1e-9) + 1e-9
    assert steiner_cost(instance, plan) == line["objective"]
    assert set(instance.terminals[plan["served"]].tolist()) <= set(plan["candidates"])


def test_unrooted_trees_that_need_several_searches(run: Run) -> None:
    two_islands = [(0, 1, 1.0), (1, 2, 1.0), (3, 4, 2.0), (4, 5, 2.0)]
    line, plan = run(stp(6, two_islands, ["TP 1 9", "TP 4 5", "TP 5 5", "TP 6 5"]))
    assert line["objective"] == 9.0 + 4.0 and plan["edges"] == [2, 3]
    assert line["problem"] == "prize-collecting Steiner tree" and line["status"] == "optimal"
    line, plan = run(stp(3, [(0, 1, 50.0)], ["TP 1 3", "TP 2 8"]))
    assert line["objective"] == 3.0 and plan == {"edges": [], "candidates": [1], "served": [1]}


def test_relabelled_and_scaled_trees_cost_the_same(run: Run) -> None:
    rng = np.random.default_rng(5)
    edges = [
        (x * 5 + y, x * 5 + y + step, float(rng.integers(1, 9))) for x in range(5) for y in range(4) for step in [1]
    ]
    edges += [(x * 5 + y, x * 5 + y + 5, float(rng.integers(1, 9))) for x in range(4) for y in range(5)]
    hosts = [0, 4, 12, 20, 24]
    for prizes in (None, [3.0, 5.0, 2.0, 9.0, 4.0]):

        def cost(label: list[int], factor: float, prizes: list[float] | None = prizes) -> float:
            ends = [(label[u], label[v], factor * price) for u, v, price in edges]
            order = rng.permutation(len(ends)).tolist()
            rows = [
                f"T {label[v] + 1}" if prizes is None else f"TP {label[v] + 1} {factor * prizes[i]!r}"
                for i, v in enumerate(hosts)
            ]
            line, _ = run(stp(25, [ends[i] for i in order], rows))
            assert line["status"] == "optimal"
            return float(str(line["objective"]))

        plain = cost(list(range(25)), 1.0)
        for factor in (1.0, 0.01, 1e9):
            assert cost(rng.permutation(25).tolist(), factor) == pytest.approx(factor * plain, rel=1e-6)


def test_p_median_reads_the_last_of_equal_edges_and_is_least(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for nodes, medians in ((6, 2), (7, 3), (5, 1)):
        ring = [(i + 1, (i + 1) % nodes + 1, int(rng.integers(0, 9))) for i in range(nodes)]
        again = [(v, u, cost + 3) for u, v, cost in ring[:2]]
        rows = [f"{u} {v} {cost}" for u, v, cost in [*ring, *again]]
        line, plan = run("\n".join([f"{nodes} {len(rows)} {medians}", *rows]))
        way = np.full((nodes, nodes), math.inf)
        np.fill_diagonal(way, 0)
        for u, v, cost in [*ring, *again]:
            way[u - 1, v - 1] = way[v - 1, u - 1] = cost
        for k in range(nodes):
            way = np.minimum(way, way[:, [k]] + way[[k]])
        least = min(way[:, list(chosen)].min(axis=1).sum() for chosen in combinations(range(nodes), medians))
        assert line["problem"] == "p-median" and line["status"] == "optimal" and line["objective"] == least
        assert way[:, plan["candidates"]].min(axis=1).sum() == least and len(plan["candidates"]) == medians
    assert isinstance(read_instance(tmp_path / "instance.txt"), PMedian)


def test_a_p_median_in_pieces_has_no_plan_with_fewer_medians_than_pieces(run: Run) -> None:
    assert run("4 2 1\n1 2 5\n3 4 5\n")[0]["status"] == "infeasible"
    line, plan = run("4 2 2\n1 2 5\n3 4 5\n")
    assert line["objective"] == 10.0 and len(plan["candidates"]) == 2


def test_warehouses_share_customers_and_take_the_capacity_asked(run: Run, tmp_path: Path) -> None:
    text = "2 2\n capacity 10.\n capacity 3.\n 4\n 1.0 2.0\n 5\n 3.0 1.0\n"
    line, plan = run(text, "--capacity", "8")
    assert line["problem"] == "capacitated warehouse location" and plan["candidates"] == [0, 1]
    assert line["objective"] == pytest.approx(15.0)
    assert run(text, "--capacity", "9")[0]["objective"] == pytest.approx(3 + 2 + 1)
    assert run(text, "--capacity", "4")[0]["status"] == "infeasible"
    split = "2 1\n3 1 3 1\n4 8 16\n"
    line, _ = run(split)
    assert line["objective"] == pytest.approx(2 + 8 * 3 / 4 + 16 / 4)
    assert isinstance(read_instance(tmp_path / "instance.txt"), Warehouses)


@pytest.mark.parametrize("seed", range(10))
def test_partial_covers_are_least(run: Run, tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(3, 9)), int(rng.integers(3, 8))
    cost = rng.integers(1, 9, columns)
    covers = [np.flatnonzero(rng.random(columns) < 0.5).tolist() or [0] for _ in range(rows)]
    text = [
        f"{rows} {columns}",
        " ".join(map(str, cost)),
        *(f"{len(c)}\n" + " ".join(str(k + 1) for k in c) for c in covers),
    ]
    share = float(rng.choice([0.5, 0.9, 1.0]))
    line, plan = run("\n".join(text), "--share", str(share))
    chosen = chain.from_iterable(combinations(range(columns), size) for size in range(columns + 1))
    least = min(
        sum(cost[list(some)]) for some in chosen if sum(bool(set(c) & set(some)) for c in covers) >= share * rows - 1e-9
    )
    assert line["status"] == "optimal" and line["objective"] == least == sum(cost[plan["candidates"]])
    assert plan["served"] == [row for row, c in enumerate(covers) if set(c) & set(plan["candidates"])]
    assert isinstance(read_instance(tmp_path / "instance.txt"), SetCover)


def test_covers_given_by_columns_are_the_same(tmp_path: Path) -> None:
    by_rows, by_columns = tmp_path / "rows.txt", tmp_path / "columns.txt"
    by_rows.write_text("3 2\n5 7\n1\n1\n2\n1 2\n1\n2\n")
    by_columns.write_text("3 2\n5 2 1 2\n7 2 2 3\n")
    one, other = read_instance(by_rows), read_instance(by_columns)
    assert isinstance(one, SetCover) and isinstance(other, SetCover)
    for name in ("column_cost", "row", "column"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_gzip_windows_lines_comments_and_tree_decompositions_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = stp(3, [(0, 1, 2.0), (1, 2, 3.0), (0, 2, 9.0)], ["T 1", "T 3"])
    decorated = (
        '33D32945 STP File, STP Format Version 1.0\r\n\r\nSECTION Comment\r\nName "x"\r\nEND\r\n'
        + plain.lower().replace("\n", "\r\n").replace("eof", "")
        + "SECTION Tree Decomposition\r\nc note\r\ns td 1 3 3\r\nb 1 1 2 3\r\nEND\r\nEOF\r\n"
    )
    files = [tmp_path / "plain.gr", tmp_path / "decorated.stp.gz"]
    files[0].write_text(plain)
    files[1].write_bytes(gzip.compress(decorated.encode()))
    plan = tmp_path / "plan.json"
    assert main([*map(str, files), "--plan", str(plan), "--time-limit", "600"]) == 0
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [line["objective"] for line in lines] == [5.0, 5.0]
    assert [line["instance"] for line in lines] == ["plain.gr", "decorated.stp.gz"]
    assert json.loads(plan.read_text()) == json.loads((tmp_path / "plan.2.json").read_text())


def test_without_time_the_plan_is_poor_and_the_bound_true(run: Run) -> None:
    rng = np.random.default_rng(3)
    edges = [
        (int(a), int(b), float(c))
        for a, b, c in zip(rng.integers(0, 40, 200), rng.integers(0, 40, 200), rng.integers(1, 99, 200), strict=True)
    ]
    text = stp(40, edges, [f"TP {v} {v}" for v in range(1, 40, 2)])
    best, _ = run(text)
    hurried, _ = run(text, "--time-limit", "0")
    assert hurried["objective"] >= best["objective"] >= hurried["bound"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds nothing"),
        ("hello\n", "line 1"),
        ("SECTION Graph\nNodes 2\nE 1 3 4\nEND\n", "line 3: 3 is not in 1..2"),
        ("SECTION Graph\nNodes 2\nE 1 2\nEND\n", "line 3: an edge is"),
        ("SECTION Graph\nNodes 2\nE 1 2 -4\nEND\n", "line 3: '-4'"),
        ("SECTION Graph\nNodes 2\nE 1 2 nan\nEND\n", "line 3: 'nan'"),
        ("SECTION Graph\nNodes 2\nA 1 2 4\nEND\n", "line 3: 'A' in section 'graph' is not supported"),
        ("SECTION Graph\nNodes 2\nE 1 2 4\n", "has no END"),
        (
            "SECTION Graph\nNodes 2\nEdges 2\nE 1 2 4\nEND\nSECTION Terminals\nT 1\nEND\nEOF",
            "2 edges announced, 1 found",
        ),
        ("SECTION Graph\nNodes 2\nEND\nSECTION Terminals\nTerminals 9\nT 1\nEND\nEOF", "9 terminals announced"),
        ("SECTION Graph\nNodes 2\nEND\nSECTION Terminals\nTP 1 2\nTP 1 3\nEND\nEOF", "line 6: a second prize"),
        ("SECTION Graph\nNodes 2\nEND\nSECTION MaximumDegrees\nMD 3\nEND\nEOF", "line 4: section 'maximumdegrees'"),
        ("SECTION Graph\nNodes 2\nEND\nEOF", "no section 'terminals'"),
        ("3 2 1\n1 2 4\n", "2 edges announced in line 1, 1 found"),
        ("3 1 1\n1 2\n", "line 2"),
        ("2 2\ncapacity 1\ncapacity 2\n4 1 2\n5 3 1\n", "--capacity"),
        ("2 2\n3 1\n4 2\n4 1 2\n5 3 x\n", "line 5: 'x'"),
        ("2 2\n1 1\n1\n1\n2\n1 3\n", "line 6: 3 is not in 1..2"),
        ("2 2\n1 1\n1\n1\n2\n1\n", "the file ends where a column should follow"),
        ("2 2\n1 1\n1\n1\n1\n2\n7\n7\n7\n", "line 7: '7' follows"),
    ],
)
def test_malformed_files_are_refused_by_file_and_line(
    text: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.txt"
    file.write_text(text)
    assert main([str(file)]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and complaint in shown.err and "bad.txt" in shown.err


def test_unreadable_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut_short = tmp_path / "cut.gz"
    cut_short.write_bytes(gzip.compress(b"hello" * 100)[:20])
    assert main([str(cut_short)]) == 2 and main([str(tmp_path / "nowhere")]) == 2
    assert "cut.gz" in (shown := capsys.readouterr()).err and "nowhere" in shown.err
