"""The comparison with peers: who takes part, whose cost is recomputed how, and the ratios."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks import peers
from tests.benchmarks.published_instances import SteinerTree
from tests.benchmarks.published_readers import read_instance

STAR = """SECTION Graph
Nodes 4
E 1 2 2
E 2 3 2
E 1 3 2
E 1 4 1.1
E 2 4 1.1
E 3 4 1.1
E 1 4 7
END
SECTION Terminals
T 1
T 2
T 3
END
EOF
"""


@pytest.fixture
def star(tmp_path: Path) -> Path:
    """Three terminals around a centre that only an exact solver finds worth the way."""
    path = tmp_path / "star.stp"
    path.write_text(STAR)
    return path


def test_costs_are_recomputed_on_the_cheapest_parallel_edges(star: Path) -> None:
    instance = read_instance(star)
    assert isinstance(instance, SteinerTree)
    assert peers.solve_ours(instance, 60.0) == pytest.approx(3.3)
    for method in ("kou", "mehlhorn"):
        assert peers.networkx_tree(method)(instance, 60.0) == pytest.approx(4.0)


def test_each_solve_runs_alone_and_the_line_has_ratios(star: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert peers.main([str(star), "--repeat", "1", "--time-limit", "300"]) == 0
    line, summary = (json.loads(text) for text in capsys.readouterr().out.splitlines())
    assert line["runs"]["networkx mehlhorn"]["cost_ratio"] == pytest.approx(4.0 / 3.3)
    assert line["runs"]["cardio"]["cost_ratio"] == 1.0 and line["runs"]["cardio"]["seconds"] > 0
    assert summary["medians"]["networkx kou"]["answered"] == 1
    assert summary["medians"]["networkx kou"]["cost_ratio"] == pytest.approx(4.0 / 3.3)


def test_problems_choose_their_peers(tmp_path: Path, star: Path) -> None:
    prizes = tmp_path / "prizes.stp"
    prizes.write_text(STAR.replace("T 1\nT 2\nT 3", "TP 1 2\nTP 2 3"))
    median = tmp_path / "median.txt"
    median.write_text("2 1 1\n1 2 4\n")
    assert peers.peers_of(read_instance(prizes)) == ["cardio"]
    assert peers.peers_of(read_instance(star))[:3] == ["cardio", "networkx kou", "networkx mehlhorn"]
    assert "networkx kou" not in peers.peers_of(read_instance(median))


def test_a_peer_that_fails_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    apart = tmp_path / "apart.stp"
    apart.write_text("SECTION Graph\nNodes 3\nE 1 2 1\nEND\nSECTION Terminals\nT 1\nT 3\nEND\nEOF\n")
    run = peers.run_alone("networkx kou", apart, 30.0)
    assert run["objective"] is None and run["failure"]
