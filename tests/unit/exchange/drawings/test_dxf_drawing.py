"""Drawings as DXF, read back by GDAL; the long section to scale."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from osgeo import ogr
from support.water_frames import Drawing as Network

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.drawings.dxf import CENTRE, Drawing, DxfLine, Text, write_dxf
from waternet_plugin.core.exchange.drawings.long_section import long_section, scales_for
from waternet_plugin.core.network.tracing.profile import profile
from waternet_plugin.core.network.tracing.trace import trace, trace_point_of
from waternet_plugin.core.network.tracing.trace_rules import Rules


class Read(NamedTuple):
    """A shape as GDAL reads it."""

    layer: str
    text: str
    geometry: ogr.Geometry


def shapes(path: Path) -> list[Read]:
    source = ogr.Open(str(path))
    layer = source.GetLayer(0)
    return [
        Read(one.GetField("Layer"), one.GetField("Text") or "", one.GetGeometryRef().Clone()) for one in layer
    ]


def test_lines_and_texts_come_back(tmp_path: Path) -> None:
    drawing = Drawing(
        100.0,
        50.0,
        (
            DxfLine("A", ((0.0, 0.0), (10.0, 5.0))),
            DxfLine("B", ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0)), is_closed=True),
        ),
        (Text("T", 5.0, 6.0, 2.5, "管底高程 i=3.0‰ 𠮷", 90.0, CENTRE),),
        {"A": 1},
    )
    write_dxf(tmp_path / "x.dxf", drawing)
    found = {shape.layer: shape for shape in shapes(tmp_path / "x.dxf")}
    assert found["A"].geometry.ExportToWkt() == "LINESTRING (0 0 0,10 5 0)"
    assert found["B"].geometry.Length() == pytest.approx(12.0)
    assert found["T"].text.startswith("管底高程 i=3.0‰")
    # A sign that the code page lacks stands by its number.
    assert found["T"].text.endswith(r"\U+D842\U+DFB7")


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        write_dxf(tmp_path / "nowhere" / "x.dxf", Drawing(1.0, 1.0, (), ()))


@pytest.mark.parametrize(
    ("length", "height", "along", "up"),
    [
        (30.0, 2.0, 100, 50),
        (300.0, 5.0, 1000, 100),
        (1700.0, 15.0, 2000, 200),
        (30_000.0, 80.0, 50_000, 5000),
    ],
)
def test_scales_fit_the_sheet(length: float, height: float, along: int, up: int) -> None:
    scales = scales_for(length, height)
    assert (scales.along, scales.up) == (along, up)


def drains() -> Network:
    network = Network().node("A", 0, 0, ground_m=30.0).node("B", 100, 0, ground_m=29.0)
    network.node("C", 200, 0, ground_m=28.0)
    drain = {"system": "sewage", "diameter_mm": 400.0}
    network.pipe("d1", "A", "B", invert_start_m=27.0, invert_end_m=26.5, **drain)
    return network.pipe("d2", "B", "C", **drain)


def test_a_section_is_true_to_scale_and_has_gaps() -> None:
    ground = drains().trace_network()
    way = trace(ground, trace_point_of(ground, "A"), Rules("downstream"))
    pipes = [
        {"diameter_mm": 400.0, "width_mm": None, "height_mm": None, "material": "concrete", "slope": slope,
         "from_m": first, "to_m": first + 100.0}
        for first, slope in ((0.0, 0.005), (100.0, float("nan")))
    ]  # fmt: skip
    drawing, scales = long_section(profile(ground, way), pipes, title="剖面", subtitle="town")
    inverts = [line for line in drawing.lines if line.layer == "INVERT"]
    assert len(inverts) == 1
    (x0, y0), (x1, y1) = inverts[0].points
    assert (x1 - x0) * scales.along / 1000 == pytest.approx(100.0)
    assert (y0 - y1) * scales.up / 1000 == pytest.approx(0.5)
    (run,) = [line for line in drawing.lines if line.layer == "GROUND"]
    assert (run.points[-1][0] - run.points[0][0]) * scales.along / 1000 == pytest.approx(200.0)
    written = [text.text for text in drawing.texts]
    assert {"A", "B", "C", "30.00", "27.00", "3.00", "i=5.0‰", "–"} <= set(written)
    assert all(0 <= x <= drawing.width for line in drawing.lines for x, _y in line.points)


def test_a_section_has_the_highest_water_of_a_run_where_it_is_known() -> None:
    ground = drains().trace_network()
    way = trace(ground, trace_point_of(ground, "A"), Rules("downstream"))
    pipes = [
        {"diameter_mm": 400.0, "width_mm": None, "height_mm": None, "material": None, "slope": float("nan"),
         "from_m": first, "to_m": first + 100.0}
        for first in (0.0, 100.0)
    ]  # fmt: skip
    levels = (27.8, 31.2, 31.2, float("nan"))
    drawing, scales = long_section(profile(ground, way), pipes, title="剖面", subtitle="town", water=levels)
    (run,) = [line for line in drawing.lines if line.layer == "WATER"]
    (x0, y0), (x1, y1) = run.points
    assert (x1 - x0) * scales.along / 1000 == pytest.approx(100.0)
    assert (y1 - y0) * scales.up / 1000 == pytest.approx(3.4)
    # Above the ground, and still on the sheet.
    assert y1 < drawing.height
    written = [text.text for text in drawing.texts]
    assert {"Highest water level (m)", "27.80", "31.20"} <= set(written)
    plain, _scales = long_section(profile(ground, way), pipes, title="剖面", subtitle="town")
    assert "Highest water level (m)" not in [text.text for text in plain.texts]
    assert "WATER" not in {line.layer for line in plain.lines}
