"""Tiles of a background map: the one thing that a map may fetch, and only where the study asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# a host and a path in which nothing can end the content policy or an attribute, and {z}, {x}, {y} in the path alone
URL = re.compile(r"https://(?P<host>[A-Za-z0-9.-]+(?::\d{1,5})?)(?P<path>/[A-Za-z0-9._~/{}@=?&%+-]*)")
PLACES = ("{z}", "{x}", "{y}")


@dataclass(frozen=True)
class Tiles:
    """A tile server.

    Attributes
    ----------
    url : str
        https template with ``{z}``, ``{x}`` and ``{y}``.
    attribution : str
        What the owner of the tiles asks to be shown.
    """

    url: str
    attribution: str

    @property
    def origin(self) -> str:
        """Scheme and host, all that the page's policy lets pictures come from."""
        return self.url[: self.url.index("/", len("https://"))]


def check_tiles_url(url: str) -> str:
    """Return the template.

    Raises
    ------
    ValueError
        It is no https address, or has other than ``{z}``, ``{x}`` and ``{y}`` once each in its path.
    """
    match = URL.fullmatch(url)
    if match is None:
        raise ValueError("write an address like https://tiles.example.org/{z}/{x}/{y}.png, and no other kind")
    path = match["path"]
    bare = path
    for place in PLACES:
        if path.count(place) != 1:
            raise ValueError(f"the address needs {', '.join(PLACES)}, each once")
        bare = bare.replace(place, "")
    if "{" in bare or "}" in bare:
        raise ValueError(f"the address may hold {', '.join(PLACES)} in braces and nothing else")
    return url
