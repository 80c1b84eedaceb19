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

ASSETS = files("cardio.exporters") / "assets"
MAP_NAME = "cardio_map"
# nothing may be fetched, whatever survey text contains
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
START = """
const cardioData = JSON.parse(document.getElementById("cardio-data").textContent);
const cardioDrawing = drawCardioMap(cardio_map, cardioData);
"""
SCRIPT_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def render_map(deliverable: Deliverable) -> str:
    """Return the whole page: one file, no external resource."""
    words = words_of(deliverable)
    headline = make_headline(deliverable.summary, words)
    study_map = _StudyMap(tiles=None, location=(0.0, 0.0), zoom_start=2, max_zoom=20, zoom_snap=0.25, zoom_delta=0.5)
    study_map.add_child(_Drawing(headline, words, map_data(deliverable, words)))
    figure = cast(Figure, study_map.get_root())
    figure.title = html.escape(headline.study)
    return str(figure.render()).replace("<html>", f'<html lang="{words.language}">', 1)


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

    def __init__(self, headline: Headline, words: Words, data: dict[str, Any]) -> None:
        super().__init__()
        self._name = "Drawing"
        self._headline, self._words, self._data = headline, words, data

    def render(self, **_options: object) -> str:
        figure = cast(Figure, self.get_root())
        figure.header.add_child(_Verbatim(_head()), name="cardio_head")
        figure.html.add_child(_Verbatim(_title(self._headline, self._words)), name="cardio_title")
        figure.html.add_child(_Verbatim(_data_block(self._data)), name="cardio_data")
        figure.script.add_child(_Verbatim(START), name="cardio_start")
        return ""


def _head() -> str:
    # Leaflet's style sheet names three pictures beside it, which this map does not use
    leaflet_css = re.sub(r"url\(images/[^)]*\)", "none", _asset("leaflet.css"))
    leaflet_js = _asset("leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<!-- Leaflet 1.9.4\n{_asset('leaflet.LICENSE')}-->\n"
        f"<style>{leaflet_css}</style>\n<style>{_asset('map.css')}</style>\n"
        f"<script>{leaflet_js}</script>\n<script>{_asset('map.js')}</script>\n"
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


def _data_block(data: dict[str, Any]) -> str:
    return f'<script type="application/json" id="cardio-data">{script_safe_json(data)}</script>'


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
