"""The command ``scenarios``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from cardio.cli_documents import print_document
from cardio.cli_options import DataOption, JsonOption, StudyArgument


def scenarios(study: StudyArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the scenarios of a study, those of sweeps one by one, and what each changes in the study."""
    from cardio.scenario_listing import list_scenarios
    from cardio.scenario_texts import say_scenarios

    document = list_scenarios(study, data=data or ())
    print_document(document if as_json else say_scenarios(document), as_json=as_json)
