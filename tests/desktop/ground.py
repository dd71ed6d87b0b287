"""Paint the ground of the sample town for the pictures: a street map and an aerial image, with world files.

Nothing of it is real; both have the colours that such maps have, since the pipes must stand out from them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

METRES = 0.3
WEST, SOUTH, EAST, NORTH = 500_900, 2_512_250, 502_850, 2_513_750
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
Points = list[tuple[float, float]]


def _features(town: Path, name: str) -> Iterator[tuple[str, list[Points]]]:
    """Return the name and the outer rings, in points of the image, of each area of a layer."""
    for feature in json.loads((town / f"base_{name}.geojson").read_text(encoding="utf-8"))["features"]:
        polygons = feature["geometry"]["coordinates"]
        yield (
            str(feature["properties"].get("name") or ""),
            [[((x - WEST) / METRES, (NORTH - y) / METRES) for x, y, *_ in rings[0]] for rings in polygons],
        )


def _size() -> tuple[int, int]:
    return round((EAST - WEST) / METRES), round((NORTH - SOUTH) / METRES)


def _fill(draw: ImageDraw.ImageDraw, town: Path, name: str, fill: str, edge: str, width: int = 2) -> None:
    for _name, rings in _features(town, name):
        for ring in rings:
            draw.polygon(ring, fill)
            draw.line([*ring, ring[0]], edge, width)


def street_map(town: Path) -> Image.Image:
    """Return a street map in the usual pale colours."""
    image = Image.new("RGB", _size(), "#f2efe9")
    draw = ImageDraw.Draw(image)
    _fill(draw, town, "blocks", "#e0dfdf", "#d4d3d3")
    _fill(draw, town, "parks", "#c8facc", "#aedcb2")
    _fill(draw, town, "water", "#aad3df", "#aad3df")
    # The edges of all roads lie below all roads, as on such maps.
    _fill(draw, town, "roads", "#c8a46b", "#c8a46b", 8)
    _fill(draw, town, "roads", "#fcd6a4", "#fcd6a4", 1)
    _fill(draw, town, "buildings", "#d9d0c9", "#c4b6ab")
    font = ImageFont.truetype(FONT, 18)
    for name, rings in _features(town, "roads"):
        x, y = (sum(values) / len(rings[0]) for values in zip(*rings[0]))
        draw.text((x, y), name, "#333333", font, "mm", stroke_width=3, stroke_fill="#ffffff")
    return image


def aerial_image(town: Path) -> Image.Image:
    """Return what a town looks like from above: dark, busy, roofs of every colour."""
    chance = np.random.default_rng(7)
    width, height = _size()
    coarse = chance.normal(0, 1, (height // 40, width // 40))
    field = np.asarray(Image.fromarray(coarse.astype("float32")).resize((width, height), Image.BICUBIC))
    ground = np.array([112, 116, 84]) + field[..., None] * np.array([16, 14, 10])
    image = Image.fromarray(np.clip(ground, 0, 255).astype("uint8"))
    draw = ImageDraw.Draw(image)
    _fill(draw, town, "blocks", "#8d8a78", "#7d7a69")
    _fill(draw, town, "parks", "#4d6b3c", "#4d6b3c")
    _fill(draw, town, "water", "#3c5a58", "#4b5a4c", 12)
    _fill(draw, town, "roads", "#76757a", "#a9a7a2", 3)
    roofs = ("#a4553f", "#8f4a3a", "#c9c6bd", "#7b8fa3", "#d8d2c2", "#6c6f74", "#b07a52")
    for _name, rings in _features(town, "buildings"):
        for ring in rings:
            draw.polygon([(x + 14, y + 18) for x, y in ring], "#2b2e2a")
            draw.polygon(ring, str(chance.choice(roofs)), "#50504c")
    for _tree in range(9000):
        x, y, size = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(6, 16)
        red, green, blue = image.getpixel((int(x), int(y)))
        # On grass, not on roads, roofs and water.
        if green > red and green - blue > 15:
            draw.ellipse(
                (x, y, x + size, y + size), ("#2f4a28", "#3c5b31", "#26402a")[int(chance.integers(3))]
            )
    # Grain, twice as coarse as a point: finer one costs a file of its own size and is not seen.
    grain = chance.normal(128, 18, (height // 2, width // 2)).clip(0, 255).astype("uint8")
    noise = Image.fromarray(grain).resize((width, height), Image.BILINEAR).convert("RGB")
    return ImageChops.overlay(image.filter(ImageFilter.GaussianBlur(1.2)), noise)


def paint(town: Path, folder: Path) -> None:
    """Write street_map.jpg and aerial_image.jpg, each with its world file."""
    for name, image in (("street_map", street_map(town)), ("aerial_image", aerial_image(town))):
        image.save(folder / f"{name}.jpg", quality=85)
        place = (METRES, 0.0, 0.0, -METRES, WEST + METRES / 2, NORTH - METRES / 2)
        (folder / f"{name}.jgw").write_text("\n".join(map(str, place)), encoding="ascii")
