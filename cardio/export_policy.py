"""The publication policy of a town: under which licence its plans are published, and what of them."""

# ruff: noqa: RUF012 (pydantic copies defaults)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cardio.exporters.open_data_fields import PUBLIC_KINDS, PUBLISHABLE
from cardio.study_checks import Found, check_form, line_of
from cardio.study_keys import suggest
from cardio.study_section import Section
from cardio.study_values import LayerName, MaybeTexts, Positive, Text
from cardio.study_yaml import read_yaml, shown, shown_path
from gis_layers import KINDS, StudyError


@dataclass(frozen=True)
class Licence:
    """A licence: identifier of the SPDX list where it has one, title, and where its text stands."""

    name: str
    title: str
    url: str
    share_alike: bool = False


# identifiers and pages of the SPDX licence list
LICENCES = {
    licence.name: licence
    for licence in (
        Licence("etalab-2.0", "Licence Ouverte / Open Licence 2.0", "https://spdx.org/licenses/etalab-2.0.html"),
        Licence("ODbL-1.0", "Open Database License 1.0", "https://spdx.org/licenses/ODbL-1.0.html", share_alike=True),
        Licence("CC-BY-4.0", "Creative Commons Attribution 4.0", "https://spdx.org/licenses/CC-BY-4.0.html"),
        Licence("CC0-1.0", "Creative Commons Zero 1.0", "https://spdx.org/licenses/CC0-1.0.html"),
    )
}


class SourceSection(Section):
    """``sources.*:``."""

    title: Text
    licence: Text | None = None
    url: Text | None = None


class FieldsSection(Section):
    """``fields:``."""

    sites: MaybeTexts | None = None
    routes: MaybeTexts | None = None
    zones: MaybeTexts | None = None


class DemandSection(Section):
    """``demand:``."""

    zones: LayerName | None = None
    grid_m: Annotated[Positive, Field(ge=50)] | None = None
    least_count: Annotated[int, Field(ge=2)]
    not_people: MaybeTexts = ()

    @model_validator(mode="after")
    def _zones_or_grid(self) -> Self:
        if (self.zones is None) == (self.grid_m is None):
            raise ValueError("give zones (a layer of zones) or grid_m (the side of squares), one of them")
        return self


class Policy(Section):
    """A policy file. docs/open-data.md describes every key."""

    licence: Text
    licence_url: Text | None = None
    publisher: Text
    contact: Text | None = None
    language: Literal["fr", "en"] = "fr"
    sources: dict[LayerName, SourceSection] = {}
    fields: FieldsSection = FieldsSection()
    place_kinds: MaybeTexts = PUBLIC_KINDS
    demand: DemandSection | None = None

    @property
    def full_licence(self) -> Licence:
        """The licence with its title and address."""
        known = LICENCES.get(self.licence)
        return known or Licence(self.licence, self.licence, self.licence_url or "")


def read_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises
    ------
    StudyError
        The file cannot be read, or something in it is wrong: everything at once, with its line.
    """
    document = read_yaml(path)
    if not isinstance(document.data, dict):
        raise StudyError(f"{path}: should be a mapping of keys", "begin with licence: and publisher:")
    found = list(check_form(Policy, document.data)) or list(_check(Policy.model_validate(document.data)))
    if found:
        lines = sorted({(line_of(document, at), f"{shown_path(at)}: {text}") for at, text in found})
        raise StudyError("\n".join(f"{path}:{line}: {text}" for line, text in lines), "docs/open-data.md has every key")
    return Policy.model_validate(document.data)


def _check(policy: Policy) -> Found:
    """Check what the form alone cannot say."""
    yield from _licence_faults(policy)
    for table, names in policy.fields:
        for name in names or ():
            if name not in PUBLISHABLE[table]:
                yield ("fields", table), f"{shown(name)} is not published; {suggest(name, PUBLISHABLE[table])}"
    for kind in policy.place_kinds:
        if kind not in KINDS and kind not in PUBLIC_KINDS:
            yield ("place_kinds",), f"unknown kind {shown(kind)}; {suggest(kind, KINDS)}"


def _licence_faults(policy: Policy) -> Found:
    if policy.licence not in LICENCES and policy.licence_url is None:
        yield ("licence",), f"{suggest(policy.licence, LICENCES)} Of another licence also give licence_url"
    for key, url in (("licence_url", policy.licence_url), *((name, s.url) for name, s in policy.sources.items())):
        if url is not None and not url.startswith(("https://", "http://")):
            yield ((key,) if key == "licence_url" else ("sources", key, "url")), "should begin with https://"
    for name, source in policy.sources.items():
        stated = LICENCES.get(source.licence or "")
        if stated is not None and stated.share_alike and stated.name != policy.licence:
            yield (
                ("sources", name, "licence"),
                f"{stated.name} asks that what is made from it be published under it too (licence: {policy.licence})",
            )
