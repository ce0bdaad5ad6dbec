"""Extracts of OpenStreetMap (.osm.pbf, .osm): roads as candidate routes; railways, waters and motorways as obstacles.

Ways keep the points they share, so roads meet where they share a node and nowhere else: a bridge and the road under it
stay apart.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from geo_data.findings import listed
from geo_data.read.osm_rules import LINK_SUFFIX, ROADS, is_area, level_of, obstacle_kind, road_class, structure
from geo_data.read.osm_ways import Way, read_ways
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

__all__ = ["OSM_LAYERS", "read_osm"]

OSM_LAYERS = ("candidate_routes", "obstacles")
_NAMES = ("name", "name:zh", "name:en", "ref")
_OWN = ("highway", "railway", "waterway")
_KINDS = ("rail", "water", "motorway")
_CREDIT = "© OpenStreetMap contributors, ODbL"
_SHOWN = 8


def read_osm(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return roads or obstacles with the schema's columns, ``highway``, ``railway``, ``waterway`` and ``other_tags``.

    Parameters
    ----------
    path
        An extract, ``.osm.pbf`` or ``.osm``.
    name
        ``candidate_routes`` or ``obstacles``; '' for the roads.
    settings
        ``layer`` chooses values of ``highway`` (candidate routes) or kinds (obstacles) instead of the usual ones.

    Raises
    ------
    Unreadable
        For another layer, or a file that is broken.

    Notes
    -----
    A closed way tagged as an area (a square) is no line; it is left out and told. Both tracks of a railway and both
    carriageways of a motorway are lines of their own. Ways that the extract cuts keep what is in it and are told.
    """
    if name and name not in OSM_LAYERS:
        raise Unreadable(
            f"is an extract of OpenStreetMap, which is read for roads and obstacles, not for {name.replace('_', ' ')}",
            "Pick the features out in QGIS and save them as GeoPackage.",
        )
    ways = read_ways(path, _OWN)
    chosen = frozenset(part.strip() for part in settings.layer.replace(";", ",").split(",") if part.strip())
    words = np.array([_word(way, name, chosen) for way in ways], dtype=object)
    wanted = [(way, word) for way, word in zip(ways, words, strict=True) if word]
    frame = _frame([(way, word) for way, word in wanted if way.line is not None], name)
    _tell(frame, ways, words, name)
    _tell_cut(frame, [way for way, _ in wanted])
    return frame


def _word(way: Way, name: str, chosen: frozenset[str]) -> str:
    """Class of a candidate route or kind of an obstacle, '' for what is not in the layer."""
    tags = way.tags
    if way.closed and is_area(tags):
        return ""
    if name == "obstacles":
        kind = obstacle_kind(tags)
        return kind if not chosen or kind in chosen else ""
    if not chosen:
        return road_class(tags)
    highway = str(tags.get("highway") or "")
    return highway.removesuffix(LINK_SUFFIX) if highway in chosen else ""


def _frame(ways: Sequence[tuple[Way, str]], name: str) -> gpd.GeoDataFrame:
    """The layer's rows."""
    rows = [way.tags for way, _ in ways]
    columns: dict[str, Any] = {
        "id": np.array([way.id for way, _ in ways], dtype=object),
        "name": [next((t[k] for k in _NAMES if t.get(k)), "") for t in rows],
        "kind" if name == "obstacles" else "class": np.array([word for _, word in ways], dtype=object),
        "bridge": [structure(t, "bridge") or structure(t, "tunnel") for t in rows],
        "level": [level_of(t) for t in rows],
        "source": "OpenStreetMap",
        **{key: [t.get(key) for t in rows] for key in _OWN},
        "other_tags": [_rest(t) for t in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=[way.line for way, _ in ways], crs="EPSG:4326")


def _rest(tags: Mapping[str, Any]) -> str:
    """Tags that have no column of their own, as JSON text."""
    left = {key: value for key, value in tags.items() if key not in (*_OWN, "name")}
    return json.dumps(left, ensure_ascii=False) if left else ""


def _tell(frame: gpd.GeoDataFrame, ways: Sequence[Way], words: Any, name: str) -> None:
    """Say what was left out, and whose data it is."""
    read: Callable[[Mapping[str, Any]], str] = _left_obstacle if name == "obstacles" else _left_road
    others = [way for way, word in zip(ways, words, strict=True) if not word]
    left = Counter(word + " (area)" * (way.closed and is_area(way.tags)) for way in others if (word := read(way.tags)))
    if left:
        text = f"Ways that are not in the layer, by tag: {_counted(left)}."
        usual = ", ".join(_KINDS if name == "obstacles" else sorted(ROADS)[:4])
        remark(frame, "note", "osm-left-out", text, f"Choose with layer = '{usual}, ...'.", left.total())
    if len(frame):
        remark(frame, "note", "osm-credit", f"The layer comes from OpenStreetMap: {_CREDIT}.", "Put it into credits.")


def _tell_cut(frame: gpd.GeoDataFrame, ways: Sequence[Way]) -> None:
    """Say which of the layer's ways the extract cuts, and which have no line left."""
    cut = [way.id for way in ways if way.line is not None and way.lacking]
    gone = [way.id for way in ways if way.line is None]
    said = [f"{len(cut)} cut short ({listed(cut, _SHOWN)})"] if cut else []
    said += [f"{len(gone)} left out, with no stretch inside it ({listed(gone, _SHOWN)})"] if gone else []
    if said:
        text = f"Ways with nodes that are not in the extract: {'; '.join(said)}."
        advice = "Cut the extract with complete ways (osmium extract --strategy complete_ways)."
        remark(frame, "warning", "osm-nodes-missing", text, advice, len(cut) + len(gone))


def _left_road(tags: Mapping[str, Any]) -> str:
    """What a way that is no candidate route is, '' for no road at all."""
    highway = str(tags.get("highway") or "")
    service = str(tags.get("service") or "") if highway == "service" else ""
    return f"{highway} ({service})" if service else highway


def _left_obstacle(tags: Mapping[str, Any]) -> str:
    """What a way that is no obstacle is; streets are not told of."""
    key = next((k for k in ("railway", "waterway") if tags.get(k)), "")
    return f"{key}={tags[key]}" if key else "motorway" if tags.get("highway") == "motorway" else ""


def _counted(left: Counter[str]) -> str:
    """The most frequent first."""
    shown = [f"{word} {number}" for word, number in left.most_common(_SHOWN)]
    rest = left.total() - sum(number for _, number in left.most_common(_SHOWN))
    return ", ".join([*shown, *([f"others {rest}"] if rest else [])])
