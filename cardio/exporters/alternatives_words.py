"""Words of the layers of near-optimal plans."""

from __future__ import annotations

# key: (French, English)
ALTERNATIVES_WORDS: dict[str, tuple[str, str]] = {
    "alternatives.proven": (
        "Sans regret : prouvé dans tout plan proche de l’optimum",
        "No regret: proven to be in every near-optimal plan",
    ),
    "alternatives.all": ("Dans tous les plans listés", "In all plans listed"),
    "alternatives.some": ("Dans plusieurs plans", "In several plans"),
    "alternatives.one": ("Dans un seul plan", "In one plan only"),
}
