"""Rows that repeat an id or lie far away: asked on the last step, kept in the mapping, shown on no map."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from qgis.PyQt.QtWidgets import QPushButton
from support.built_network import EAST, NORTH
from support.wizard_helpers import InstantSession

from waternet_plugin import store
from waternet_plugin.core.exchange.mapping import mapping_file
from waternet_plugin.gui.wizard.dialog import CHECK, PLACE, AdoptionWizard
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.store.foreign import foreign

COUNT = 60


def _street(count: int = COUNT) -> gpd.GeoDataFrame:
    """A town whose streets give their number to three segments each; two rows exchanged, one far off."""
    lines = [
        shapely.LineString([(EAST + 30 * k, NORTH), (EAST + 30 * k + 28, NORTH + 5)]) for k in range(count)
    ]
    frame = gpd.GeoDataFrame(
        {
            "GXBH": [f"GS{k // 3}" for k in range(count)],
            "GJ": [100 + k % 5 * 50 for k in range(count)],
            "CZ": "ductile_iron",
            "LB": "potable",
        },
        geometry=lines,
        crs="EPSG:4547",
    )
    for row in (4, 9):
        frame.loc[row, "geometry"] = shapely.transform(lines[row], lambda xy: xy[:, ::-1])
    frame.loc[20, "geometry"] = shapely.transform(lines[20], lambda xy: np.add(xy, (400_000.0, 0.0)))
    return frame


@pytest.fixture
def town_file(tmp_path: Path) -> Path:
    path = tmp_path / "town" / "pipes.shp"
    path.parent.mkdir()
    _street().to_file(path, encoding="utf-8")
    return path


def _at_check(session: InstantSession, folder: Path, path: Path) -> AdoptionWizard:
    wizard = AdoptionWizard(session)
    wizard.library.folder = folder / "mappings"
    wizard.show()
    wizard.add([str(path)])
    source = wizard.state.sources[0]
    source.set_column("pipe_id", "GXBH")
    source.set_column("diameter_mm", "GJ")
    source.set_column("material", "CZ")
    source.set_column("system", "LB")
    wizard.codes.refresh()
    wizard.codes.accept_suggestions()
    wizard.go_to(PLACE)
    assert wizard.step == PLACE, wizard.message.text()
    wizard.go_to(CHECK)
    assert wizard.step == CHECK, wizard.message.text()
    return wizard


def test_both_questions_are_asked_with_their_suggestions(session, tmp_path, town_file):
    wizard = _at_check(session, tmp_path, town_file)
    asked = {one.key: one for one in wizard.check.questions.asked}
    assert asked["repeated_ids"].suggestion == "number"
    assert "40 row" in asked["repeated_ids"].text
    assert "GS0-2 …" in asked["repeated_ids"].choices[0][1]
    assert asked["strays"].suggestion == "swap"
    assert "3 row" in asked["strays"].text and "km" in asked["strays"].text
    # Nothing is adopted before they are answered.
    wizard.go_on()
    assert not wizard.is_done
    assert "a repeated id" in wizard.message.text() or "from the others" in wizard.message.text()
    button = wizard.findChild(QPushButton, "wn_wizard_accept_answers")
    assert button.isVisible() and "2" in button.text()


def test_one_click_takes_all_suggestions_and_the_page_lists_what_was_taken(session, tmp_path, town_file):
    wizard = _at_check(session, tmp_path, town_file)
    wizard.findChild(QPushButton, "wn_wizard_accept_answers").click()
    result = wizard.adopting.results[0]
    assert (result.rows_in, result.rows_written, result.rows_rejected) == (60, 59, 1)
    assert result.rejected["reason_code"].tolist() == ["stray"]
    told = wizard.check.details.toPlainText()
    assert re.search(r"39 row(s|\(s\)) had an id that appears twice and got a number", told)
    assert "x and y were swapped" in told
    assert "check them" not in told
    assert not wizard.findChild(QPushButton, "wn_wizard_accept_answers").isVisible()
    mapping = wizard.state.sources[0].mapping.to_dict()
    assert (mapping["repeated_ids"], mapping["strays"]) == ("number", "swap")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("repeated", "strays", "written", "rejected"),
    [
        ("number", "reject", 57, {"stray": 3}),
        ("reject", "take", 20, {"duplicate_id": 40}),
        ("number", "take", 60, {}),
    ],
)
def test_every_answer_does_what_it_says(session, tmp_path, town_file, repeated, strays, written, rejected):
    wizard = _at_check(session, tmp_path, town_file)
    for key, answer in (("repeated_ids", repeated), ("strays", strays)):
        line = next(n for n, one in enumerate(wizard.check.questions.asked) if one.key == key)
        box = wizard.check.questions.table.cellWidget(line, 2)
        box.choose(answer)
        box.chosen.emit(answer)
    result = wizard.adopting.results[0]
    assert (result.rows_written, result.rejected_by_reason()) == (written, rejected)
    wizard.go_on()
    assert wizard.is_done


@pytest.mark.slow
def test_the_run_without_a_screen_repeats_the_wizards_rows(session, tmp_path, town_file):
    wizard = _at_check(session, tmp_path, town_file)
    wizard.findChild(QPushButton, "wn_wizard_accept_answers").click()
    wizard.go_on()
    assert wizard.is_done
    with store.open_network(session.network_path) as network:
        by_hand = network.read("pipe", ["pipe_id", "source_id", "length_m"])
    kept = next((tmp_path / "mappings").glob("**/*.json"))
    text = json.loads(kept.read_text(encoding="utf-8"))
    mapping = mapping_file.from_dict(text.get("mapping", text))
    with store.create_network(tmp_path / "again.gpkg", "EPSG:4547") as network:
        part = adopt_layers.MappedFrame("pipes", foreign.read_foreign(town_file), mapping, "pipe")
        adopt_layers.adopt_all(network, [part])
        again = network.read("pipe", ["pipe_id", "source_id", "length_m"])
    assert again["pipe_id"].tolist() == by_hand["pipe_id"].tolist()
    assert again["source_id"].tolist() == by_hand["source_id"].tolist()
    assert again["length_m"].sum() == pytest.approx(by_hand["length_m"].sum())
    assert shapely.equals_exact(again["geom"].to_numpy(), by_hand["geom"].to_numpy(), 1e-6).all()


@pytest.mark.slow
def test_a_kept_mapping_brings_its_answers_along(session, tmp_path, town_file):
    first = _at_check(session, tmp_path, town_file)
    first.findChild(QPushButton, "wn_wizard_accept_answers").click()
    first.go_on()
    session.network_path = ""
    second = AdoptionWizard(session)
    second.library.folder = tmp_path / "mappings"
    second.show()
    second.add([str(town_file)])
    mapping = second.state.sources[0].mapping
    assert (mapping.repeated_ids, mapping.strays) == ("number", "swap")


def test_a_file_without_such_rows_is_asked_nothing(session, tmp_path):
    frame = _street().iloc[[0, 3, 6, 12, 15, 18, 24, 27]]
    path = tmp_path / "town" / "clean.shp"
    path.parent.mkdir()
    frame.to_file(path, encoding="utf-8")
    wizard = _at_check(session, tmp_path, path)
    assert wizard.check.questions.asked == []
    assert not wizard.check.questions.isVisible()


@pytest.mark.slow
def test_the_map_of_the_place_step_shows_the_town(session, tmp_path, town_file):
    wizard = _at_check(session, tmp_path, town_file)
    wizard.go_to(PLACE)
    box = wizard.place.map.extent()
    assert max(box.width(), box.height()) < 10_000
    assert "km from the others" in wizard.place.notes.text()
    assert "1.8 ×" in wizard.place.where.text()


@pytest.mark.slow
def test_after_adopting_with_strays_the_map_shows_the_town(session, tmp_path, town_file):
    """Taken as they are they are written, and yet no view is made for them."""
    network = tmp_path / "open.gpkg"
    store.create_network(network, "EPSG:4547").close()
    session.network_path = str(network)
    wizard = _at_check(session, tmp_path, town_file)
    source = wizard.state.sources[0]
    from dataclasses import replace

    source.mapping = replace(source.mapping, repeated_ids="number", strays="take")
    wizard.check.questions.answered.emit()
    wizard.go_on()
    assert wizard.is_done
    west, _, east, _ = session.zooms[-1]
    assert east - west < 3000


@pytest.mark.slow
def test_a_single_repeated_id_of_many_rows_holds_nobody_up(session, tmp_path):
    frame = _street(600)
    frame["GXBH"] = [f"GS{max(k, 1)}" for k in range(600)]
    frame = frame.drop(index=[4, 9, 20])
    path = tmp_path / "town" / "pipes.shp"
    path.parent.mkdir()
    frame.to_file(path, encoding="utf-8")
    wizard = _at_check(session, tmp_path, path)
    assert [one.key for one in wizard.check.questions.asked] == ["repeated_ids"]
    wizard.go_on()
    assert wizard.is_done
    assert wizard.adopting.results[0].rejected_by_reason() == {"duplicate_id": 1}
