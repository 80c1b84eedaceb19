"""The text of a first study: layers by kind, then the network, services, targets and works that they allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardio.init_files import FoundLayer, LeftOut
from cardio.init_kinds import LEAST_POINTS, Guess, fold
from cardio.init_texts import text
from cardio.init_yaml import comment, doubt, flow, indented, scalar
from cardio.study_values import RESERVED_LAYER_NAMES, check_text
from gis_layers import KINDS, StudyError, fitting_crs, utm_crs

_SURE_POINTS = LEAST_POINTS + 0.5
_ID_WORDS = ("id", "num", "code", "cle", "no", "ref")
_CLASS_WORDS = (
    "nature",
    "type",
    "highway",
    "classe",
    "class",
    "categorie",
    "category",
    "access",
    "operator",
    "support",
)
_CLASSIFIED = ("street", "street_light", "parking_bay", "wifi_hotspot", "public_building", "fibre_node")
_NAME_LENGTH = 40


@dataclass(frozen=True)
class NamedLayer:
    """A layer of the study that is to be written."""

    name: str
    found: FoundLayer
    guess: Guess

    @property
    def kind(self) -> str:
        """Kind that is written."""
        return self.guess.kind

    def column(self, canonical: str) -> str | None:
        """Column of the file behind a canonical one, None without it."""
        return self.found.look.recognised[self.kind].get(canonical)


@dataclass(frozen=True)
class Layers:
    """Layers of a study, and how to find those of a kind."""

    named: tuple[NamedLayer, ...]

    def of(self, *kinds: str) -> list[NamedLayer]:
        """Layers of some kinds: by kind in this order, then those with most rows first."""
        found = [layer for layer in self.named if layer.kind in kinds]
        return sorted(found, key=lambda layer: (kinds.index(layer.kind), -layer.found.look.rows, layer.name))

    def first(self, *kinds: str) -> NamedLayer | None:
        """First of `of`, None without any."""
        return next(iter(self.of(*kinds)), None)

    def names(self, *kinds: str) -> list[str]:
        """Names of the layers of some kinds."""
        return [layer.name for layer in self.of(*kinds)]


def choose_crs(found: Sequence[FoundLayer]) -> str:
    """Return the commonest projected CRS in metres, the first by name of equals; else the UTM zone of a layer.

    Raises
    ------
    StudyError
        No layer says where on earth it lies.
    """
    counts = Counter(_metric_names(found))
    if counts:
        return min(counts, key=lambda name: (-counts[name], name))
    placed = [layer.look for layer in found if layer.look.middle is not None]
    for look in sorted(placed, key=lambda look: -look.rows):
        if look.middle is not None and (name := utm_crs(*look.middle)):
            return name
    raise StudyError("no layer states a CRS that tells where on earth it lies", "deliver the files with their CRS")


def _metric_names(found: Sequence[FoundLayer]) -> list[str]:
    """Projected CRS in metres of layers, where it has a name short enough for a study: ``AUTHORITY:CODE``."""
    return [layer.look.crs for layer in found if layer.look.metric and "[" not in layer.look.crs]


def name_layers(guessed: Sequence[tuple[FoundLayer, Guess]]) -> Layers:
    """Name layers after their layer or file, in letters, digits and ``_``; equal names are numbered."""
    taken: Counter[str] = Counter()
    named = []
    for found, guess in guessed:
        plain = fold(found.kind or found.layer or found.path.rsplit("/", 1)[-1].split(".")[0])[:_NAME_LENGTH]
        name = (
            plain if plain[:1].isalpha() and plain not in RESERVED_LAYER_NAMES else f"{guess.kind}_{plain}".rstrip("_")
        )
        while name in taken:
            taken[name] += 1
            name = f"{name}_{taken[name]}"
        taken[name] = 1
        named.append(NamedLayer(name, found, guess))
    return Layers(tuple(named))


def write_study(
    layers: Layers,
    *,
    crs: str,
    name: str,
    language: str,
    files: int,
    unused: Sequence[str],
    left_out: Sequence[LeftOut],
    works: Sequence[str],
) -> str:
    """Write the study file.

    Parameters
    ----------
    layers : Layers
        Those that fit a kind and state a CRS.
    crs, name, language : str
        As in ``study:``.
    files : int
        Survey files that were opened.
    unused : sequence of str
        Sentences about layers that are not used.
    left_out : sequence of LeftOut
        Files that cannot be read.
    works : sequence of str
        Lines below the layers.
    """
    head = {"name": name, "crs": crs, "language": language}
    lines = [comment(text("head", language, files=files)), "cardio: 1"]
    lines += indented_doubts(crs_doubts(layers, language), 0)
    lines += [f"study: {flow(head)}", "layers:"]
    for layer in layers.named:
        lines += indented(_layer_lines(layer, language))
    lines += indented([doubt(words) for words in unused])
    lines += indented([comment(text("unread", language, what=each.shown, reason=each.reason)) for each in left_out])
    return "\n".join([*lines, *works]) + "\n"


def indented_doubts(doubts: Sequence[str], by: int) -> list[str]:
    """Doubts as comments."""
    return indented([doubt(words) for words in doubts], by)


def crs_doubts(layers: Layers, language: str) -> list[str]:
    """What the reader should know of the choice of the CRS."""
    names = sorted(set(_metric_names([layer.found for layer in layers.named])))
    if not names:
        return [text("crs_utm", language)]
    return [text("crs_several", language, names=", ".join(names))] if len(names) > 1 else []


def explain_unused(found: FoundLayer, guess: Guess, crs: str, language: str) -> str:
    """Say why a layer that can be read is not used."""
    families = ", ".join(f"{rows} {family}" for family, rows in found.look.families.items())
    what = f"{found.shown} ({families}; {', '.join(found.look.columns)})"
    if not guess.kind:
        return text("no_kind", language, what=what)
    fitting = ", ".join(each.split("\n")[0] for each in fitting_crs(found.look, crs)[:3])
    return f"{found.shown} ({guess.kind}) {text('no_crs', language, names=fitting or '-')}"


def layer_doubts(layer: NamedLayer, language: str) -> list[str]:
    """What is not sure about the kind of a layer."""
    if layer.guess.alternative:
        return [text("alternative", language, kind=layer.guess.alternative)]
    return [text("weak", language)] if layer.guess.score < _SURE_POINTS else []


def _layer_lines(layer: NamedLayer, language: str) -> list[str]:
    found = layer.found
    own = [f"kind: {scalar(layer.kind)}", f"path: {scalar(found.path)}"]
    if found.layer is not None:
        own.append(f"layer: {scalar(found.layer)}")
    if columns := _columns(layer):
        own.append(f"columns: {flow(columns)}")
    own += [doubt(words) for words in layer_doubts(layer, language)]
    if layer.kind in _CLASSIFIED:
        own += _where_lines(layer, language)
    return [f"{layer.name}:", *indented(own)]


def _columns(layer: NamedLayer) -> dict[str, str]:
    """Columns that are recognised, with an id where a column looks like one; those with unsafe names are left out."""
    look = layer.found.look
    found = {name: column for name, column in look.recognised[layer.kind].items() if name != "id"}
    known = look.recognised[layer.kind].get("id")
    guessed = (
        column for column in look.unique if set(fold(column).split("_")) & set(_ID_WORDS) or fold(column)[:2] == "id"
    )
    if known in look.unique or (known is None and (known := next(guessed, None)) is not None):
        found = {"id": str(known)} | found
    order = [column.name for column in KINDS[layer.kind].columns]
    return {name: found[name] for name in order if name in found and _is_safe(found[name])}


def _where_lines(layer: NamedLayer, language: str) -> list[str]:
    """Lines that tell the classes of a layer, as a filter that is still commented out."""
    classes: Mapping[str, tuple[str, ...]] = layer.found.look.classes
    ranked = sorted((_CLASS_WORDS.index(fold(name)), name) for name in classes if fold(name) in _CLASS_WORDS)
    column = next((name for _, name in ranked if _is_safe(name)), None)
    if column is None:
        return []
    values = [value for value in classes[column] if value and _is_safe(value)]
    return [doubt(text("where", language)), comment(f"where: {flow({column: values})}")]


def _is_safe(words: str) -> bool:
    try:
        check_text(words)
    except ValueError:
        return False
    return True
