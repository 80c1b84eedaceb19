"""The scenarios of a study file: resolved (inheritance, sweeps), checked like the study, looked up by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardio.study_checks import Complaint, file_check, line_of, list_complaints
from cardio.study_inheritance import trace_lineages
from cardio.study_keys import suggest
from cardio.study_overrides import Override, apply_overrides, check_overrides, merge_overrides, overrides_of
from cardio.study_sweeps import MOST_OF_SWEEP, count_scenarios, expand_sweep, is_swept, read_sweep
from cardio.study_yaml import Document, KeyPath, shown, shown_path
from gis_layers import StudyError

BASE = "base"
"""Name of the study without a scenario, where none is named so."""
MOST_SCENARIOS = 500
"""Scenarios of a study, those of sweeps counted each: all are checked whenever the study is read."""
_Case = dict[str, tuple[Override, ...]]  # scenario -> its overrides: of one scenario as written


@dataclass(frozen=True)
class Scenarios:
    """What a study file asks, with and without its scenarios.

    Attributes
    ----------
    study : Document
        Without a scenario.
    documents : mapping of str to Document
        The study with each scenario applied, those of sweeps one by one.
    sweeps : mapping of str to tuple of str
        Sweep -> its scenarios.
    lineages : mapping of str to tuple of str
        Scenario as written -> those that apply, in order and itself last.
    """

    study: Document
    documents: Mapping[str, Document]
    sweeps: Mapping[str, tuple[str, ...]]
    lineages: Mapping[str, tuple[str, ...]]

    @property
    def written(self) -> tuple[str, ...]:
        """Scenarios as they stand in the file, in its order."""
        return tuple(self.study.data.get("scenarios", ()))

    def members(self, name: str) -> tuple[str, ...]:
        """Return the scenarios that a name stands for: those of a sweep, else itself.

        Raises
        ------
        StudyError
            Unknown, with the nearest name.
        """
        if name in self.sweeps:
            return self.sweeps[name]
        if name in self.documents or name == BASE:
            return (name,)
        known = (BASE, *self.sweeps, *self.documents)
        raise StudyError(f"{self.study.file}: no scenario {name!r}", suggest(name, known))

    def document(self, name: str | None) -> Document:
        """Return the study with one scenario applied; None and ``base`` are the study itself.

        Raises
        ------
        StudyError
            Unknown, or a sweep, which is several.
        """
        if name is None:
            return self.study
        members = self.members(name)
        if name in self.sweeps:
            raise StudyError(
                f"{self.study.file}: {name} is a sweep of {len(members)} scenarios", f"name one: {', '.join(members)}"
            )
        return self.documents.get(name, self.study)


def check_scenarios(study: Document, folders: Sequence[Path]) -> Scenarios:
    """Return the scenarios of a study file, once the file and all of them hold.

    Parameters
    ----------
    study : Document
        Its data is a mapping.
    folders : sequence of Path
        Where files are looked for: the study's folder, then the data folders.

    Raises
    ------
    StudyError
        Everything that is wrong, each with file and line.
    """
    stated = study.data.get("scenarios")
    lineages, cases, wrong = _resolve(study) if isinstance(stated, dict) else ({}, {}, [])
    documents = {
        member: apply_overrides(study, overrides) for members in cases.values() for member, overrides in members.items()
    }
    complaints = {*wrong, *_check_documents(study, documents, lineages, cases, folders)}
    if complaints:
        lines = [f"{study.file}:{complaint.line}: {complaint.text}" for complaint in sorted(complaints)]
        raise StudyError("\n".join(lines), "docs/keys.md describes every key (cardio keys)")
    sweeps = {name: tuple(members) for name, members in cases.items() if tuple(members) != (name,)}
    return Scenarios(study, documents, sweeps, lineages)


def _check_documents(
    study: Document,
    documents: Mapping[str, Document],
    lineages: Mapping[str, tuple[str, ...]],
    cases: Mapping[str, _Case],
    folders: Sequence[Path],
) -> Iterator[Complaint]:
    """Check the study, then its scenarios; what is wrong already in what a scenario extends is told only there."""
    wrong_file = file_check(folders)
    written = {name: tuple(cases.get(name, ())) or (name,) for name in study.data.get("scenarios") or ()}
    own = {*list_complaints(study, wrong_file), *_options(study, written)}
    yield from own
    told: dict[str, set[Complaint]] = {}
    for name in sorted(cases, key=lambda name: len(lineages[name])):  # what is extended comes first
        told[name] = own.union(*(told.get(ancestor, ()) for ancestor in lineages[name][:-1]))
        for member in cases[name]:
            found = {*list_complaints(documents[member], wrong_file), *_options(documents[member], written)}
            new = found - told[name]
            told[name] |= new
            yield from (Complaint(one.line, f"{one.text} [scenario {shown(member)}]") for one in new)


def _options(document: Document, written: Mapping[str, tuple[str, ...]]) -> Iterator[Complaint]:
    """Check that the options of the report are scenarios, one by one; what has another form is told elsewhere."""
    report = document.data.get("report")
    options = report.get("options") if isinstance(report, dict) else None
    known = [member for members in written.values() for member in members]
    for number, name in enumerate(options if isinstance(options, tuple) else ()):
        at: KeyPath = ("report", "options", number)
        if not isinstance(name, str) or name in known:
            continue
        if name in written:
            yield _complaint(document, at, f"{name} is a sweep: name its scenarios ({', '.join(written[name])})")
        else:
            yield _complaint(document, at, f"no scenario {shown(name)}; {suggest(name, known)}")


def _resolve(study: Document) -> tuple[dict[str, tuple[str, ...]], dict[str, _Case], list[Complaint]]:
    """Return the lineage of each scenario, what each stands for, and what is wrong with how they are written."""
    named, at = study.data["scenarios"], ("scenarios",)
    if len(named) > MOST_SCENARIOS:
        return {}, {}, [_complaint(study, at, f"{len(named)} scenarios; a study has at most {MOST_SCENARIOS}")]
    lineages, complaints = trace_lineages(study)
    own: dict[str, list[Override]] = {}
    for name, lineage in sorted(lineages.items(), key=lambda item: len(item[1])):  # what is extended comes first
        inherited = merge_overrides(one for ancestor in lineage[:-1] for one in own[ancestor])
        own[name], wrong = check_overrides(study, inherited, overrides_of(study, name))
        complaints += wrong
        for override in (override for override in own[name] if is_swept(override)):
            complaints += [_complaint(study, path, text) for path, text in read_sweep(override)[1]]
    cases: dict[str, _Case] = {}
    for name in (name for name in named if name in lineages):
        overrides = merge_overrides(one for each in lineages[name] for one in own[each])
        count = count_scenarios(overrides)
        if count > MOST_OF_SWEEP:
            text = f"makes {count} scenarios; one sweep makes at most {MOST_OF_SWEEP}"
            complaints.append(_complaint(study, (*at, name), text))
        else:
            cases[name] = expand_sweep(name, overrides)
    count = sum(map(len, cases.values()))
    if count > MOST_SCENARIOS:
        text = f"{count} scenarios, those of sweeps counted; a study has at most {MOST_SCENARIOS}"
        return {}, {}, [*complaints, _complaint(study, at, text)]
    return lineages, cases, complaints


def _complaint(study: Document, path: KeyPath, text: str) -> Complaint:
    return Complaint(line_of(study, path), f"{shown_path(path)}: {text}")
