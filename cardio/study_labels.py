"""How a study wants the things that it names to be shown: in words of its people instead of its keys."""

from __future__ import annotations

from collections.abc import Mapping

from cardio.study_money import FeeSection
from cardio.study_schema import StudyFile

Labels = Mapping[tuple[str, str], str]
SECTIONS = ("layers", "services", "targets", "options", "laying")


def labels_of(form: StudyFile) -> dict[tuple[str, str], str]:
    """(section, name) -> label of everything that has one."""
    named = {section: getattr(form, section) for section in SECTIONS}
    named["funding.grants"] = {} if form.funding is None else form.funding.grants
    fees = {} if form.finance is None else form.finance.fees
    named["finance.fees"] = {name: fee for name, fee in fees.items() if isinstance(fee, FeeSection)}
    return {
        (section, name): item.label for section, items in named.items() for name, item in items.items() if item.label
    }


def nest_labels(labels: Labels) -> dict[str, dict[str, str]]:
    """Section -> name -> label, as a JSON document has them."""
    nested: dict[str, dict[str, str]] = {}
    for (section, name), label in labels.items():
        nested.setdefault(section, {})[name] = label
    return nested
