"""Next month's file in the wizard: three clicks, a list of changes, ticks, undo, two windows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QPushButton
from support.adoption_frames import frame, point
from support.delivered_town import FIELDS, LINES, MAPPING, column, delivered, delivery, edit, whole
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.gui.wizard.dialog import CHECK, FILES, AdoptionWizard
from waternet_plugin.gui.wizard.sources.library import Library

HEADINGS = {"ID": "管线编号", "MAT": "管材", "DN": "管径", "ROAD": "道路"}


def _file(folder: Path, name: str, *args: Any, **columns: Any) -> Path:
    path = folder / f"{name}.geojson"
    delivery(*args, **columns).rename(columns=HEADINGS).to_file(path, driver="GeoJSON")
    return path


@pytest.fixture(scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return delivered(tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(session: InstantSession, tmp_path: Path, _town: Path) -> Path:
    """A network into which a file was brought once, open, with the answers that were given then."""
    path = Path(shutil.copy(_town, tmp_path / "town.gpkg"))
    session.network_path = str(path)
    fields = {field: HEADINGS[column] for field, column in FIELDS.items()}
    mapping = from_dict({**MAPPING, "fields": fields})
    Library(tmp_path / "mappings").remember(list(HEADINGS.values()), "pipe", mapping)
    return path


def _next(wizard: AdoptionWizard) -> QPushButton:
    button = wizard.findChild(QPushButton, "wn_wizard_next")
    assert button.isVisible()
    assert button.isEnabled()
    return button


def _dropped(session: InstantSession, folder: Path, path: Path) -> AdoptionWizard:
    wizard = wizard_with(session, folder, path)
    assert wizard.step == FILES
    return wizard


def _lines(wizard: AdoptionWizard) -> list[tuple[str, ...]]:
    table = wizard.check.changes.table
    return [tuple(table.item(row, at).text() for at in range(5)) for row in range(table.rowCount())]


@pytest.mark.slow
def test_next_months_file_takes_three_clicks(session, tmp_path, town):
    file = _file(tmp_path, "二月", "ABD", DN=[150.0, 100.0, 80.0], geom=[*LINES[:2], LINES[5]])
    wizard = _dropped(session, tmp_path, file)
    assert "came before" in wizard.message.text()
    clicks = 0
    # The pipes may be assessed then: Close stands at the left.
    for text, name in (("Next", "next"), ("Update", "next"), ("Close", "back")):
        button = wizard.findChild(QPushButton, f"wn_wizard_{name}")
        assert button.isVisible()
        assert button.isEnabled()
        assert button.text() == text
        button.click()
        clicks += 1
        if text == "Next":
            assert wizard.step == CHECK
            assert _lines(wizard) == [
                ("A", "Nominal diameter", "100", "150", "changed"),
                ("D", "", "", "", "new"),
                ("C", "", "", "", "not in the file"),
            ]
            said = wizard.check.changes.summary.text()
            assert "1 changed, 1 the same, 1 new" in said
            assert "Not in the file: 1" in said
            assert not wizard.check.changes.conflicts.isEnabled()
        if text == "Update":
            assert wizard.is_done
            assert wizard.check.undo_button.text() == "Undo the update"
    assert clicks == 3
    assert not wizard.isVisible()
    with store.open_network(town) as network:
        assert column(network, "diameter_mm") == {"A": 150.0, "B": 100.0, "C": 100.0, "D": 80.0}
        assert network.batches()["kind"].tolist()[:2] == ["update", "adopt"]
        assert network.batches()["file"][0] == "二月.geojson"


@pytest.mark.slow
def test_ticks_take_what_people_set_and_moved_geometry(session, tmp_path, town):
    with store.open_network(town, by="li") as network:
        edit(network, pipe_id=["A"], street=["Two Road"])
    shift = [LINES[0], LINES[6], LINES[2]]
    wizard = _dropped(session, tmp_path, _file(tmp_path, "二月", geom=shift))
    _next(wizard).click()
    part = wizard.check.changes
    assert _lines(wizard)[0] == ("A", "Street", "Two Road", "One Road", "set by people")
    assert _lines(wizard)[1][4] == "moved"
    assert "500.0 m away" in _lines(wizard)[1][3]
    assert _next(wizard).text() == "Close"
    part.conflicts.click()
    assert _lines(wizard)[0][4] == "changed"
    assert _next(wizard).text() == "Update"
    part.geometry_box.click()
    assert part.geometry_box.isChecked()
    part.shown.choose("moved")
    part.shown.chosen.emit("moved")
    assert [one[4] for one in _lines(wizard)] == ["moved"]
    with store.open_network(town) as network:
        before = whole(network)
    _next(wizard).click()
    assert wizard.is_done
    with store.open_network(town) as network:
        assert column(network, "street")["A"] == "One Road"
        assert network.read("pipe", ["pipe_id"], ids=["B"])["geom"][0].equals(LINES[6])
    wizard.check.undo_button.click()
    assert not wizard.is_done
    with store.open_network(town) as network:
        assert whole(network).equals(before)


@pytest.mark.slow
def test_the_same_file_again_has_nothing_to_write(session, tmp_path, town):
    wizard = _dropped(session, tmp_path, _file(tmp_path, "一月"))
    _next(wizard).click()
    assert wizard.step == CHECK
    assert "nothing to write" in wizard.check._head.text()
    assert _next(wizard).text() == "Close"
    _next(wizard).click()
    assert not wizard.isVisible()
    with store.open_network(town) as network:
        assert len(network.batches()) == 2


@pytest.mark.slow
def test_new_rows_can_be_left_out_or_be_all_that_is_taken(session, tmp_path, town):
    file = _file(tmp_path, "二月", "AD", DN=[150.0, 80.0], geom=[LINES[0], LINES[5]])
    wizard = _dropped(session, tmp_path, file)
    _next(wizard).click()
    mode = wizard.check.changes.mode
    for key, counts in (("update", (1, 1)), ("insert", (1, 1)), ("both", (2, 0))):
        mode.choose(key)
        mode.chosen.emit(key)
        result = wizard.adopting.results[0]
        assert (result.rows_written, result.rows_rejected) == counts
        assert wizard.check.changes.mode.isVisible()


@pytest.mark.slow
def test_what_others_wrote_meanwhile_is_shown_before_it_is_written(session, tmp_path, town):
    wizard = _dropped(session, tmp_path, _file(tmp_path, "二月", DN=[150.0, 100.0, 100.0]))
    _next(wizard).click()
    with store.open_network(town, by="wang") as network:
        edit(network, pipe_id=["B"], diameter_mm=[80.0])
    _next(wizard).click()
    assert not wizard.is_done
    assert "look at the new list" in wizard.message.text()
    assert ("B", "Nominal diameter", "80", "100", "set by people") in _lines(wizard)
    _next(wizard).click()
    assert wizard.is_done
    with store.open_network(town) as network:
        assert column(network, "diameter_mm") == {"A": 150.0, "B": 80.0, "C": 100.0}


def _volumes(folder: Path, month: int) -> Path:
    """Write what two users took in a month, as a list without places."""
    path = folder / f"水量_{month}.csv"
    days = f"2026-{month:02d}-01,2026-{month:02d}-28"
    rows = [f"{month}-{user},{user},billed_metered,{days},{10 * month}" for user in ("U1", "U2")]
    headings = "volume_id,customer_id,component,from_date,to_date,volume_m3"
    path.write_text("\n".join([headings, *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_volumes_of_one_more_month_take_two_clicks(session, tmp_path, town):
    wizard = _dropped(session, tmp_path, _volumes(tmp_path, 1))
    assert wizard.message.text() == ""
    while not wizard.is_done:
        _next(wizard).click()
    wizard = _dropped(session, tmp_path, _volumes(tmp_path, 2))
    assert wizard.message.text() == "The columns are those of the last time: “Next” shows what is added."
    _next(wizard).click()
    assert _next(wizard).text() == "Adopt"
    _next(wizard).click()
    assert wizard.is_done
    with store.open_network(town) as network:
        volumes = network.read("volume", ["volume_id", "volume_m3"], geometry=False)
    assert dict(zip(volumes["volume_id"], volumes["volume_m3"])) == {
        "1-U1": 10.0, "1-U2": 10.0, "2-U1": 20.0, "2-U2": 20.0,
    }  # fmt: skip


@pytest.mark.slow
def test_a_file_of_other_ids_is_an_adoption(session, tmp_path, town):
    wizard = _dropped(session, tmp_path, _file(tmp_path, "二月", "XYA"))
    assert "came before" not in wizard.message.text()
    wizard.go_to(CHECK)
    assert wizard.adopting.results[0].update is None
    assert wizard.check.tabs.indexOf(wizard.check.changes) < 0


@pytest.mark.slow
def test_events_that_are_there_are_asked_about(session, tmp_path, town):
    path = tmp_path / "热线.geojson"
    shapes = [point(10 * k, 3) for k in range(5)]
    days = [f"2026-01-{k:02d}" for k in range(1, 6)]
    frame(shapes, 日期=days, 故障类型=["爆管"] * 5).to_file(path, driver="GeoJSON")
    for again in (False, True):
        wizard = wizard_with(session, tmp_path, path)
        source = wizard.state.sources[0]
        if not again:
            source.use_table("failure")
            for one in source.meanings():
                known = source.mapping.values.get(one.field, {})
                source._set("values", one.field, {**known, one.value: "main_break"})
        wizard.go_to(CHECK)
        if not again:
            wizard.go_on()
            assert wizard.is_done, wizard.message.text()
            wizard.close()
            continue
        assert [one.text for one in wizard.check.questions.asked] == ["5 of 5 are there already."]
        assert _next(wizard).text() == "Close"
        box = wizard.check.questions.table.cellWidget(0, 2)
        box.chosen.emit("take")
        assert wizard.adopting.results[0].rows_written == 5
        box = wizard.check.questions.table.cellWidget(0, 2)
        box.chosen.emit("reject")
        _next(wizard).click()
    with store.open_network(town) as network:
        assert network.count("failure") == 5
