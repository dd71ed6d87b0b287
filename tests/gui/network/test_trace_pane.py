"""A trace clicked on the map: ways, sums, stop conditions, kept settings."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsPointXY, QgsProject
from support.tool_town import clicked_at
from support.widgets import text

D1, D3 = QgsPointXY(500120, 2999800), QgsPointXY(500300, 2999800)
P1, P5 = QgsPointXY(500050, 3000000), QgsPointXY(500450, 3000000)


@pytest.fixture
def trace_pane(plugin: Any, open_tool_town: Any) -> Any:
    """The pane of the trace, open on a copy of the town, its tool in hand."""
    open_tool_town()
    plugin.actions.tools.actions["trace"].trigger()
    return plugin.session.window("wn_trace")


def answered(pane: Any, until: Any, *places: QgsPointXY) -> Any:
    before = pane.answer
    for place in places:
        clicked_at(pane, place)
    until(lambda: pane.answer is not before)
    return pane.answer


def direction(pane: Any, code: str) -> None:
    pane.form.direction.setCurrentIndex(pane.form.direction.findData(code))


def ids(answer: Any) -> list[str]:
    return [row["pipe_id"] for row in answer.pipes]


@pytest.mark.slow
def test_downstream_along_the_drains_with_its_sums(trace_pane: Any, until: Any) -> None:
    answer = answered(trace_pane, until, D1)
    assert ids(answer) == ["d1", "d2", "d3"]
    assert answer.figures["length_m"] == pytest.approx(300.0) and answer.figures["customers"] == 1
    assert trace_pane.headline.text().startswith("3 pipe") and "300 m" in trace_pane.headline.text()
    assert [mark.text for mark in trace_pane.overlay.marks] == ["A"]
    assert len(trace_pane.overlay.lines) == 1


@pytest.mark.slow
def test_another_direction_asks_again_from_the_same_start(trace_pane: Any, until: Any) -> None:
    before = answered(trace_pane, until, D3)
    direction(trace_pane, "upstream")
    until(lambda: trace_pane.answer is not before)
    assert sorted(ids(trace_pane.answer)) == ["d1", "d2", "d3"]


@pytest.mark.slow
def test_a_node_is_picked_before_the_pipe(trace_pane: Any, until: Any) -> None:
    answer = answered(trace_pane, until, QgsPointXY(500150, 2999800))
    assert answer.question.start == "node:M2" and ids(answer) == ["d2", "d3"]


@pytest.mark.slow
def test_the_shortest_way_takes_two_clicks(trace_pane: Any, until: Any) -> None:
    direction(trace_pane, "shortest")
    clicked_at(trace_pane, P1)
    assert "click where the way ends" in text(trace_pane, "wn_trace_said")
    answer = answered(trace_pane, until, P5)
    assert ids(answer) == ["p1", "p2", "p3", "p4", "p5"]
    assert [mark.text for mark in trace_pane.overlay.marks] == ["B", "A"]


@pytest.mark.slow
def test_no_way_is_one_sentence_in_the_pane(trace_pane: Any, until: Any) -> None:
    direction(trace_pane, "shortest")
    clicked_at(trace_pane, P1)
    clicked_at(trace_pane, D1)
    until(lambda: "No open path" in text(trace_pane, "wn_trace_said"))
    assert not trace_pane.shows_answer and trace_pane.overlay.is_empty


@pytest.mark.slow
def test_a_kind_to_stop_at_and_a_barrier(trace_pane: Any, until: Any) -> None:
    direction(trace_pane, "connected")
    everything = answered(trace_pane, until, P5)
    assert len(everything.pipes) == 7
    action = next(one for one in trace_pane.form.stops.menu().actions() if one.data() == "valve")
    action.setChecked(True)
    until(lambda: trace_pane.answer is not everything)
    # Nodes at the ends of the start are passed.
    assert sorted(ids(trace_pane.answer)) == ["p4", "p5", "p7"]
    stopped = trace_pane.answer
    trace_pane.bar(True)
    clicked_at(trace_pane, QgsPointXY(500400, 3000050))
    until(lambda: trace_pane.answer is not stopped)
    assert sorted(ids(trace_pane.answer)) == ["p4", "p5"] and "p7" in trace_pane.prose.toPlainText()


def test_settings_are_kept_with_the_project(trace_pane: Any) -> None:
    from waternet_plugin.gui.network.traces import trace_presets

    direction(trace_pane, "to_source")
    trace_pane.form.closed.setChecked(True)
    trace_presets.save("至水源", trace_pane.wish)
    direction(trace_pane, "upstream")
    trace_pane.take_wish(trace_presets.read()["至水源"])
    assert trace_pane.wish.direction == "to_source" and trace_pane.wish.pass_closed
    assert QgsProject.instance().isDirty()
    trace_presets.drop("至水源")
    assert trace_presets.read() == {}


@pytest.mark.slow
def test_the_long_profile_of_the_way(trace_pane: Any, plugin: Any, until: Any) -> None:
    answered(trace_pane, until, D1)
    assert trace_pane.answer.profile is None
    trace_pane.open_profile()
    until(lambda: trace_pane.answer.profile is not None)
    profile = trace_pane.answer.profile
    assert [row["pipe_id"] for row in profile.pipes] == ["d1", "d2", "d3"]
    assert profile.pipes[0]["slope"] == pytest.approx(0.003)
    assert profile.profile.gaps_m == pytest.approx(100.0)
    assert list(profile.profile.crossings["pipe_id"]) == ["cross"]
    assert profile.stations[0][1:] == (500050.0, 2999800.0) and profile.stations[-1][0] == pytest.approx(
        300.0
    )


@pytest.mark.slow
def test_closing_leaves_the_map_as_it_was(trace_pane: Any, plugin: Any, until: Any) -> None:
    canvas = plugin.session.iface.mapCanvas()
    answered(trace_pane, until, D1)
    trace_pane.close()
    assert trace_pane.overlay.is_empty and trace_pane.tool is None and canvas.mapTool() is None
