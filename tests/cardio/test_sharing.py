"""Shares of works that several use: exact to the cent, the same in any order, and told apart from stand-alone costs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cardio.exporters.map_layers import map_data
from cardio.exporters.texts import Words
from cardio.run import RunResult, run_study
from cardio.sharing import Parts, split_equally, split_routes
from cardio.texts import say_result
from optimise import Problem, carried_candidates, cheapest_ways
from tests.cardio.tiny_town import STUDY, write_tiny_town
from tests.optimise.test_trace import Y_EDGES, Y_NODES, make_problem, plan_of

Ints = npt.NDArray[np.int64]
DEAD_END = "streets/row-14/0.0-20.0"
SOUTH, NORTH = "box@junctions/j650200.0,6860000.0", "box@junctions/j650200.0,6860200.0"


def split_plan(problem: Problem, service: list[int]) -> tuple[Parts, Ints, list[int]]:
    """Solve, and split the edges of the plan; service of each candidate. Returns also the ways alone, and the edges."""
    plan = plan_of(problem)
    edge, site = (index.astype(np.int64) for index in carried_candidates(problem, plan).nonzero())
    cents = problem.edge_cost[plan.edges].astype(np.int64)
    of_site = np.array(service, dtype=np.int64)[plan.candidates]
    parts = split_routes(cents, edge, site, of_site, rank=np.arange(len(plan.candidates)))
    ways = cheapest_ways(problem, problem.edge_cost, np.arange(len(problem.edge_u)))
    nodes = problem.candidate_node[plan.candidates]
    return parts, np.where(nodes >= 0, ways[nodes], 0).astype(np.int64), plan.edges.tolist()


def test_a_trunk_is_split_by_service_then_by_site():
    # candidate 0 is of one service, candidates 1 and 2 of another; candidate 3 needs no backhaul
    parts, alone, edges = split_plan(make_problem(Y_EDGES, Y_NODES, size=4), [0, 1, 1, 1])
    # trunk 100: 50 for each service; branches 30 for the one, 50 for the two others
    assert parts.of_site.tolist() == [50 + 30, 25 + 25, 25 + 25, 0]
    assert alone.tolist() == [130, 150, 150, 0]
    pairs = zip(parts.edge.tolist(), parts.service.tolist(), parts.cents.tolist(), strict=True)
    shared = {(edges[edge], service): cents for edge, service, cents in pairs}
    assert shared == {(0, 0): 50, (0, 1): 50, (1, 0): 30, (2, 1): 50}
    assert parts.unused == 0


def test_cents_left_over_go_to_the_first():
    assert split_equally(np.array([100, 5, 1]), np.array([0, 0, 0, 1, 2, 2])).tolist() == [34, 33, 33, 5, 1, 0]


def test_a_single_share_may_exceed_its_stand_alone_cost():
    """Both ways lead over the hub, 3, since the second site shares it: 16 in all, where 1 alone would pay 10."""
    edges = [(0, 3, 8.0), (3, 1, 7.0), (3, 2, 1.0), (0, 1, 10.0), (0, 2, 20.0)]
    parts, alone, _ = split_plan(make_problem(edges, [1, 2], size=4), [0, 0])
    assert parts.of_site.tolist() == [4 + 7, 4 + 1]
    assert alone.tolist() == [10, 9]
    assert parts.of_site.sum() <= alone.sum()


@st.composite
def forests(draw: st.DrawFn) -> tuple[Ints, list[list[int]], Ints]:
    """Amounts of edges, the sites that each carries on a random forest, and the service of each site."""
    nodes = draw(st.integers(1, 12))
    parent = [draw(st.integers(-1, node - 1)) for node in range(nodes)]  # edge k leads from node k to its parent
    at = draw(st.lists(st.integers(0, nodes - 1), max_size=10))
    carried: list[list[int]] = [[] for _ in range(nodes)]
    for site, node in enumerate(at):
        behind = node
        while behind >= 0:
            carried[behind].append(site)
            behind = parent[behind]
    amounts = draw(st.lists(st.integers(0, 10**7), min_size=nodes, max_size=nodes))
    service = draw(st.lists(st.integers(0, 3), min_size=len(at), max_size=len(at)))
    return np.array(amounts), carried, np.array(service, dtype=np.int64)


def split(amounts: Ints, carried: list[list[int]], service: Ints, rank: Ints | None = None) -> Parts:
    pairs = [(edge, site) for edge, sites in enumerate(carried) for site in sites]
    edge, site = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return split_routes(amounts, edge, site, service, np.arange(len(service)) if rank is None else rank)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(forests())
def test_parts_add_up_to_the_cent_and_are_equal_to_a_cent(forest):
    amounts, carried, service = forest
    parts = split(*forest)
    unused = sum(int(amount) for amount, sites in zip(amounts, carried, strict=True) if not sites)
    assert parts.unused == unused
    assert parts.of_site.sum() + unused == amounts.sum()
    assert parts.cents.sum() + unused == amounts.sum()
    expected = np.zeros(len(service))
    for edge, sites in enumerate(carried):
        own = parts.cents[parts.edge == edge]
        served = {int(service[site]) for site in sites}
        assert parts.service[parts.edge == edge].tolist() == sorted(served)
        assert own.sum() == (amounts[edge] if sites else 0)
        assert not len(own) or own.max() - own.min() <= 1
        for site in sites:
            same = sum(service[other] == service[site] for other in sites)
            expected[site] += amounts[edge] / len(served) / same
    # each segment may leave a cent of the service and one of the site
    assert np.abs(parts.of_site - expected).max(initial=0) <= 2 * len(amounts)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(forests(), st.randoms(use_true_random=False))
def test_the_order_of_edges_and_sites_changes_nothing(forest, shuffled):
    amounts, carried, service = forest
    parts = split(*forest)
    edges, sites = list(range(len(amounts))), list(range(len(service)))
    shuffled.shuffle(edges)
    shuffled.shuffle(sites)
    place = {site: new for new, site in enumerate(sites)}
    turned = split(
        amounts[edges],
        [[place[site] for site in carried[edge]] for edge in edges],
        service[sites],
        rank=np.array(sites, dtype=np.int64),  # the order of names stays
    )
    assert turned.of_site.tolist() == parts.of_site[sites].tolist()


COST = st.integers(0, 50).map(float)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), COST), min_size=8, max_size=14), st.data())
def test_shares_of_a_least_cost_plan_together_never_exceed_stand_alone_costs(edges, data):
    edges = [(u, v, cost) for u, v, cost in edges if u != v]
    assume(edges)
    nodes = data.draw(st.lists(st.integers(1, 6), min_size=2, max_size=4))
    problem = make_problem(edges, nodes, size=7)
    ways = cheapest_ways(problem, problem.edge_cost, np.arange(len(edges)))
    assume(np.isfinite(ways[nodes]).all())
    parts, alone, _ = split_plan(problem, [0, 1, 0, 1][: len(nodes)])
    assert parts.of_site.sum() <= alone.sum()


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("shares")
    return run_study(write_tiny_town(folder / "town"), out=folder / "plan")


def cents(amounts: pd.Series) -> int:
    return int(np.rint(amounts * 100).astype(int).sum())


def test_shares_of_the_town_are_those_worked_by_hand(result: RunResult) -> None:
    assert result.deliverable is not None
    sites = result.deliverable.sites.set_index("id")
    # the 200 m to the south-east corner, 3,000 EUR, are of both boxes; the 200 m on to the north of one
    assert sites.loc[SOUTH, ["cost_eur", "share_eur", "standalone_eur"]].tolist() == [800, 2_300, 3_800]
    assert sites.loc[NORTH, ["cost_eur", "share_eur", "standalone_eur"]].tolist() == [800, 5_300, 6_800]
    meters = sites[sites["option"] == "meter"]
    assert (meters["share_eur"] == 4_700).all() and (meters["standalone_eur"] == 4_700).all()
    assert set(result.deliverable.routes["shares"]) == {"fibre_access 1500.00"}
    assert result.summary["cost"]["by_service"] == [
        {"service": "fibre_access", "sites": 1_600.0, "routes": 6_000.0, "connections": 300.0, "total": 7_900.0},
        {"service": "parking_payment", "sites": 9_400.0, "routes": 0.0, "connections": 0.0, "total": 9_400.0},
    ]


def test_shares_add_up_to_the_plan_to_the_cent(result: RunResult) -> None:
    deliverable = result.deliverable
    assert deliverable is not None and deliverable.money is not None and deliverable.money.shares is not None
    sites, routes = deliverable.sites, deliverable.routes
    assert cents(sites["share_eur"]) == cents(sites["cost_eur"]) + cents(routes["cost_eur"])
    shares = deliverable.money.shares
    assert cents(shares["total_eur"]) == round(result.summary["cost"]["capex"] * 100)
    assert cents(sites["standalone_eur"]) >= cents(sites["share_eur"])


TWO_SERVICES = STUDY.replace("price: parking_meter, backhaul: none", "price: parking_meter, backhaul: fibre")


def test_a_common_trench_is_counted_once_and_split_between_services(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path, study=TWO_SERVICES))
    assert result.deliverable is not None
    sites, routes = result.deliverable.sites, result.deliverable.routes
    assert cents(sites["share_eur"]) == cents(sites["cost_eur"]) + cents(routes["cost_eur"])
    common = routes[routes["shares"].str.contains(";")]
    assert len(common) > 0
    assert common["shares"].tolist() == ["fibre_access 750.00; parking_payment 750.00"] * len(common)
    assert (common["services"] == "fibre_access, parking_payment").all()
    by_service = result.summary["cost"]["by_service"]
    assert sum(row["routes"] for row in by_service) == cents(routes["cost_eur"]) / 100
    assert "parking_payment" in next(line for line in say_result(result).splitlines() if line.startswith("services"))


def test_a_kept_route_that_carries_nothing_is_a_rest_shown_as_such(tmp_path: Path) -> None:
    kept = STUDY.replace("plan: {", f"plan: {{keep: ['{DEAD_END}'], ")
    result = run_study(write_tiny_town(tmp_path, study=kept))
    assert result.summary["cost"]["by_service"][-1] == {
        "service": None, "sites": 0.0, "routes": 300.0, "connections": 0.0, "total": 300.0
    }  # fmt: skip
    assert result.deliverable is not None
    assert result.deliverable.routes.set_index("id").loc[DEAD_END, "shares"] == ""
    assert "routes that carry nothing 300.00" in say_result(result)


def test_a_forbidden_route_is_on_no_way_alone(tmp_path: Path) -> None:
    forbidden = STUDY.replace("plan: {", "plan: {forbid: ['streets/row-0/0.0-100.0'], ")
    result = run_study(write_tiny_town(tmp_path, study=forbidden))
    assert result.deliverable is not None
    alone = result.deliverable.sites.set_index("id")["standalone_eur"]
    # round by the north: 400 m to the north-east corner, 600 m to the south-east one
    assert (alone[NORTH], alone[SOUTH]) == (800 + 6_000, 800 + 9_000)


def test_the_order_of_rows_changes_no_share(tmp_path: Path, result: RunResult) -> None:
    study = write_tiny_town(tmp_path)
    for layer in ("streets", "schools", "bays"):
        frame = gpd.read_file(tmp_path / "town.gpkg", layer=layer)
        frame.iloc[::-1].to_file(tmp_path / "town.gpkg", layer=layer, driver="GPKG")
    turned = run_study(study).deliverable
    assert turned is not None and result.deliverable is not None
    columns = ["share_eur", "standalone_eur"]
    before, after = (frame.set_index("id")[columns].sort_index() for frame in (result.deliverable.sites, turned.sites))
    pd.testing.assert_frame_equal(before, after)


def test_the_geopackage_holds_shares_under_names_that_people_read(result: RunResult) -> None:
    assert result.folder is not None
    file = result.folder / "plan.gpkg"
    sites = gpd.read_file(file, layer="sites").set_index("id")
    assert sites.loc[NORTH, ["share_eur", "standalone_eur"]].tolist() == [5_300, 6_800]
    assert gpd.read_file(file, layer="routes")["shares"].tolist() == ["fibre_access 1500.00"] * 4
    with sqlite3.connect(file) as database:
        (qml,) = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'sites'").fetchone()
    assert 'field="share_eur" name="Share in the plan (€ excl. tax)"' in qml
    assert 'field="standalone_eur" name="Cost if built alone (€ excl. tax)"' in qml


@pytest.mark.parametrize(
    ("language", "share", "alone"),
    [
        ("en", "its price and its part of the routes", "its price and the whole of the cheapest way"),
        ("fr", "son prix et sa part des tracés", "son prix et tout le chemin le moins cher"),
    ],
)
def test_popups_and_the_report_say_what_each_amount_is(
    result: RunResult, language: str, share: str, alone: str
) -> None:
    assert result.deliverable is not None
    words = Words(language)
    entry = next(layer for layer in map_data(result.deliverable, words)["layers"] if layer["group"] == "new_sites")
    told = dict(zip(entry["labels"], entry["rows"][1], strict=True))
    assert told[words["share"]].startswith(words.money(5_300)) and share in told[words["share"]]
    assert told[words["standalone"]].startswith(words.money(6_800)) and alone in told[words["standalone"]]


def test_the_report_has_the_cost_by_service(result: RunResult) -> None:
    assert result.folder is not None
    report = (result.folder / "report.html").read_text("utf-8")
    section = report[report.index("Cost by service") :]
    table = section[: section.index("</table>")]
    assert [amount in table for amount in ("7,900.00", "9,400.00", "17,300.00")] == [True] * 3
