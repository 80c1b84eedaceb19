"""How a study wants the things that it names to be shown: in words of its people instead of its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardio.study_money import FeeSection
from cardio.study_schema import StudyFile
from cardio.study_yaml import KeyPath, shown

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


def check_labels(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Yield labels that two things of a section would share: sums by name would mix them."""
    parts: list[KeyPath] = [*((section,) for section in SECTIONS), ("funding", "grants"), ("finance", "fees")]
    for path in parts:
        items = data
        for part in path:
            items = items.get(part) if isinstance(items, dict) else None
        yield from _check_section(path, items if isinstance(items, dict) else {})


def _check_section(path: KeyPath, items: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    labels = {name: item.get("label") for name, item in items.items() if isinstance(item, dict)}
    labels = {name: str(label).strip() for name, label in labels.items() if label}
    shown_as = {name: labels.get(name) or str(name).replace("_", " ").strip() for name in items}
    first: dict[str, str] = {}
    for name, text in shown_as.items():
        other = first.setdefault(text.casefold(), name)
        if other != name and (name in labels or other in labels):
            labelled = name if name in labels else other
            yield (*path, labelled, "label"), f"is also how {shown(other if labelled == name else name)} is shown"


def nest_labels(labels: Labels) -> dict[str, dict[str, str]]:
    """Section -> name -> label, as a JSON document has them."""
    nested: dict[str, dict[str, str]] = {}
    for (section, name), label in labels.items():
        nested.setdefault(section, {})[name] = label
    return nested
