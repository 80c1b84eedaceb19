"""Signs of works of two plans: both alike, both but otherwise, only the first, only the other."""

from __future__ import annotations

from cardio.exporters.styles import BLUE, GREEN, PURPLE, VERMILLION

# what exists is dark, so what two plans share is not; told apart without colour too, by dash and shape
PAIR_COLOURS = (GREEN, PURPLE, VERMILLION, BLUE)
PAIR_DASHES = (None, "2 6", None, "9 6")
PAIR_SHAPES = ("square", "hexagon", "diamond", "triangle")
