"""Extracts of OpenStreetMap (.osm.pbf, .osm): roads as candidate routes; railways, waters and motorways as obstacles.

Ways keep the points they share, so roads meet where they share a node and nowhere else: a bridge and the road under it
stay apart.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio

from geo_data.read.osm_rules import LINK_SUFFIX, ROADS, level_of, obstacle_kind, road_class, structure
from geo_data.read.osm_xml import lacking_nodes
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
    A closed way tagged as an area (a square, a lake) is no line and is left out. Both tracks of a railway and both
    carriageways of a motorway are lines of their own.
    """
    if name and name not in OSM_LAYERS:
        raise Unreadable(
            f"is an extract of OpenStreetMap, which is read for roads and obstacles, not for {name.replace('_', ' ')}",
            "Pick the features out in QGIS and save them as GeoPackage.",
        )
    lacking = lacking_nodes(path) if path.suffix.lower() == ".osm" else {}
    ways = _ways(path)
    tags = [_tags(row) for row in ways[[*_OWN, "name", "other_tags"]].to_dict("records")]
    chosen = frozenset(part.strip() for part in settings.layer.replace(";", ",").split(",") if part.strip())
    words = np.array([_word(t, name, chosen) for t in tags], dtype=object)
    kept = np.flatnonzero(words != "")
    frame = _frame(ways, tags, words, kept, name)
    _tell(frame, tags, words, name)
    if lacking:
        text = f"Ways that name nodes which are not in the extract: {_listed(lacking)}; they are cut short or left out."
        remark(frame, "warning", "osm-nodes-missing", text, "Cut the extract with complete ways.", len(lacking))
    return frame


def _ways(path: Path) -> gpd.GeoDataFrame:
    """All ways that are lines."""
    return pyogrio.read_dataframe(
        path, layer="lines", TAGS_FORMAT="JSON", where=" OR ".join(f"{key} IS NOT NULL" for key in _OWN)
    )


def _tags(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Every tag of a way; GDAL puts the rarer ones together, as a dictionary or as its text."""
    more = row["other_tags"]
    if isinstance(more, str):
        more = json.loads(more)
    own = {key: value for key, value in row.items() if key != "other_tags" and isinstance(value, str)}
    return {**(more if isinstance(more, dict) else {}), **own}


def _word(tags: Mapping[str, Any], name: str, chosen: frozenset[str]) -> str:
    """Class of a candidate route or kind of an obstacle, '' for what is not in the layer."""
    if name == "obstacles":
        kind = obstacle_kind(tags)
        return kind if not chosen or kind in chosen else ""
    if not chosen:
        return road_class(tags)
    highway = str(tags.get("highway") or "")
    return highway.removesuffix(LINK_SUFFIX) if highway in chosen else ""


def _frame(ways: gpd.GeoDataFrame, tags: list[dict[str, Any]], words: Any, kept: Any, name: str) -> gpd.GeoDataFrame:
    """The layer's rows."""
    rows = [tags[i] for i in kept]
    columns: dict[str, Any] = {
        "id": ways["osm_id"].to_numpy()[kept],
        "name": [next((str(t[k]) for k in _NAMES if t.get(k)), "") for t in rows],
        "kind" if name == "obstacles" else "class": words[kept],
        "bridge": [structure(t, "bridge") or structure(t, "tunnel") for t in rows],
        "level": [level_of(t) for t in rows],
        "source": "OpenStreetMap",
        **{key: [t.get(key) for t in rows] for key in _OWN},
        "other_tags": [_rest(t) for t in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=ways.geometry.to_numpy()[kept], crs="EPSG:4326")


def _rest(tags: Mapping[str, Any]) -> str:
    """Tags that have no column of their own, as JSON text."""
    left = {key: value for key, value in tags.items() if key not in (*_OWN, "name")}
    return json.dumps(left, ensure_ascii=False) if left else ""


def _tell(frame: gpd.GeoDataFrame, tags: list[dict[str, Any]], words: Any, name: str) -> None:
    """Say what was left out, and whose data it is."""
    read: Callable[[Mapping[str, Any]], str] = _left_obstacle if name == "obstacles" else _left_road
    left = Counter(word for t, w in zip(tags, words, strict=True) if not w and (word := read(t)))
    if left:
        text = f"Ways that are not in the layer, by tag: {_counted(left)}."
        usual = ", ".join(_KINDS if name == "obstacles" else sorted(ROADS)[:4])
        remark(frame, "note", "osm-left-out", text, f"Choose with layer = '{usual}, ...'.", left.total())
    if len(frame):
        remark(frame, "note", "osm-credit", f"The layer comes from OpenStreetMap: {_CREDIT}.", "Put it into credits.")


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


def _listed(lacking: Mapping[str, int]) -> str:
    """A few ways and how many more."""
    more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
    return ", ".join(list(lacking)[:_SHOWN]) + more
