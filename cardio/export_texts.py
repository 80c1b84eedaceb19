"""What ``cardio export`` says: what was written, what was left out and whether it was validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def say_export(document: Mapping[str, Any]) -> str:
    """Say the document of an export in a few lines."""
    lines = [f"{document['format']}: " + ", ".join(f"{count} {name}" for name, count in document["written"].items())]
    lines += [f"  {path}" for path in document["files"]]
    lines += [f"left out: {count} {name}" for name, count in document["left_out"].items() if count]
    lines += [f"note: {note}" for note in document["notes"]]
    return "\n".join(lines)
