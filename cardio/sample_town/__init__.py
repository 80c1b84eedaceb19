"""The sample town: an invented town in the manner of Arras, drawn from a seed and delivered as surveys come.

Its geometry is made up: only the rough position of Arras, some of its place names and its number of inhabitants are
real. No survey data of Arras is used.
"""

from cardio.sample_town.defects import PlantedDefect
from cardio.sample_town.survey import SampleTown, draw_sample_town, write_sample_town

__all__ = ["PlantedDefect", "SampleTown", "draw_sample_town", "write_sample_town"]
