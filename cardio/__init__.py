"""Cardio: map the digital infrastructure of a town and plan the investment that meets its targets.

The functions named here are the library's front door; each is what a command of the same purpose calls. They are
imported when first used, so that ``import cardio`` costs nothing.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cardio.alternatives import find_alternatives
    from cardio.compare import compare_scenarios
    from cardio.diagnosis import diagnose_study
    from cardio.explain import explain_study
    from cardio.export import export_plan
    from cardio.frontier import trace_frontier
    from cardio.graph_description import describe_graph
    from cardio.init import write_first_study
    from cardio.library_map import folium_map
    from cardio.restore import restore_layer
    from cardio.run import run_study
    from cardio.sample_town import write_sample_town
    from cardio.scenario_listing import list_scenarios
    from cardio.sensitivity import study_sensitivity
    from cardio.study import load_study
    from cardio.survey_check import check_file, check_study

__all__ = [
    "check_file",
    "check_study",
    "compare_scenarios",
    "describe_graph",
    "diagnose_study",
    "explain_study",
    "export_plan",
    "find_alternatives",
    "folium_map",
    "list_scenarios",
    "load_study",
    "restore_layer",
    "run_study",
    "study_sensitivity",
    "trace_frontier",
    "write_first_study",
    "write_sample_town",
]

__version__ = version("cardio-planning")

_HOME = {
    "check_file": "cardio.survey_check",
    "check_study": "cardio.survey_check",
    "compare_scenarios": "cardio.compare",
    "describe_graph": "cardio.graph_description",
    "diagnose_study": "cardio.diagnosis",
    "explain_study": "cardio.explain",
    "export_plan": "cardio.export",
    "find_alternatives": "cardio.alternatives",
    "folium_map": "cardio.library_map",
    "list_scenarios": "cardio.scenario_listing",
    "load_study": "cardio.study",
    "restore_layer": "cardio.restore",
    "run_study": "cardio.run",
    "study_sensitivity": "cardio.sensitivity",
    "trace_frontier": "cardio.frontier",
    "write_first_study": "cardio.init",
    "write_sample_town": "cardio.sample_town",
}


def __getattr__(name: str) -> Any:
    """Import a function of the front door when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
