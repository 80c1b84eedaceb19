"""Words about who bears what of works that several share."""

from __future__ import annotations

# key: (French, English)
SHARING_WORDS: dict[str, tuple[str, str]] = {
    "share": ("Part dans le plan", "Share in the plan"),
    "standalone": ("S’il était seul", "If built alone"),
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
