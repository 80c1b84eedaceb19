"""A template of the study's own for its report: rendered in a sandbox, over ours, with everything escaped."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FunctionLoader, PackageLoader, StrictUndefined, Template, TemplateError
from jinja2.exceptions import TemplateSyntaxError
from jinja2.nodes import ScopedEvalContextModifier
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gis_layers import StudyError

OWN = "the template of the study"
HINT = "docs/report.md lists the blocks of a report and what stands in them"
MOST_PICTURE_BYTES = 1_000_000
# how the files of pictures begin; an SVG has no fixed beginning
KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# what a template can do wrong while it runs, besides what Jinja itself refuses
SLIPS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which texts are not multiplied either: ``{{ "a" * 10**10 }}`` would take all memory."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers only, and raise none to a power."""
        if operator == "**" or not all(isinstance(side, int | float | Decimal) for side in (left, right)):
            raise TypeError(f"{operator} is for numbers, and ** for none: write the text or the number itself")
        return super().call_binop(context, operator, left, right)


def load_template(path: Path) -> Template:
    """Compile a template of a study; ``{% extends "report.html" %}`` means ours.

    It runs in Jinja's sandbox, sees our templates and no other file, and cannot switch escaping off: survey text stays
    text.

    Raises
    ------
    StudyError
        The file cannot be read or is no template; file and line are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} cannot be read: {error}", "report.template is a text file in UTF-8") from error
    environment = _Sandbox(
        loader=ChoiceLoader(
            [
                FunctionLoader(lambda name: (text, str(path), lambda: True) if name == OWN else None),
                PackageLoader("cardio.exporters"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.filters["safe"]
    try:
        for modifier in environment.parse(text).find_all(ScopedEvalContextModifier):
            raise TemplateSyntaxError("escaping cannot be changed", modifier.lineno)
        return environment.get_template(OWN)
    except TemplateSyntaxError as error:
        raise StudyError(f"{path}:{error.lineno}: {error.message}", HINT) from error


def render_template(path: Path, context: Mapping[str, Any]) -> str:
    """Render a template of a study.

    Raises
    ------
    StudyError
        As of `load_template`, and where the template fails on what it is given; file and line are named.
    """
    template = load_template(path)
    try:
        return template.render(context)
    except (TemplateError, *SLIPS) as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        if not lines:
            raise  # our own templates failed: not for the user to mend
        raise StudyError(f"{path}:{lines[-1]}: {error}", HINT) from error


def embed_picture(path: Path) -> str:
    """Return a picture as a ``data:`` address.

    Raises
    ------
    StudyError
        It cannot be read, is larger than a megabyte, or is no PNG, JPEG or SVG.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error}", "name a PNG, JPEG or SVG file") from error
    if len(content) > MOST_PICTURE_BYTES:
        raise StudyError(f"{path} has {len(content)} bytes", f"make it smaller than {MOST_PICTURE_BYTES} bytes")
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None and b"<svg" in content[:1000]:
        kind = "image/svg+xml"
    if kind is None:
        raise StudyError(f"{path} is no picture that a report can show", "name a PNG, JPEG or SVG file")
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
