"""What every layer of the map has."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]


def make_entry(kind: str, group: str, title: str, *, shown: bool = True, plan_only: bool = False) -> Entry:
    """Begin a layer of the map.

    Parameters
    ----------
    kind : str
        Who draws it: ``streets``, ``features``, ``zones``, ``demand`` or ``gaps``.
    group : str
        Heading of the legend under which it stands.
    shown : bool
        Whether it is switched on when the map opens.
    plan_only : bool
        Hidden while the map shows today.
    """
    return {"type": kind, "group": group, "title": title, "shown": shown, "plan_only": plan_only, "note": ""}
