"""Sound projects, one a format: the roads (or the centers) come in that format, the rest as tables."""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ezdxf
import geopandas as gpd
import networkx as nx
import openpyxl
import osmium
import pandas as pd
import pyogrio
import shapely

from tests.corpus_cases import BASE

__all__ = ["SEEDS", "Seed", "plant"]

UTM = 32650


@dataclass(frozen=True)
class Seed:
    """A format: what its files are called, which layer they hold, and who writes them.

    Parameters
    ----------
    file
        Name in the project file.
    layer
        Layer of the schema.
    write
        Writes the files into a folder.
    more
        Further lines of the layer's section.
    """

    file: str
    layer: str
    write: Callable[[Path], None]
    more: str = ""


def plant(seed: Seed, folder: Path) -> tuple[Path, list[Path]]:
    """Write a sound project into a folder; return its project file and the files to break."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    before = set(folder.rglob("*"))
    seed.write(folder)
    victims = sorted(p for p in set(folder.rglob("*")) - before if p.is_file())
    file = folder / "project.toml"
    sections = file.read_text(encoding="utf-8").split("\n\n")
    kept = [s for s in sections if not s.startswith(f"[layers.{seed.layer}]")]
    file.write_text(
        "\n\n".join([*kept, f'[layers.{seed.layer}]\nfile = "{seed.file}"\n{seed.more}\n']), encoding="utf-8"
    )
    return file, victims or [file]


def _roads() -> gpd.GeoDataFrame:
    """The roads of the sound project, with a Chinese name and a number."""
    table = pd.read_csv(BASE / "roads.csv")
    shapes = shapely.from_wkt(table.pop("wkt").to_numpy(dtype=object))
    names = ["东路", "北路", "南路", "西路"]
    return gpd.GeoDataFrame(table.assign(name=names, level=[0, 0, 0, 0]), geometry=shapes, crs=UTM)


def _centers() -> gpd.GeoDataFrame:
    """The centers of the sound project."""
    table = pd.read_csv(BASE / "centers.csv")
    return gpd.GeoDataFrame(
        table.drop(columns=["x", "y"]), geometry=gpd.points_from_xy(table["x"], table["y"]), crs=UTM
    )


def _by(driver: str, file: str, crs: int = UTM, **options: str) -> Callable[[Path], None]:
    """A writer of GDAL."""

    def write(folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a geodatabase keeps whole numbers as fractions
            pyogrio.write_dataframe(_roads().to_crs(crs), folder / file, driver=driver, **options)

    return write


def _centers_by(driver: str, file: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        pyogrio.write_dataframe(_centers(), folder / file, driver=driver)

    return write


def _workbook(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "centers"
    for row in pd.read_csv(BASE / "centers.csv", header=None, dtype=str).to_numpy().tolist():
        sheet.append([float(cell) if cell.isdigit() else cell for cell in row])
    book.save(folder / "centers.xlsx")


def _drawing(folder: Path) -> None:
    drawing = ezdxf.new()
    for line in _roads().geometry:
        drawing.modelspace().add_lwpolyline(list(line.coords), dxfattribs={"layer": "0"})
    drawing.saveas(folder / "roads.dxf")


def _kml(folder: Path) -> None:
    marks = "".join(
        f"<Placemark><name>{i}</name><LineString><coordinates>"
        + " ".join(f"{x},{y},0" for x, y in line.coords)
        + "</coordinates></LineString></Placemark>\n"
        for i, line in zip(_roads()["id"], _roads().to_crs(4326).geometry, strict=True)
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n{marks}</Document></kml>\n'
    (folder / "roads.kml").write_text(text, encoding="utf-8")


def _kmz(folder: Path) -> None:
    _kml(folder)
    with zipfile.ZipFile(folder / "roads.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "roads.kml", "doc.kml")
    (folder / "roads.kml").unlink()


def _zip(folder: Path) -> None:
    _by("ESRI Shapefile", "roads.shp", encoding="UTF-8")(folder)
    parts = sorted(folder.glob("roads.*"))
    with zipfile.ZipFile(folder / "data.zip", "w", zipfile.ZIP_STORED) as archive:
        for part in (p for p in parts if p.suffix != ".csv"):
            archive.write(part, part.name)
            part.unlink()


def _parquet(folder: Path) -> None:
    _roads().to_parquet(folder / "roads.parquet")


def _graph() -> nx.Graph:
    """The roads as a graph in degrees."""
    graph = nx.Graph()
    for i, line in zip(_roads()["id"], _roads().to_crs(4326).geometry, strict=True):
        (ax, ay), (bx, by) = line.coords
        a, b = f"{ax:.6f}_{ay:.6f}", f"{bx:.6f}_{by:.6f}"
        graph.add_node(a, x=ax, y=ay)
        graph.add_node(b, x=bx, y=by)
        graph.add_edge(a, b, id=i)
    return graph


def _graphml(folder: Path) -> None:
    nx.write_graphml(_graph(), folder / "roads.graphml")


def _node_link(folder: Path) -> None:
    text = json.dumps(nx.node_link_data(_graph(), edges="links"), indent=0)
    (folder / "roads.json").write_text(text, encoding="utf-8")


def _osm(folder: Path) -> None:
    """Roads as OpenStreetMap XML; nodes by place."""
    nodes: dict[tuple[float, float], int] = {}
    ways = []
    for number, line in enumerate(_roads().to_crs(4326).geometry):
        refs = [nodes.setdefault((round(x, 7), round(y, 7)), len(nodes) + 1) for x, y in line.coords]
        inner = "".join(f'<nd ref="{r}"/>' for r in refs)
        ways.append(f'<way id="{number + 100}" version="1">{inner}<tag k="highway" v="residential"/></way>')
    told = [f'<node id="{i}" version="1" lat="{y}" lon="{x}"/>' for (x, y), i in nodes.items()]
    text = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">', *told, *ways, "</osm>", ""])
    (folder / "roads.osm").write_text(text, encoding="utf-8")


def _osm_pbf(folder: Path) -> None:
    """The same roads in the binary form, written by osmium."""
    _osm(folder)
    with osmium.SimpleWriter(str(folder / "roads.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(folder / "roads.osm")):
            writer.add(thing)
    (folder / "roads.osm").unlink()


def _gpx(folder: Path) -> None:
    """Roads as routes; the format has a name and no identifier."""
    roads = _roads().to_crs(4326)
    frame = gpd.GeoDataFrame({"name": roads["id"]}, geometry=roads.geometry)
    pyogrio.write_dataframe(frame, folder / "roads.gpx", driver="GPX", layer="routes")


def _graph_gml(folder: Path) -> None:
    nx.write_gml(_graph(), folder / "roads.gml")


def _ofds(folder: Path) -> None:
    """Roads as spans of an Open Fibre Data Standard network."""
    roads = _roads().to_crs(4326)
    ends = {c: f"n{i}" for i, c in enumerate(sorted({c for line in roads.geometry for c in line.coords}))}
    network = {
        "id": "fd7b30d6-f514-4cd0-a5ac-29a774f53a43",
        "name": "Test",
        "nodes": [
            {"id": i, "name": i, "location": {"type": "Point", "coordinates": list(c)}} for c, i in ends.items()
        ],
        "spans": [
            {"id": i, "name": n, "status": "planned", "start": ends[line.coords[0]], "end": ends[line.coords[-1]],
             "route": {"type": "LineString", "coordinates": [list(c) for c in line.coords]}}
            for i, n, line in zip(roads["id"], roads["name"], roads.geometry, strict=True)
        ],
    }  # fmt: skip
    (folder / "roads.json").write_text(
        json.dumps({"networks": [network]}, ensure_ascii=False, indent=0), encoding="utf-8"
    )


def _copy(file: str) -> Callable[[Path], None]:
    """The table of the sound project under another name."""

    def write(folder: Path) -> None:
        shutil.copy(BASE / file, folder / f"own_{file}")

    return write


def _nothing(folder: Path) -> None:
    """The project file itself is broken."""


CRS = 'crs = "EPSG:32650"'
SEEDS: dict[str, Seed] = {
    "toml": Seed("roads.csv", "candidate_routes", _nothing, CRS),
    "csv": Seed("own_centers.csv", "centers", _copy("centers.csv"), CRS),
    "csv-wkt": Seed("own_roads.csv", "candidate_routes", _copy("roads.csv"), CRS),
    "geojson": Seed("roads.geojson", "candidate_routes", _by("GeoJSON", "roads.geojson", 4326)),
    "gpkg": Seed("roads.gpkg", "candidate_routes", _by("GPKG", "roads.gpkg")),
    "shp": Seed("roads.shp", "candidate_routes", _by("ESRI Shapefile", "roads.shp", encoding="UTF-8")),
    "shp-points": Seed("centers.shp", "centers", _centers_by("ESRI Shapefile", "centers.shp")),
    "gdb": Seed("roads.gdb", "candidate_routes", _by("OpenFileGDB", "roads.gdb")),
    "fgb": Seed("roads.fgb", "candidate_routes", _by("FlatGeobuf", "roads.fgb")),
    "parquet": Seed("roads.parquet", "candidate_routes", _parquet),
    "kml": Seed("roads.kml", "candidate_routes", _kml),
    "kmz": Seed("roads.kmz", "candidate_routes", _kmz),
    "dxf": Seed("roads.dxf", "candidate_routes", _drawing, CRS),
    "mapinfo": Seed("roads.mif", "candidate_routes", _by("MapInfo File", "roads.mif"), CRS),
    "gml": Seed("roads.gml", "candidate_routes", _by("GML", "roads.gml")),
    "xlsx": Seed("centers.xlsx", "centers", _workbook, CRS),
    "zip": Seed("data.zip", "candidate_routes", _zip),
    "graphml": Seed("roads.graphml", "candidate_routes", _graphml, 'crs = "EPSG:4326"'),
    "node-link": Seed("roads.json", "candidate_routes", _node_link, 'crs = "EPSG:4326"'),
    "osm": Seed("roads.osm", "candidate_routes", _osm),
    "osm-pbf": Seed("roads.osm.pbf", "candidate_routes", _osm_pbf),
    "gpx": Seed("roads.gpx", "candidate_routes", _gpx, 'layer = "routes"\ncolumns = { id = "name" }'),
    "graph-gml": Seed("roads.gml", "candidate_routes", _graph_gml, 'crs = "EPSG:4326"'),
    "ofds": Seed("roads.json", "candidate_routes", _ofds),
}
"""By name; a format is added here with its writer."""
