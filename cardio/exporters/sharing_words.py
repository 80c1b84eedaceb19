"""Words about who bears what of works that several share."""

from __future__ import annotations

# key: (French, English)
SHARING_WORDS: dict[str, tuple[str, str]] = {
    "share": ("Part dans le plan", "Share in the plan"),
    "share_is": (
        "{amount} : son prix et sa part des tracés qu’il partage",
        "{amount}: its price and its part of the routes that it shares",
    ),
    "standalone": ("S’il était seul", "If built alone"),
    "standalone_is": (
        "{amount} : son prix et tout le chemin le moins cher vers le réseau",
        "{amount}: its price and the whole of the cheapest way to the network",
    ),
    "quantities": ("Métré des tracés", "Take-off of the routes"),
    "shares": ("Parts des services", "Shares of the services"),
    "by_service": ("Coût par service", "Cost by service"),
    "carries_nothing": ("Tracés qui ne portent rien", "Routes that carry nothing"),
    "by_service_note": (
        "Une tranchée commune est comptée une fois : son montant est partagé à parts égales entre les services qu’elle "
        "porte. Les parts s’additionnent au coût du plan au centime près. Ce sont les parts d’un plan commun : sans "
        "l’un des services, les autres porteraient seuls ce qu’ils partagent avec lui.",
        "A common trench is counted once: its amount is split equally among the services that it carries. The shares "
        "add up to the cost of the plan to the cent. They are shares of a common plan: without one of the services "
        "the others would bear alone what they share with it.",
    ),
}
