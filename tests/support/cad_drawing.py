"""Drawings as CAD programs write them: blocks with attributes, lines, closed lines, texts, on layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

Place = tuple[float, float]


@dataclass
class CadDrawing:
    """A drawing that grows entity by entity."""

    entities: list[tuple[object, ...]] = field(default_factory=list)
    blocks: set[str] = field(default_factory=set)
    _handle: int = 256

    def _add(self, name: str, layer: str, *pairs: tuple[int, object]) -> None:
        self._handle += 1
        self.entities.append(((0, name), (5, f"{self._handle:X}"), (8, layer), *pairs))

    def block(self, layer: str, name: str, place: Place, z: float = 0.0, **attributes: str) -> None:
        """Insert a block with its attributes."""
        self.blocks.add(name)
        follows = ((66, 1),) if attributes else ()
        self._add("INSERT", layer, *follows, (2, name), (10, place[0]), (20, place[1]), (30, z))
        for number, (tag, value) in enumerate(attributes.items()):
            at = ((10, place[0]), (20, place[1] - number), (30, z), (40, 1.0))
            self._add("ATTRIB", layer, *at, (1, value), (2, tag), (70, 0))
        if attributes:
            self._add("SEQEND", layer)

    def line(self, layer: str, places: Sequence[Place], *, is_closed: bool = False) -> None:
        """Draw a line, a closed one without its first vertex again."""
        vertices = [pair for x, y in places for pair in ((10, x), (20, y))]
        self._add("LWPOLYLINE", layer, (90, len(places)), (70, int(is_closed)), *vertices)

    def circle(self, layer: str, middle: Place, radius: float) -> None:
        """Draw a circle."""
        self._add("CIRCLE", layer, (10, middle[0]), (20, middle[1]), (30, 0.0), (40, radius))

    def ring(self, layer: str, middle: Place, radius: float) -> None:
        """Draw a circle as a line of two bows, as programs for plans do."""
        bows = [((10, middle[0] + side * radius), (20, middle[1]), (42, 1.0)) for side in (-1, 1)]
        self._add("LWPOLYLINE", layer, (90, 2), (70, 1), *(pair for bow in bows for pair in bow))

    def text(self, layer: str, text: str, place: Place) -> None:
        """Write a text."""
        self._add("TEXT", layer, (10, place[0]), (20, place[1]), (30, 0.0), (40, 2.0), (1, text))

    def frame(self, layer: str, low: Place, high: Place) -> None:
        """Draw a frame around a sheet."""
        corners = [low, (high[0], low[1]), high, (low[0], high[1])]
        self.line(layer, corners, is_closed=True)

    def to_bytes(self, encoding: str = "gb18030", page: str = "ANSI_936") -> bytes:
        """Return the drawing as text."""
        pairs: list[object] = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015")]
        pairs += [(9, "$DWGCODEPAGE"), (3, page), (0, "ENDSEC"), (0, "SECTION"), (2, "BLOCKS")]
        for name in sorted(self.blocks):
            pairs += [(0, "BLOCK"), (8, "0"), (2, name), (70, 2), (10, 0.0), (20, 0.0), (30, 0.0), (3, name)]
            pairs += [(0, "CIRCLE"), (8, "0"), (10, 0.0), (20, 0.0), (30, 0.0), (40, 1.0)]
            pairs += [(0, "ENDBLK"), (8, "0")]
        pairs += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
        pairs += [pair for entity in self.entities for pair in entity]
        pairs += [(0, "ENDSEC"), (0, "EOF")]
        text = "".join(f"{code:>3}\n{value}\n" for code, value in pairs)  # type: ignore[misc]
        return text.encode(encoding)

    def write(self, path: Path, encoding: str = "gb18030") -> Path:
        """Write the drawing to a file and return it."""
        path.write_bytes(self.to_bytes(encoding))
        return path


def valve_drawing(count: int = 26, *, east: float = 500_000.0, north: float = 2_500_000.0) -> CadDrawing:
    """Return a drawing of valves with pipes, labels, houses, a title and a frame, converted from DWG."""
    drawing = CadDrawing()
    for number in range(count):
        place = (east + 40.0 * number, north + 7.0 * (number % 3))
        state = "开" if number % 5 else "关"
        drawing.block("JS-阀门", "FM", place, BH=f"F{number + 1:04d}", GJ="DN300", ZT=state)
        drawing.line("JS-管线", [place, (place[0] + 40.0, north + 7.0 * ((number + 1) % 3))])
        drawing.text("JS-注记", "DN300", (place[0] + 20.0, place[1] + 2.0))
    for number in range(4):
        low = (east + 200.0 * number, north + 60.0)
        drawing.frame("房屋", low, (low[0] + 30.0, low[1] + 12.0))
        drawing.block("GCD", "GC200", (low[0] + 50.0, low[1]))
    drawing.text("0", "临溪县阀门图", (east, north + 120.0))
    drawing.frame("图框", (east - 60.0, north - 60.0), (east + 40.0 * count + 60.0, north + 160.0))
    return drawing


def pipe_drawing(count: int = 6, *, east: float = 500_000.0, north: float = 2_500_000.0) -> CadDrawing:
    """Return a drawing of mains and sewers beside a road, each with a text that names size and material."""
    drawing = CadDrawing()
    for number in range(count):
        x = east + 40.0 * number
        drawing.line("JS-管线", [(x, north), (x + 40.0, north + 3.0 * (number % 2))])
        drawing.text(
            "JS-注记", ("DN300 球墨铸铁", "JS De110 PE", "φ150")[number % 3], (x + 15.0, north + 3.5)
        )
        drawing.line("WS-管线", [(x, north + 20.0), (x + 40.0, north + 20.0)])
        drawing.text("WS-注记", "d400 砼 i=3‰", (x + 15.0, north + 21.0))
    drawing.line("道路", [(east, north + 8.0), (east + 40.0 * count, north + 8.0)])
    drawing.text("道路注记", "建设路", (east + 100.0, north + 9.0))
    return drawing


def compound_drawing(*, east: float = 500_000.0, north: float = 2_500_000.0) -> CadDrawing:
    """Return a drawing of three compounds, each with its name above its number, within a district."""
    drawing = CadDrawing()
    for number, (layer, name) in enumerate(
        (("住宅小区", "幸福花园"), ("工业区", "临溪纺织厂"), ("住宅小区", "滨河新村"))
    ):
        low = (east + 300.0 * number, north)
        drawing.frame(layer, low, (low[0] + 200.0, low[1] + 150.0))
        drawing.text("小区注记", name, (low[0] + 60.0, low[1] + 100.0))
        drawing.text("小区注记", f"A-{number + 1:02d}", (low[0] + 70.0, low[1] + 60.0))
    drawing.frame("图框", (east - 50.0, north - 50.0), (east + 1000.0, north + 300.0))
    drawing.text("图框", "小区分布图", (east + 400.0, north + 250.0))
    return drawing
