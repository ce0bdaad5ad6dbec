"""Whether a layer sits better on the routes in another datum: told with the distances measured.

Sites and fibre lie on streets, so the right datum puts a layer far closer to the routes than any shift does. How close
a mere shift may come is measured, by moving the layer in many directions: no distance is presumed, and a layer that
keeps off the streets, or has few features, raises no alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod

from geo_data.datum import WGS84, crs_words, lonlat, transformer
from geo_data.datum.chinese import SHIFTED
from geo_data.datum.guess import Guess, guesses
from geo_data.findings import Finding
from geo_data.region import Region

__all__ = ["check_datums"]

FloatArray = NDArray[np.float64]

ROUTES = ("candidate_routes", "fibre_routes")
LEAST = 5
"""Features below which nothing can be told."""
SAMPLE = 400
"""Features of a layer that are measured."""
NEAR_M = 5.0
"""Distances below this are all the same: surveys are no better."""
TRIALS = 60
RING_M = (150.0, 1500.0)
"""Moves that stand for chance, and how far they go: farther than roads are wide, no farther than BD-09's shift."""
GOLDEN = 2.399963
"""Angle in radians between two moves: they spread evenly."""
GAIN = 0.4
"""Least gain in the mean logarithm of the distance (a third closer)."""
SURE = 4.0
"""Standard deviations of chance that the better datum must beat."""
FITS = 2.5
"""Standard deviations from which the stated datum is believed."""
WINDS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")


@dataclass(frozen=True)
class Suspect:
    """A layer that another datum suits better: median metres as stated and as guessed, and the move between them."""

    layer: str
    of_routes: bool
    guess: str
    stated_m: float
    guessed_m: float
    offset_m: float
    bearing: str
    features: int


class Nearest:
    """Distances of places in degrees to the routes of a region."""

    def __init__(self, region: Region, name: str) -> None:
        self.tree = shapely.STRtree(region.layers[name].geometry.to_numpy())
        self.flat = transformer(WGS84, region.crs)

    def xy(self, places: FloatArray) -> FloatArray:
        """Metres of places in degrees."""
        return np.column_stack(self.flat.transform(places[:, 0], places[:, 1]))

    def metres(self, xy: FloatArray) -> FloatArray:
        """Distance of every point to the nearest route; beyond the map is far, not nothing."""
        distance = np.full(len(xy), RING_M[1])
        known = np.isfinite(xy).all(axis=1)
        distance[known] = self.tree.query_nearest(shapely.points(xy[known]), return_distance=True, all_matches=False)[1]
        return distance


def check_datums(region: Region, systems: Mapping[str, CRS | None]) -> list[Finding]:
    """Warn of layers that seem to be in another datum than stated.

    Parameters
    ----------
    region
        The checked layers.
    systems
        Coordinate system that each layer was read in.

    Notes
    -----
    Points and lines are measured, at most ``SAMPLE`` features a layer; time grows with their number only.
    """
    name = next((n for n in ROUTES if len(region.layers[n])), "")
    if not name:
        return []
    nearest = Nearest(region, name)
    layers = [n for n, frame in region.layers.items() if n != name and _measurable(frame)]
    suspects = {n: _suspects(region, n, name, systems, nearest) for n in layers}
    accusers = _accusers(region, suspects, nearest)
    if accusers:
        return [_about_routes(region, name, accusers)]
    best = [next((s for s in found if not s.of_routes), None) for found in suspects.values()]
    return [_about_layer(region, name, systems.get(s.layer), s) for s in best if s is not None]


def _measurable(frame: gpd.GeoDataFrame) -> bool:
    """Whether a layer has enough points or lines."""
    return len(frame) >= LEAST and not frame.geom_type.isin(["Polygon", "MultiPolygon"]).any()


def _sample(region: Region, name: str) -> FloatArray:
    """Places of the layer's features in degrees: points, or two on each line."""
    shapes = region.layers[name].geometry.to_numpy()
    shapes = shapes[np.linspace(0, len(shapes) - 1, min(SAMPLE, len(shapes))).astype(np.int64)]
    if shapely.get_dimensions(shapes).max() == 1:
        twice, at = np.repeat(shapes, 2), np.tile([0.25, 0.75], len(shapes))
        shapes = shapely.line_interpolate_point(twice, at, normalized=True)
    return lonlat(shapely.get_coordinates(shapes), region.crs)


def _suspects(
    region: Region, name: str, routes: str, systems: Mapping[str, CRS | None], nearest: Nearest
) -> list[Suspect]:
    """Datums, of the layer or of the routes, that suit the layer beyond chance where the stated one does not."""
    places = _sample(region, name)
    here = nearest.xy(places)
    stated = nearest.metres(here)
    options = [(False, g) for g in guesses(_stated(region, name), systems.get(name), places)]
    options += [(True, g) for g in guesses(_stated(region, routes), systems.get(routes), places, of_routes=True)]
    moved = [(of_routes, guess, nearest.xy(guess.move(places))) for of_routes, guess in options]
    tried = [(of_routes, guess, xy, nearest.metres(xy)) for of_routes, guess, xy in moved]
    better = [t for t in tried if _score(t[3]) < _score(stated) - GAIN]
    if not better:
        return []
    believed, doubted = _limits(here, nearest)
    if _score(stated) < believed:
        return []
    sure = sorted((t for t in better if _score(t[3]) < doubted), key=lambda t: (_score(t[3]), t[0]))
    return [_suspect(name, of_routes, guess, places, stated, metres) for of_routes, guess, _, metres in sure]


def _stated(region: Region, name: str) -> str:
    """The shifted datum that was stated for a layer, '' for any other."""
    datum = region.sources[name].datum if name in region.sources else ""
    return datum if datum in SHIFTED else ""


def _score(metres: FloatArray) -> float:
    """Mean logarithm of the distance: a few strays weigh little."""
    return float(np.log(metres + NEAR_M).mean())


def _limits(xy: FloatArray, nearest: Nearest) -> tuple[float, float]:
    """Scores that a layer has to beat to be believed as stated, and to be better than any chance move."""
    turn, far = np.arange(TRIALS) * GOLDEN, np.linspace(*RING_M, TRIALS)
    moves = np.column_stack([far * np.cos(turn), far * np.sin(turn)])
    metres = nearest.metres((xy[None, :, :] + moves[:, None, :]).reshape(-1, 2)).reshape(TRIALS, -1)
    chance = np.log(metres + NEAR_M).mean(axis=1)
    middle, below = float(np.median(chance)), chance[chance <= np.median(chance)]
    spread = float(np.sqrt(np.square(below - middle).mean()))  # of the near half: a move off the map is far anyhow
    return middle - FITS * spread, min(middle - SURE * spread, float(chance.min()) - 0.1)


def _suspect(
    name: str, of_routes: bool, guess: Guess, places: FloatArray, stated: FloatArray, metres: FloatArray
) -> Suspect:
    """The medians in words' reach."""
    there = guess.move(places)
    azimuth, _, far = Geod(ellps="WGS84").inv(places[:, 0], places[:, 1], there[:, 0], there[:, 1])
    bearing = float(np.median(np.asarray(azimuth) % 360.0))
    wind = WINDS[round(bearing / 22.5) % 16]
    medians = float(np.median(stated)), float(np.median(metres)), float(np.median(far))
    return Suspect(name, of_routes, guess.name, *medians, wind, len(places))


def _accusers(region: Region, suspects: Mapping[str, list[Suspect]], nearest: Nearest) -> list[Suspect]:
    """What speaks against the routes: layers that nothing else suits, or several with one voice and none against."""
    told = [found for found in suspects.values() if found]
    alone = [found[0] for found in told if all(s.of_routes for s in found)]
    together = [s for found in told for s in found if s.of_routes]
    one_voice = len(together) == len(told) > 1 and len({s.guess for s in together}) == 1
    if one_voice and not any(_fits(region, name, nearest) for name, found in suspects.items() if not found):
        return together
    return alone


def _fits(region: Region, name: str, nearest: Nearest) -> bool:
    """Whether a layer sits on the routes as stated, closer than chance puts it."""
    here = nearest.xy(_sample(region, name))
    return _score(nearest.metres(here)) < _limits(here, nearest)[0]


def _about_layer(region: Region, routes: str, crs: CRS | None, suspect: Suspect) -> Finding:
    """A layer that sits better in another datum."""
    stated = _stated(region, suspect.layer) or crs_words(crs or WGS84)
    found = (
        f"Layer '{suspect.layer}' sits better on '{routes}' as {suspect.guess}: median {suspect.stated_m:,.0f} m from "
        f"the nearest route as {stated}, {suspect.guessed_m:,.0f} m as {suspect.guess} "
        f"(offset {suspect.offset_m:,.0f} m {suspect.bearing}, {suspect.features} places measured)."
    )
    advice = f'If that is where it comes from, state crs = "{suspect.guess}" under [layers.{suspect.layer}].'
    return Finding("warning", "datum-suspect", found, advice, file=region.file_of(suspect.layer), layer=suspect.layer)


def _about_routes(region: Region, routes: str, accusers: list[Suspect]) -> Finding:
    """Routes that would suit the other layers better in another datum."""
    told = "; ".join(f"'{s.layer}' {s.stated_m:,.0f} m as stated, {s.guessed_m:,.0f} m so" for s in accusers)
    head = accusers[0]
    found = (
        f"Layer '{routes}' suits the other layers better as {head.guess} (offset {head.offset_m:,.0f} m): "
        f"median distance to the nearest route: {told}."
    )
    advice = f'If that is where it comes from, state crs = "{head.guess}" under [layers.{routes}].'
    return Finding("warning", "datum-suspect", found, advice, file=region.file_of(routes), layer=routes)
