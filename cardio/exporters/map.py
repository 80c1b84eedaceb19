"""map.html: a Folium map that opens with no network and shows survey text only as text."""

from __future__ import annotations

import html
import json
import re
from importlib.resources import files
from typing import Any, cast

import folium
from branca.element import Element, Figure

from cardio.deliverable import Deliverable
from cardio.exporters.headline import Headline, make_headline
from cardio.exporters.map_layers import map_data
from cardio.exporters.texts import Words, words_of
from cardio.tiles import Tiles

ASSETS = files("cardio.exporters") / "assets"
MAP_NAME = "cardio_map"
# nothing may be fetched, whatever survey text contains
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
SCRIPTS = ("map_shapes.js", "map_layers.js", "map_labels.js", "map_panel.js", "map_tools.js", "map.js")
START = """
const cardioData = JSON.parse(document.getElementById("cardio-data").textContent);
const cardioDrawing = drawCardioMap(cardio_map, cardioData);
"""
SCRIPT_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def render_map(deliverable: Deliverable) -> str:
    """Return the whole page: one file, no external resource but the tiles that the study asks for."""
    study_map = folium_map(deliverable)
    figure = cast(Figure, study_map.get_root())
    figure.title = html.escape(make_headline(deliverable.summary, words_of(deliverable)).study)
    return str(figure.render()).replace("<html>", f'<html lang="{deliverable.language}">', 1)


def folium_map(deliverable: Deliverable, *, offline: bool = True) -> folium.Map:
    """Return the map as a Folium map, for a notebook or to add layers to.

    It shows itself in a notebook with no network; ``save`` writes it as one file. A page holds one such map.

    Parameters
    ----------
    deliverable : Deliverable
        Of a run, or of a diagnosis.
    offline : bool
        The page refuses to fetch anything, as it should for people who trust it. False lifts that, for added layers
        which need the net: tiles, plugins of Folium, icons.
    """
    words = words_of(deliverable)
    study_map = _StudyMap(tiles=None, location=(0.0, 0.0), zoom_start=2, max_zoom=20, zoom_snap=0.25, zoom_delta=0.5)
    study_map.add_child(_Drawing(deliverable, words, _policy(deliverable.tiles) if offline else None))
    return study_map


def _policy(tiles: Tiles | None) -> str:
    return POLICY if tiles is None else f"{POLICY} {tiles.origin}"


def script_safe_json(value: Any) -> str:
    """JSON that cannot end or open a script element, whatever text it holds."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(SCRIPT_ESCAPES)


class _StudyMap(folium.Map):
    """A Folium map that links nothing from the net and has a fixed name, so that the same plan gives the same file."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.default_js, self.default_css = [], []

    def get_name(self) -> str:
        return MAP_NAME


class _Verbatim(Element):
    """Text put into the page as it is: branca would run any other text through Jinja, where ``{{`` in a name runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_options: object) -> str:
        return self._text


class _Drawing(Element):
    """Leaflet, the title and the data, put into the figure after Folium's own map."""

    def __init__(self, deliverable: Deliverable, words: Words, policy: str | None) -> None:
        super().__init__()
        self._name = "Drawing"
        headline = make_headline(deliverable.summary, words)
        self._parts = {
            "header": ("cardio_head", _head(policy)),
            "title": ("cardio_title", _title(headline, words)),
            "data": ("cardio_data", _data_block(map_data(deliverable, words))),
            "foot": ("cardio_foot", _foot(deliverable, words)),
        }

    def render(self, **_options: object) -> str:
        figure = cast(Figure, self.get_root())
        for where, (name, text) in self._parts.items():
            (figure.header if where == "header" else figure.html).add_child(_Verbatim(text), name=name)
        figure.script.add_child(_Verbatim(START), name="cardio_start")
        return ""


def _head(policy: str | None) -> str:
    # Leaflet's style sheet names three pictures beside it, which this map does not use
    leaflet_css = re.sub(r"url\(images/[^)]*\)", "none", _asset("leaflet.css"))
    leaflet_js = _asset("leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n' if policy else ""
    return (
        f'{meta}<meta name="referrer" content="no-referrer">\n'
        f"<!-- Leaflet 1.9.4\n{_asset('leaflet.LICENSE')}-->\n"
        f"<style>{leaflet_css}</style>\n<style>{_asset('map.css')}</style>\n"
        f"<script>{leaflet_js}</script>\n<script>{''.join(map(_asset, SCRIPTS))}</script>\n"
    )


def _title(headline: Headline, words: Words) -> str:
    text = {
        name: html.escape(getattr(headline, name)) for name in ("study", "scenario", "cost", "net", "proof", "targets")
    }
    under = html.escape(headline.subtitle)
    if headline.scenario:
        under += f" · {html.escape(words['scenario'])} {text['scenario']}"
    cost = _figure(text["cost"], words["capex_excl_tax"]) if headline.has_plan else ""
    if headline.net:
        cost += _figure(text["net"], words["money.net"])
    if headline.operation:
        cost += _figure(html.escape(headline.operation), words["money.operation"])
    second = _figure(html.escape(headline.errors), words["check.errors"])
    if not headline.errors:
        second = _figure(text["targets"], words["targets_met"])
    return (
        f'<header id="cardio-title"><h1>{text["study"]}<small>{under}</small></h1>{cost}'
        f'{second}<div class="proof">{text["proof"]}</div></header>'
    )


def _figure(value: str, label: str) -> str:
    return f'<div class="figure">{value}<small>{html.escape(label)}</small></div>'


def _foot(deliverable: Deliverable, words: Words) -> str:
    """What the map may not be used for, when and by what it was made, of what, and whose background it shows."""
    made = {"created": words.moment(deliverable.summary["created"]), "version": deliverable.summary["cardio_version"]}
    parts = [words["map.made"].format(**made), words["map.data_of"], words["map.drawn_by"]]
    if deliverable.tiles is not None:
        parts.append(words["map.tiles"].format(attribution=deliverable.tiles.attribution))
    about = html.escape(" · ".join(parts))
    return (
        f'<footer id="cardio-foot"><strong>{html.escape(words["map.no_dict"])}</strong> <span>{about}</span></footer>'
    )


def _data_block(data: dict[str, Any]) -> str:
    return f'<script type="application/json" id="cardio-data">{script_safe_json(data)}</script>'


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
