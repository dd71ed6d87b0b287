"""The long profile below the map: drawn to its size, read under the pointer, saved as PDF and DXF."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from osgeo import ogr
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtWidgets import QApplication
from support.tool_town import clicked_at

from waternet_plugin.gui.network.traces import profile_reading


@pytest.fixture
def profile_pane(plugin: Any, open_tool_town: Any, until: Any) -> Any:
    """The pane with the profile of the drains M1 to O, drawn."""
    open_tool_town()
    plugin.actions.tools.actions["trace"].trigger()
    trace = plugin.session.window("wn_trace")
    clicked_at(trace, QgsPointXY(500120, 2999800))
    until(lambda: trace.answer is not None)
    trace.open_profile()
    until(lambda: plugin.session.window("wn_profile") is not None)
    pane = plugin.session.window("wn_profile")
    until(lambda: pane.picture.frame is not None)
    return pane


@pytest.mark.slow
def test_values_at_places_of_the_way(profile_pane: Any) -> None:
    answer = profile_pane.answer
    found = profile_reading.at(answer, 50.0)
    assert (found.pipe_id, found.size) == ("d1", "DN400")
    assert (found.ground_m, found.invert_m) == (pytest.approx(29.75), pytest.approx(26.85))
    assert found.slope == pytest.approx(0.003)
    assert found.crossing is not None and found.crossing["pipe_id"] == "cross"
    assert found.crossing["clearance_m"] == pytest.approx(29.0 - 27.25)
    assert "crosses cross, clearance 1.75 m" in profile_reading.sentence(found)
    assert profile_reading.point_at(answer, 50.0) == (pytest.approx(500100.0), 2999800.0)
    assert profile_reading.point_at(answer, 999.0) == (500350.0, 2999800.0)


@pytest.mark.slow
def test_what_is_unknown_is_a_gap_and_a_dash(profile_pane: Any) -> None:
    found = profile_reading.at(profile_pane.answer, 150.0)
    assert found.pipe_id == "d2" and math.isnan(found.invert_m) and math.isnan(found.slope)
    assert "invert –" in profile_reading.sentence(found)


@pytest.mark.slow
def test_the_title_says_how_far_it_falls_and_what_is_missing(profile_pane: Any) -> None:
    from waternet_plugin.gui.network.traces import profile_plot as drawn

    title = drawn.title_of(profile_pane.answer)
    assert title == "M1 to O: 300 m, falls 0.90 m, levels unknown on 100 m"


@pytest.mark.slow
def test_defects_of_the_newest_inspection_are_ticks_with_code_and_grade(
    plugin: Any, open_tool_town: Any, until: Any
) -> None:
    import pandas as pd
    from matplotlib.figure import Figure

    from waternet_plugin import store
    from waternet_plugin.gui.network.traces.profile_plot import profile_plot

    path = open_tool_town()
    with store.open_network(plugin.session.network_path) as network, network.write("edit") as batch:
        days = pd.to_datetime(["2020-01-01", "2024-01-01"])
        looked = {"inspection_id": ["I1", "I2"], "pipe_id": "d1", "date": days, "standard": "cjj_181"}
        batch.insert("inspection", pd.DataFrame(looked))
        found = pd.DataFrame(
            {
                "defect_id": ["D1", "D2", "D3"],
                "inspection_id": ["I1", "I2", "I2"],
                "code": ["SL", "PL", "CK"],
                "grade": [1, 3, 2],
                "position_m": [5.0, 30.0, 900.0],
            }
        )
        batch.insert("defect", found)
    assert path
    plugin.actions.tools.actions["trace"].trigger()
    trace = plugin.session.window("wn_trace")
    clicked_at(trace, QgsPointXY(500120, 2999800))
    until(lambda: trace.answer is not None)
    trace.open_profile()
    until(lambda: plugin.session.window("wn_profile") is not None)
    answer = plugin.session.window("wn_profile").answer
    # The older inspection is not shown, and what lies beyond the end has no place.
    assert answer.defects == ((30.0, "PL", 3),)
    axes = Figure().add_subplot()
    profile_plot(answer, network="town").draw(axes)
    assert "PL 3" in [text.get_text() for text in axes.texts]


@pytest.mark.slow
def test_an_edit_while_the_profile_is_asked_for_does_not_lose_it(
    plugin: Any, open_tool_town: Any, until: Any
) -> None:
    open_tool_town()
    plugin.actions.tools.actions["trace"].trigger()
    trace = plugin.session.window("wn_trace")
    clicked_at(trace, QgsPointXY(500120, 2999800))
    until(lambda: trace.answer is not None)
    trace.open_profile()
    # As the session's word of an edit comes through, which settles while the trace runs.
    trace._settle.timeout.emit()
    until(lambda: plugin.session.window("wn_profile") is not None)
    assert plugin.session.window("wn_profile").answer is trace.answer.profile


@pytest.mark.slow
def test_the_pointer_reads_values_and_marks_the_map(profile_pane: Any) -> None:
    picture = profile_pane.picture
    middle = QPoint(picture.width() // 2, picture.height() // 2)
    chainage = picture.chainage_at(middle.x())
    assert 100.0 < chainage < 200.0
    buttons = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(middle), buttons, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(picture, event)
    assert "d2" in profile_pane.values.text()
    assert len(profile_pane.overlay.marks) == 1
    picture.left.emit()
    assert profile_pane.overlay.is_empty and "Point at the profile" in profile_pane.values.text()


@pytest.mark.slow
def test_a_click_shows_the_place(profile_pane: Any, plugin: Any) -> None:
    profile_pane.picture.clicked.emit(250.0)
    center = plugin.session.iface.mapCanvas().center()
    assert (center.x(), center.y()) == (pytest.approx(500300, abs=1), pytest.approx(2999800, abs=1))


@pytest.mark.slow
def test_saved_as_pdf_and_dxf(profile_pane: Any, tmp_path: Path, until: Any) -> None:
    for name in ("long.pdf", "long.dxf"):
        profile_pane.save(tmp_path / name)
        until(lambda: not profile_pane.session.running)
    assert (tmp_path / "long.pdf").read_bytes().startswith(b"%PDF")
    source = ogr.Open(str(tmp_path / "long.dxf"))
    found = [(one.GetField("Layer"), one.GetField("Text")) for one in source.GetLayer(0)]
    names = {layer for layer, _text in found}
    assert {"GROUND", "INVERT", "CROWN", "CROSSING", "FRAME", "TEXT"} <= names
    texts = {text for _layer, text in found}
    assert {"M1", "27.00", "i=3.0‰"} <= texts


@pytest.mark.slow
def test_water_of_the_newest_run_of_swmm_stands_in_the_profile(
    profile_pane: Any, plugin: Any, until: Any
) -> None:
    import pandas as pd
    from matplotlib.figure import Figure

    from waternet_plugin import store
    from waternet_plugin.gui.network.traces import profile_plot as drawn

    assert profile_pane.answer.water == () and "water" not in profile_reading.sentence(
        profile_reading.at(profile_pane.answer, 50.0)
    )
    run = {"run_id": "MR1", "engine": "SWMM 5.2", "made_on": pd.Timestamp("2026-01-01", tz="UTC")}
    depths = pd.DataFrame({"asset": ["M1", "M2"], "highest": [3.5, 0.3], "quantity": "depth_m"})
    with store.open_network(plugin.session.network_path) as network, network.write("edit") as batch:
        batch.insert("model_run", pd.DataFrame([{**run, "parameters": "{}"}]))
        batch.insert("model_result", depths.assign(run_id="MR1"))
    trace, before = plugin.session.window("wn_trace"), profile_pane.answer
    clicked_at(trace, QgsPointXY(500120, 2999800))
    until(lambda: profile_pane.answer is not before)
    answer = profile_pane.answer
    # M3 and the outfall have no depth; M1 stands above its ground, which the drawing shows.
    assert answer.water[:3] == (pytest.approx(30.5), pytest.approx(27.0), pytest.approx(27.0))
    assert all(math.isnan(level) for level in answer.water[3:])
    found = profile_reading.at(answer, 50.0)
    assert found.water_m == pytest.approx(28.75) and "water 28.75" in profile_reading.sentence(found)
    assert "water" not in profile_reading.sentence(profile_reading.at(answer, 150.0))
    plot = drawn.profile_plot(answer, network="town")
    assert plot.columns[-1] == "water_m" and plot.rows[0][-1] == pytest.approx(30.5)
    axes = Figure().add_subplot()
    plot.draw(axes)
    assert axes.get_ylim()[1] > 30.5
    assert any(list(line.get_ydata())[:2] == list(answer.water[:2]) for line in axes.lines)


@pytest.mark.slow
def test_an_open_profile_follows_the_trace(profile_pane: Any, plugin: Any, until: Any) -> None:
    trace = plugin.session.window("wn_trace")
    before = profile_pane.answer
    clicked_at(trace, QgsPointXY(500300, 2999800))
    until(lambda: profile_pane.answer is not before)
    assert [pipe["pipe_id"] for pipe in profile_pane.answer.pipes] == ["d3"]


def test_labels_of_close_defects_stand_one_above_the_other() -> None:
    from types import SimpleNamespace

    import pandas as pd
    from matplotlib.figure import Figure

    from waternet_plugin.gui.network.traces.profile_plot import _draw_defects

    points = pd.DataFrame({"chainage_m": [0.0, 100.0], "crown_m": [5.0, 4.0]})
    defects = ((3.0, "TJ", 2), (3.6, "SL", 1), (60.0, "PL", 4))
    axes = Figure().add_subplot()
    _draw_defects(axes, SimpleNamespace(profile=SimpleNamespace(points=points), defects=defects), 1.0)
    heights = {label.get_text(): label.xyann[1] for label in axes.texts}
    assert heights["SL 1"] >= heights["TJ 2"] + 20
    assert heights["PL 4"] == heights["TJ 2"]


@pytest.mark.parametrize("seed", range(5))
def test_no_two_labels_print_over_one_another_and_none_is_lost(seed: int) -> None:
    import numpy as np

    from waternet_plugin.gui.network.traces.profile_plot import spread_labels

    places = np.sort(np.random.default_rng(seed).uniform(0.0, 60.0, 80)).tolist()
    labels = [(at, f"PL{number}") for number, at in enumerate(places)]
    found = spread_labels(labels, 2.0)
    told = [text for _at, _level, texts in found for text in texts.split(", ")]
    assert sorted(told) == sorted(text for _at, text in labels)
    for level in {one[1] for one in found}:
        row = [at for at, its, _text in found if its == level]
        assert all(b - a >= 2.0 for a, b in zip(row, row[1:]))
