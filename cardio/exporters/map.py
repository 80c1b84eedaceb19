"""map.html: a Folium map that opens with no network and shows survey text only as text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
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
EXTENSIONS = {"cardioPlans": "map_plans.js"}
START = """
const cardioData = JSON.parse(document.getElementById("cardio-data").textContent);
const cardioDrawing = drawCardioMap(cardio_map, cardioData{extension});
"""
SCRIPT_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def render_map(deliverable: Deliverable) -> str:
    """Return the whole page: one file, no external resource but the tiles that the study asks for."""
    study = make_headline(deliverable.summary, words_of(deliverable)).study
    return render_pieces(_pieces(deliverable, policy_of(deliverable.tiles)), title=study, language=deliverable.language)


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
    return _make_map(_pieces(deliverable, policy_of(deliverable.tiles) if offline else None))


def _pieces(deliverable: Deliverable, policy: str | None) -> MapPieces:
    words = words_of(deliverable)
    made = words.moment(deliverable.summary["created"]), deliverable.summary["cardio_version"]
    return MapPieces(
        policy,
        _title(make_headline(deliverable.summary, words), words),
        map_data(deliverable, words),
        foot(*made, deliverable.tiles, words, deliverable.attribution),
    )


def policy_of(tiles: Tiles | None) -> str:
    """What a map may fetch: nothing, or the tiles that the study asks for."""
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


@dataclass(frozen=True)
class MapPieces:
    """What a page puts around and into a map.

    Attributes
    ----------
    policy : str or None
        What the page may fetch; None to leave that open.
    title, foot : str
        HTML above and below the map.
    data : mapping
        What the script draws.
    extension : str
        Function that adds layers and switches to the map, one of `EXTENSIONS`; empty for none.
    """

    policy: str | None
    title: str
    data: Mapping[str, Any]
    foot: str
    extension: str = ""


def render_pieces(pieces: MapPieces, *, title: str, language: str) -> str:
    """Return a map as a whole page."""
    figure = cast(Figure, _make_map(pieces).get_root())
    figure.title = html.escape(title)
    return str(figure.render()).replace("<html>", f'<html lang="{language}">', 1)


def _make_map(pieces: MapPieces) -> folium.Map:
    study_map = _StudyMap(tiles=None, location=(0.0, 0.0), zoom_start=2, max_zoom=20, zoom_snap=0.25, zoom_delta=0.5)
    study_map.add_child(_Drawing(pieces))
    return study_map


class _Drawing(Element):
    """Leaflet, the title and the data, put into the figure after Folium's own map."""

    def __init__(self, pieces: MapPieces) -> None:
        super().__init__()
        self._name = "Drawing"
        self._start = START.format(extension=f", {pieces.extension}" if pieces.extension else "")
        self._parts = {
            "header": ("cardio_head", _head(pieces.policy, pieces.extension)),
            "title": ("cardio_title", pieces.title),
            "data": ("cardio_data", _data_block(pieces.data)),
            "foot": ("cardio_foot", pieces.foot),
        }

    def render(self, **_options: object) -> str:
        figure = cast(Figure, self.get_root())
        for where, (name, text) in self._parts.items():
            (figure.header if where == "header" else figure.html).add_child(_Verbatim(text), name=name)
        figure.script.add_child(_Verbatim(self._start), name="cardio_start")
        return ""


def _head(policy: str | None, extension: str) -> str:
    # Leaflet's style sheet names three pictures beside it, which this map does not use
    leaflet_css = re.sub(r"url\(images/[^)]*\)", "none", _asset("leaflet.css"))
    leaflet_js = _asset("leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
    scripts = [*SCRIPTS, EXTENSIONS[extension]] if extension else SCRIPTS
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n' if policy else ""
    return (
        f'{meta}<meta name="referrer" content="no-referrer">\n'
        f"<!-- Leaflet 1.9.4\n{_asset('leaflet.LICENSE')}-->\n"
        f"<style>{leaflet_css}</style>\n<style>{_asset('map.css')}</style>\n"
        f"<script>{leaflet_js}</script>\n<script>{''.join(map(_asset, scripts))}</script>\n"
    )


def _title(headline: Headline, words: Words) -> str:
    text = {
        name: html.escape(getattr(headline, name)) for name in ("study", "scenario", "cost", "net", "proof", "targets")
    }
    under = html.escape(headline.subtitle)
    if headline.scenario:
        under += f" · {html.escape(words['scenario'])} {text['scenario']}"
    cost = title_figure(text["cost"], words["capex_excl_tax"]) if headline.has_plan else ""
    if headline.net:
        cost += title_figure(text["net"], words["money.net"])
    if headline.operation:
        cost += title_figure(html.escape(headline.operation), words["money.operation"])
    second = title_figure(html.escape(headline.errors), headline.errors_label)
    if not headline.errors:
        second = title_figure(text["targets"], words["targets_met"])
    return (
        f'<header id="cardio-title"><h1>{text["study"]}<small>{under}</small></h1>{cost}'
        f'{second}<div class="proof">{text["proof"]}</div></header>'
    )


def title_figure(value: str, label: str) -> str:
    """Figure of the title, as HTML; the value is HTML already."""
    return f'<div class="figure">{value}<small>{html.escape(label)}</small></div>'


def foot(created: str, version: str, tiles: Tiles | None, words: Words, attribution: str = "") -> str:
    """What the map may not be used for, when and by what it was made, of what, and whose background it shows."""
    parts = [words["map.made"].format(created=created, version=version), words["map.data_of"], words["map.drawn_by"]]
    if attribution:
        parts[1] = words["map.data_by"].format(attribution=attribution)
    if tiles is not None:
        parts.append(words["map.tiles"].format(attribution=tiles.attribution))
    about = html.escape(" · ".join(parts))
    return (
        f'<footer id="cardio-foot"><strong>{html.escape(words["map.no_dict"])}</strong> <span>{about}</span></footer>'
    )


def _data_block(data: Mapping[str, Any]) -> str:
    return f'<script type="application/json" id="cardio-data">{script_safe_json(data)}</script>'


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
