"""Words of the picture of the graph."""

from __future__ import annotations

# key: (French, English)
GRAPH_WORDS: dict[str, tuple[str, str]] = {
    "graph.title": ("Graphe du réseau", "Graph of the network"),
    "graph.main": ("Partie principale", "Largest part"),
    "graph.apart": ("Parties isolées", "Parts cut off"),
    "graph.dead_ends": ("Impasses", "Dead ends"),
    "graph.junctions": ("Jonctions", "Junctions"),
    "graph.crossings": ("Carrefours", "Crossings"),
    "graph.edges": ("Arêtes", "Edges"),
    "graph.loops": ("Boucles", "Loops"),
    "graph.parallel": ("Arêtes parallèles", "Parallel edges"),
    "graph.shortest": ("Arête la plus courte", "Shortest edge"),
    "graph.length_by": ("Longueur par {column}", "Length by {column}"),
    "graph.parts": ("Parties du réseau", "Parts of the network"),
    "graph.part": ("Partie", "Part"),
    "graph.nodes": ("Nœuds", "Nodes"),
    "graph.demand_on": ("Demande : {service}", "Demand: {service}"),
    "graph.shown": ("{shown} parties sur {total} ; toutes sont dans summary.json.",
                    "{shown} parts of {total}; all are in summary.json."),
    "graph.unset": ("sans valeur", "no value"),
}  # fmt: skip
