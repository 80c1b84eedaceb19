"""A good plan in seconds: greedy cover, connected by shortest paths, then whatever is not needed taken away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimise.assembly import Choice, assemble
from optimise.base_reductions import reduce_problem
from optimise.coverage import Coverage, costed_demands, required_weight, rows_of, sum_by, target_tolerance
from optimise.diagnosis import infeasibility
from optimise.plan import Plan
from optimise.problem import Floats, Ints, Problem, TargetRow
from optimise.trees import DigNetwork, improve_tree, short_tree, tree_parents

CHEAPEST = 1e-9  # stands for a cost of 0 in a ratio
PASSES = 3


def greedy_plan(problem: Problem) -> Plan | None:
    """Return a plan by the greedy heuristic, of a problem without optional parts; None where no plan exists.

    Candidates are taken one by one, the most missing weight per euro of equipment, service and further digs first;
    digs follow the shortest way to what is built. Deterministic.
    """
    if infeasibility(problem):
        return None
    reduction = reduce_problem(problem)
    return assemble(problem, reduction.expand(greedy_choice(reduction.problem)))


def greedy_choice(problem: Problem) -> Choice:
    """Greedy choice for a problem that has a plan and whose candidates can all be connected."""
    candidates, edges = _greedy_cover(problem)
    return improve_choice(problem, Choice(candidates, edges, choose_served(problem, candidates)))


def improve_choice(problem: Problem, choice: Choice) -> Choice:
    """Take away what is not needed, route what is left again, and choose the served demands anew; never dearer."""
    network = DigNetwork(problem)
    lighter = _reverse_delete(problem, network, choice)
    choices = [choice, lighter]
    if costed_demands(problem).any():  # fewer candidates may mean dearer links, so nothing is better for sure
        anew = replace(lighter, wanted=choose_served(problem, lighter.candidates))
        choices += [anew, _reverse_delete(problem, network, anew)]
    return min(choices, key=lambda choice: assemble(problem, choice).cost)


def choose_served(problem: Problem, candidates: Ints) -> Ints:
    """(J,) providers for each demand whose service costs something, such that the candidates meet the targets.

    Everything within reach is served at first; the dearest demands per weight are dropped while the targets hold.
    """
    nothing = np.zeros(problem.existing_providers.size, dtype=np.int64)
    costed = costed_demands(problem)
    if not costed.any():
        return nothing
    everything = assemble_served(problem, candidates)
    wanted = np.where(costed, everything, 0)
    slack, members = _slack(problem, np.maximum(everything, problem.existing_providers))
    unit = _unit_service_cost(problem, candidates, wanted)
    weight = np.zeros(costed.size)
    for row in problem.targets:
        np.add.at(weight, row.demand, row.weight / max(float(row.weight.sum()), CHEAPEST))
    order = np.lexsort((np.arange(costed.size), -unit / np.maximum(weight, CHEAPEST)))
    asked = sorted({row.providers for row in problem.targets}, reverse=True)
    for demand in order[wanted[order] > 0].tolist():
        there = int(problem.existing_providers[demand])
        for providers in [level for level in asked if there < level <= wanted[demand]]:
            lost = [(t, weight) for t, level, weight in members[demand] if level == providers]
            if any(slack[t] < weight for t, weight in lost):
                break
            for target, weight_lost in lost:
                slack[target] -= weight_lost
            lower = [level for level in asked if there < level < providers]
            wanted[demand] = lower[0] if lower else 0
    return wanted


def assemble_served(problem: Problem, candidates: Ints) -> Ints:
    """(J,) providers when the candidates serve all they can, as if service cost nothing."""
    free = replace(problem, connection_cost=np.zeros_like(problem.connection_cost), link_cost=None)
    none: Ints = np.empty(0, dtype=np.int64)
    plan = assemble(free, Choice(candidates, none, np.zeros_like(problem.existing_providers)))
    providers = np.zeros_like(problem.existing_providers)
    providers[plan.served[:, 0]] = plan.served[:, 1]
    return providers


def _slack(problem: Problem, providers: Ints) -> tuple[Floats, dict[int, list[tuple[int, int, float]]]]:
    """Weight each target has to spare, and (target, providers asked, weight) of every demand."""
    members: dict[int, list[tuple[int, int, float]]] = {j: [] for j in range(providers.size)}
    served = np.zeros(len(problem.targets))
    for number, row in enumerate(problem.targets):
        served[number] = row.weight[providers[row.demand] >= row.providers].sum()
        for demand, weight in zip(row.demand.tolist(), row.weight.tolist(), strict=True):
            members[demand].append((number, row.providers, weight))
    return served - required_weight(problem), members


def _unit_service_cost(problem: Problem, candidates: Ints, wanted: Ints) -> Floats:
    """(J,) connection and links of each demand when served as wanted."""
    none: Ints = np.empty(0, dtype=np.int64)
    links = assemble(problem, Choice(candidates, none, wanted)).links
    cost: Floats = np.where(wanted > 0, problem.connection_cost, 0.0)
    if problem.link_cost is not None and len(links):
        np.add.at(cost, links[:, 0], np.asarray(problem.link_cost[links[:, 0], links[:, 1]]).ravel())
    return cost


def _greedy_cover(problem: Problem) -> tuple[Ints, Ints]:
    """Candidates and digs of the greedy heuristic."""
    network = DigNetwork(problem)
    coverage = Coverage(problem)
    gains = _Gains(problem, coverage)
    distance, before, _ = network.distances(np.array([network.root]))
    before = before.copy()
    built: list[int] = []
    digs: list[int] = []
    while not coverage.is_met():
        worth, service = gains.worth()
        cost = problem.candidate_cost + service + distance[network.node_of_candidate]
        ratio = worth / np.maximum(cost, CHEAPEST)
        ratio[built] = 0.0
        best = int(np.argmax(ratio))
        if ratio[best] <= 0:
            raise RuntimeError("greedy cover: the targets cannot be reached")
        built.append(best)
        gains.update(coverage.build(best))
        edges, nodes = network.path(before, int(network.node_of_candidate[best]))
        if nodes:
            digs.extend(edges)
            _extend(network, np.array(nodes, dtype=np.int64), distance, before)
    return np.array(sorted(built), dtype=np.int64), np.array(sorted(digs), dtype=np.int64)


def _extend(network: DigNetwork, nodes: Ints, distance: Floats, before: Ints) -> None:
    """Bring distances and ways up to date now that the nodes are connected."""
    from_here, way, _ = network.distances(nodes, limit=float(distance[np.isfinite(distance)].max()))
    nearer = from_here < distance
    nearer[nodes] = True
    distance[nearer] = from_here[nearer]
    before[nearer] = way[nearer]


class _Gains:
    """What each candidate would add to each target, kept up as members get their places."""

    def __init__(self, problem: Problem, coverage: Coverage) -> None:
        self.coverage = coverage
        members = coverage.entry_member
        targets = max(len(problem.targets), 1)
        label = coverage.entry_candidate * targets + coverage.member_target[members]
        labels, self._group = np.unique(label, return_inverse=True)
        self._candidate, self._target = labels // targets, labels % targets
        self._candidates = problem.candidate_cost.size
        self._scale = np.maximum(coverage.missing, CHEAPEST)
        self._weight = (coverage.member_weight / coverage.member_need)[members]
        self._cost = self._entry_cost(problem)
        self._active = coverage.useful(np.arange(members.size))
        self._gain = sum_by(self._group, self._weight * self._active, labels.size)
        self._service = sum_by(self._group, self._cost * self._active, labels.size)
        self._by_member = np.argsort(members, kind="stable")
        self._member_start = np.searchsorted(members[self._by_member], np.arange(coverage.member_need.size + 1))

    def _entry_cost(self, problem: Problem) -> Floats:
        """Share of the connection and the link that an entry stands for."""
        coverage = self.coverage
        demand = coverage.member_demand[coverage.entry_member]
        cost: Floats = problem.connection_cost[demand] / coverage.member_need[coverage.entry_member]
        if problem.link_cost is not None and demand.size:
            cost = cost + np.asarray(problem.link_cost[demand, coverage.entry_candidate]).ravel()
        return cost

    def worth(self) -> tuple[Floats, Floats]:
        """(K,) share of what is missing that a candidate brings, summed over targets, and its cost of service."""
        missing = np.maximum(self.coverage.missing, 0.0)[self._target]
        gain = np.minimum(self._gain, missing)
        part = np.divide(gain, self._gain, out=np.zeros_like(gain), where=self._gain > CHEAPEST)
        worth = gain / self._scale[self._target]
        service = sum_by(self._candidate, self._service * part, self._candidates)
        return sum_by(self._candidate, worth, self._candidates), service

    def update(self, members: Ints) -> None:
        """Take note that the members got a place."""
        entries = self._by_member[rows_of(self._member_start, members)]
        active = self.coverage.useful(entries)
        lost = entries[self._active[entries] & ~active]
        self._active[lost] = False
        np.subtract.at(self._gain, self._group[lost], self._weight[lost])
        np.subtract.at(self._service, self._group[lost], self._cost[lost])


def _reverse_delete(problem: Problem, network: DigNetwork, choice: Choice) -> Choice:
    """Remove candidates that no target needs, those that save most first, and route the rest by the shorter tree."""
    needed = _needs(problem, choice)
    candidates, edges = choice.candidates, choice.edges
    for _ in range(PASSES):
        hosts = network.node_of_candidate[candidates]
        trees = (improve_tree(network, edges, hosts), short_tree(network, hosts))
        edges = min(trees, key=lambda tree: float(problem.edge_cost[tree].sum()))
        saving = problem.candidate_cost[candidates] + _own_branch_cost(network, edges, hosts)
        coverage = Coverage(needed)
        for candidate in candidates.tolist():
            coverage.build(candidate)
        kept = set(candidates.tolist())
        for candidate in candidates[np.argsort(-saving, kind="stable")].tolist():
            coverage.remove(candidate)
            if coverage.is_met():
                kept.discard(candidate)
            else:
                coverage.build(candidate)
        if len(kept) == len(candidates):
            break
        candidates = np.array(sorted(kept), dtype=np.int64)
    return Choice(candidates, improve_tree(network, edges, network.node_of_candidate[candidates]), choice.wanted)


def _needs(problem: Problem, choice: Choice) -> Problem:
    """The problem whose targets are what the choice must go on serving.

    Where service costs something, that is every demand it wants served, and of the others what the targets then lack.
    """
    costed = costed_demands(problem)
    if not costed.any():
        return problem
    rows = []
    for row, required in zip(problem.targets, required_weight(problem), strict=True):
        free = ~costed[row.demand]
        paid = row.weight[~free & (np.maximum(choice.wanted, problem.existing_providers)[row.demand] >= row.providers)]
        weight = row.weight[free]
        lacking = float(required - paid.sum()) + target_tolerance(weight)
        rows.append(TargetRow(row.name, row.demand[free], weight, lacking, row.providers))
    for providers in np.unique(choice.wanted[choice.wanted > 0]).tolist():
        demand = np.flatnonzero(choice.wanted == providers).astype(np.int64)
        rows.append(TargetRow("wanted", demand, np.ones(demand.size), float(demand.size), providers))
    return replace(problem, targets=tuple(rows))


def _own_branch_cost(network: DigNetwork, edges: Ints, hosts: Ints) -> Floats:
    """(n,) cost of the digs that would go if the host's one candidate went."""
    parents = tree_parents(network, edges.tolist())
    below = dict.fromkeys(parents, 0)
    for host in hosts.tolist():
        if host in below:
            below[host] += 1
    for node in reversed(parents):
        above = parents[node][0]
        if above in below:
            below[above] += below[node]
    saved = []
    for host in hosts.tolist():
        node, cost = host, 0.0
        while below.get(node) == 1:
            node, edge = parents[node]
            cost += float(network.cost[edge])
        saved.append(cost)
    return np.array(saved, dtype=np.float64)
