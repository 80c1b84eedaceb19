"""Settings for every test: one deterministic Hypothesis profile."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("cardio", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("cardio")
