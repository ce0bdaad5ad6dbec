"""From chains to the link table: lengths by class, names, sources, stable identifiers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.repair.drawing import Drawing, numbered

__all__ = ["LinkRows", "canonical", "chain_links"]

MAX_SOURCES = 5


@dataclass(frozen=True)
class LinkRows:
    """Links and their laid kilometres by class, same rows; ``a`` and ``b`` are nodes of the drawing or the network."""

    table: pd.DataFrame
    class_km: pd.DataFrame


def chain_links(drawing: Drawing, slack: float) -> LinkRows:
    """Return one row a line of a repaired drawing; its laid length is that of the stretches it was made of.

    Parameters
    ----------
    drawing
        Lines that meet at their ends only.
    slack
        Laid length over drawn length.
    """
    drawing, nodes = numbered(drawing)
    lines = drawing.table
    walked = lines.assign(chain=np.arange(len(lines))) if drawing.stretches is None else drawing.stretches
    walked = walked.rename(columns={"chain": "link"}).assign(length_km=walked["km"] * slack)
    class_km = walked.pivot_table(index="link", columns="class", values="length_km", aggfunc="sum", fill_value=0.0)
    class_km.columns.name = class_km.index.name = None
    table = pd.DataFrame(
        {
            "a": nodes.a,
            "b": nodes.b,
            "kind": np.where(lines["existing"], "existing", "candidate"),
            "lit": lines["lit"].to_numpy(dtype=bool),
            "spare_pairs": lines["spare_pairs"].to_numpy(dtype=np.int64),
            "name": _main_names(walked),
            "length_km": class_km.sum(axis=1).to_numpy(),
            **_sources(walked),
            "geometry": drawing.lines,
        }
    )
    return LinkRows(table, class_km)


def canonical(links: LinkRows) -> LinkRows:
    """Return the links running from the lower node, in an order and with identifiers that only the map decides.

    A link is called after the first of its source features, with '#2', '#3' ... where several are.
    """
    table = links.table.copy()
    turn = (table["a"] > table["b"]).to_numpy()
    shapes = table["geometry"].to_numpy(dtype=object).copy()
    shapes[turn] = shapely.reverse(shapes[turn])
    table["a"], table["b"] = table[["a", "b"]].min(axis=1), table[["a", "b"]].max(axis=1)
    table["geometry"] = shapes
    rank = table["kind"].map({"existing": 0, "candidate": 1})
    order = table.assign(rank=rank).sort_values(["rank", "a", "b", "length_km", "base"], kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    table.insert(0, "id", _identifiers(table["base"]))
    class_km = links.class_km.loc[order].reset_index(drop=True)
    return LinkRows(table.drop(columns="base"), class_km[sorted(class_km.columns)])


def _identifiers(base: pd.Series) -> NDArray[np.object_]:
    """Unique names: the base, numbered from the second on."""
    taken = set(base)
    number = base.groupby(base).cumcount().to_numpy()
    names = []
    for word, n in zip(base, number, strict=True):
        name = word if n == 0 else f"{word}#{n + 1}"
        while n and name in taken:  # a feature that is itself called 'x#2'
            name += "#"
        taken.add(name)
        names.append(name)
    return np.array(names, dtype=object)


def _main_names(walked: pd.DataFrame) -> NDArray[np.object_]:
    """Name that holds for most of each link's length, '' where none has one."""
    named = walked[walked["name"] != ""]
    sums = named.groupby(["link", "name"], sort=True)["length_km"].sum().reset_index()
    best = sums.sort_values(["link", "length_km", "name"], ascending=[True, False, True]).drop_duplicates("link")
    names = np.full(int(walked["link"].max()) + 1 if len(walked) else 0, "", dtype=object)
    names[best["link"].to_numpy()] = best["name"].to_numpy(dtype=object)
    return names


def _sources(walked: pd.DataFrame) -> dict[str, list[str] | list[tuple[str, ...]]]:
    """Source features of each link, in order of id: all of them, a few as text, and the first."""
    unique = walked[["link", "source"]].drop_duplicates().sort_values(["link", "source"], kind="stable")
    names = unique["source"].tolist()
    start = np.flatnonzero(np.diff(unique["link"].to_numpy(), prepend=-1)).tolist()
    end = (np.flatnonzero(np.diff(unique["link"].to_numpy(), append=-1)) + 1).tolist()
    groups = [tuple(names[i:j]) for i, j in zip(start, end, strict=True)]
    return {"all_sources": groups, "sources": [_join(g) for g in groups], "base": [g[0] for g in groups]}


def _join(ids: tuple[str, ...]) -> str:
    """At most five ids, then how many more."""
    more = len(ids) - MAX_SOURCES
    return ";".join(ids[:MAX_SOURCES]) + (f";+{more}" if more > 0 else "")
