"""The export dialog: what it offers, what it asks of the algorithm, what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.core import QgsProject
from support.way_out import choose, wait_for
from support.widgets import part, text

from waternet_plugin.core.errors import CancelledError


@pytest.fixture
def dialog(town_session):
    """The dialog with its rows counted."""
    from waternet_plugin.gui.dock.dialogs.export_dialog import open_export_dialog

    opened = open_export_dialog(town_session)
    wait_for(lambda: "(3 rows)" in opened.what.itemText(opened.what.findData("table:pipe")))
    return opened


@pytest.mark.slow
def test_tables_themes_and_no_selection_are_offered(dialog) -> None:
    offered = {dialog.what.itemData(index) for index in range(dialog.what.count())} - {None}
    assert {"table:pipe", "table:batch", "theme:health", "theme:system"} <= offered
    # Tables without rows are not, nor pipes with a health that was never assessed.
    assert not {"table:node", "table:pipe_health"} & offered
    assert not any(each.startswith("selection:") for each in offered)


@pytest.mark.slow
def test_a_selection_goes_first_with_its_ids(town_session) -> None:
    from waternet_plugin.gui.dock.dialogs.export_dialog import open_export_dialog

    town_session.layer("pipe").selectByExpression("pipe_id in ('0012', 'a;b')")
    dialog = open_export_dialog(town_session)
    assert dialog.what.currentData() == "selection:pipe"
    parameters = dialog.parameters()
    assert parameters["TABLE"] == "pipe"
    assert sorted(json.loads(parameters["IDS"])) == ["0012", "a;b"]
    assert parameters["OUTPUT"].endswith("小城_pipe_selected.gpkg")
    dialog.start()
    wait_for(lambda: town_session.said)
    assert town_session.said[0][0] == "2 rows were written to 小城_pipe_selected.gpkg."
    Path(parameters["OUTPUT"]).unlink()


@pytest.mark.slow
def test_exporting_writes_the_file_and_says_so(dialog, town_session, tmp_path: Path) -> None:
    choose(dialog.format, ".csv")
    dialog.file.setFilePath(str(tmp_path / "out.csv"))
    dialog.start()
    wait_for(lambda: town_session.said)
    said, level, action = town_session.said[0]
    assert said.startswith("3 rows were written to out.csv.") and level == "warning"
    assert action[0] == "Open folder"
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").count("\n") == 4
    assert not dialog.isVisible()


@pytest.mark.slow
def test_a_refusal_is_said_in_the_dialog_and_nothing_typed_is_lost(
    dialog, town_session, tmp_path: Path
) -> None:
    path = str(tmp_path / "missing" / "out.gpkg")
    dialog.file.setFilePath(path)
    dialog.start()
    assert "does not exist" in text(dialog, "wn_export_error") and part(dialog, "wn_export_error").isVisible()
    assert dialog.file.filePath() == path and town_session.said == []


@pytest.mark.slow
def test_the_choices_of_last_time_come_back(dialog, town_session, tmp_path: Path) -> None:
    from waternet_plugin.gui.dock.dialogs.export_dialog import open_export_dialog

    choose(dialog.what, "theme:health")
    choose(dialog.format, ".xlsx")
    choose(dialog.headers, "zh_CN")
    dialog.file.setFilePath(str(tmp_path / "out.xlsx"))
    dialog.start()
    wait_for(lambda: town_session.said)
    again = open_export_dialog(town_session)
    assert again.what.currentData() == "theme:health" and again.suffix == ".xlsx"
    assert again.headers.currentData() == "zh_CN"
    assert Path(again.file.filePath()).parent == tmp_path


@pytest.mark.slow
def test_only_formats_with_a_choice_of_encoding_offer_it(dialog) -> None:
    found = {}
    for suffix in (".gpkg", ".shp", ".csv", ".xlsx"):
        choose(dialog.format, suffix)
        found[suffix] = dialog.encoding.isEnabled()
    assert found == {".gpkg": False, ".shp": True, ".csv": True, ".xlsx": False}


@pytest.mark.slow
def test_the_file_follows_the_format_until_it_is_named(dialog) -> None:
    choose(dialog.format, ".shp")
    assert dialog.file.filePath().endswith("小城_pipe.shp")
    dialog.file.setFilePath("elsewhere.shp")
    choose(dialog.format, ".xlsx")
    assert dialog.file.filePath() == "elsewhere.xlsx"


@pytest.mark.slow
def test_a_name_that_is_taken_is_not_suggested(dialog, printed_town: Path) -> None:
    choose(dialog.format, ".csv")
    first = printed_town.with_name("小城_pipe.csv")
    first.write_text("old")
    try:
        dialog.what.currentIndexChanged.emit(dialog.what.currentIndex())
        assert Path(dialog.file.filePath()).name == "小城_pipe-2.csv"
        dialog.file.setFilePath(str(first))
        assert text(dialog, "wn_export_replaces").startswith("Replaces the file of 20")
    finally:
        first.unlink()


@pytest.mark.slow
def test_without_a_file_name_nothing_starts(dialog, town_session) -> None:
    dialog.file.setFilePath("")
    dialog.start()
    assert text(dialog, "wn_export_error") == "Choose a name for the file." and town_session.said == []


@pytest.mark.slow
def test_unsaved_edits_are_warned_of(dialog, town_session) -> None:
    layer = town_session.layer("pipe")
    layer.startEditing()
    layer.changeAttributeValue(next(layer.getFeatures()).id(), layer.fields().lookupField("note"), "x")
    dialog.what.currentIndexChanged.emit(dialog.what.currentIndex())
    assert "Unsaved" in text(dialog, "wn_export_rows")
    layer.rollBack()


@pytest.mark.slow
def test_cancel_leaves_the_dialog_open(dialog, town_session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(town_session, "run_algorithm", lambda *_asked, failed: asked.append(failed))
    dialog.start()
    assert not part(dialog, "wn_export_start").isEnabled()
    asked[0](CancelledError("Cancelled. Nothing was changed."))
    assert part(dialog, "wn_export_start").isEnabled()
    assert text(dialog, "wn_export_error").startswith("Cancelled")


def test_without_a_network_there_is_no_dialog(town_session) -> None:
    from waternet_plugin.gui.dock.dialogs.export_dialog import open_export_dialog

    QgsProject.instance().clear()
    assert open_export_dialog(town_session) is None
    assert "No network is open" in town_session.said[0][0]
