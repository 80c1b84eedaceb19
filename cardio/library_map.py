"""The map of a plan as a Folium map, for notebooks and for pages of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardio import exporters
from cardio.deliverable import Deliverable
from cardio.run import RunResult
from gis_layers import CardioError

if TYPE_CHECKING:
    import folium


def folium_map(plan: RunResult | Deliverable, *, offline: bool = True) -> folium.Map:
    """Return the map of a plan as a Folium map, to show in a notebook, to add layers to or to save.

    It shows itself in a notebook with no network; ``save`` writes it as one file. A page holds one such map.

    Parameters
    ----------
    plan : RunResult or Deliverable
        As `run_study` gives it, or the frames in it.
    offline : bool
        The page refuses to fetch anything but the tiles that the study asks for. False lifts that, for added layers
        which need the net: tiles, plugins of Folium, icons.

    Raises
    ------
    CardioError
        The run has no plan.
    """
    deliverable = plan.deliverable if isinstance(plan, RunResult) else plan
    if deliverable is None:
        raise CardioError(
            "there is no plan to draw" + (f": {plan.message}" if isinstance(plan, RunResult) and plan.message else ""),
            "diagnose_study(..., out=FOLDER) writes a map of today and of what is out of reach",
        )
    return exporters.folium_map(deliverable, offline=offline)
