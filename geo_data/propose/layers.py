"""Which layer of the schema a planner's layer is: by geometry, words in names, headers and values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from geo_data.propose.columns import cells_of, meant
from geo_data.propose.look import Look
from geo_data.propose.values import known_share
from geo_data.schema import LAYERS, LayerSpec

__all__ = ["Likeness", "geometry_of", "rank_layers"]

_KINDS = {0: "Point", 4: "Point", 1: "LineString", 2: "LineString", 5: "LineString", 3: "Polygon", 6: "Polygon"}
"""Geometry of the schema by the type numbers of shapely; of many parts, that of the parts."""

BY_NAME, BY_WORD, BY_HEADER, BY_VALUES = 9.0, 3.0, 3.0, 3.0
"""What speaks for a layer: its own name, a word of its, a header that only it has, values that only it has."""


@dataclass(frozen=True)
class Likeness:
    """How much speaks for a layer of the schema.

    Parameters
    ----------
    score
        The more, the likelier; below 1 next to nothing.
    reasons
        In words.
    """

    spec: LayerSpec
    score: float
    reasons: tuple[str, ...]


def rank_layers(look: Look) -> list[Likeness]:
    """Return the layers of the schema that a planner's layer may be by its geometry, likeliest first."""
    kind = geometry_of(look)
    fitting = [spec for spec in LAYERS if kind in spec.geometry]
    told: dict[str, list[tuple[float, str]]] = {spec.name: [] for spec in fitting}
    for spec in fitting:
        told[spec.name] += _names(spec, look)
        told[spec.name] += _headers(spec, look, fitting)
        told[spec.name] += _values(spec, look, fitting)
    ranked = [Likeness(s, sum(w for w, _ in told[s.name]), _reasons(told[s.name])) for s in fitting]
    return sorted(ranked, key=lambda likeness: -likeness.score)


def geometry_of(look: Look) -> str:
    """Return the geometry that most rows have, '' where none has one."""
    if look.frame is None or not len(look.frame):
        return ""
    types = shapely.get_type_id(look.frame.geometry.to_numpy())
    kinds = Counter(_KINDS[int(t)] for t in types if int(t) in _KINDS)
    return kinds.most_common(1)[0][0] if kinds else ""


def _reasons(told: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    """Words of what counts, heaviest first."""
    return tuple(dict.fromkeys(words for weight, words in sorted(told, reverse=True) if weight >= 0.5))


def _names(spec: LayerSpec, look: Look) -> list[tuple[float, str]]:
    """What the name of the layer says, or of the file where that says nothing."""
    for text in (look.layer, look.path.stem):
        if _words(text) == _words(spec.name) or text in (spec.title_zh, spec.title):
            return [(BY_NAME, f"it is called '{text}'")]
        if hits := [word for word in spec.words if _says(text, word)]:
            weight = BY_WORD + 0.5 * (len(hits) - 1) + 0.1 * max(map(len, hits))
            return [(weight, f"its name says '{max(hits, key=len)}'")]
    return []


def _words(text: str) -> str:
    """English words of a name, small and joined by '_'."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return re.sub(r"[^a-z]+", "_", split.lower()).strip("_")


def _says(text: str, word: str) -> bool:
    """Whether a name holds a word: English ones whole or in the plural, Chinese ones anywhere."""
    if not word.isascii():
        return word in text
    return re.search(rf"(^|_){word}(s|es)?(_|$)", _words(text)) is not None


def _headers(spec: LayerSpec, look: Look, fitting: Sequence[LayerSpec]) -> list[tuple[float, str]]:
    """Headers that mean columns of this layer; the fewer layers have such a column, the more it says."""
    found = []
    for header in _table_headers(look):
        sharing = [s for s in fitting if meant(header, s.columns)]
        if spec in sharing:
            found.append((BY_HEADER / len(sharing) ** 2, f"it has a column '{header}'"))
    return found


def _values(spec: LayerSpec, look: Look, fitting: Sequence[LayerSpec]) -> list[tuple[float, str]]:
    """Columns whose words are values of this layer only: road classes, kinds of places."""
    assert look.frame is not None
    found = []
    for header in _table_headers(look):
        cells = cells_of(look.frame, header)
        shares = {s.name: max((known_share(c, cells) for c in s.columns if c.words), default=0.0) for s in fitting}
        alike = [name for name, share in shares.items() if share >= 0.5]
        if spec.name in alike:
            found.append((BY_VALUES / len(alike) ** 2, f"column '{header}' holds its usual values"))
    return found[:2]


def _table_headers(look: Look) -> list[str]:
    """Headers but that of the geometry."""
    assert look.frame is not None
    return [str(c) for c in look.frame.columns if c != look.frame.geometry.name]
