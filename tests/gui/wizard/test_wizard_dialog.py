"""The wizard from files to rows, by its own buttons; long work runs where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject, QgsVectorLayer, edit
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QDropEvent, QFocusEvent
from qgis.PyQt.QtWidgets import QLineEdit, QMessageBox, QPushButton
from support.slow_cases import a_few_quick
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import language, store
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.gui.wizard import open_wizard
from waternet_plugin.gui.wizard.dialog import CHECK, CODES, FIELDS, FILES, PLACE, AdoptionWizard
from waternet_plugin.gui.wizard.sources.library import Library


class Clicks:
    """Presses buttons by their names and counts."""

    def __init__(self, wizard: AdoptionWizard) -> None:
        self._wizard = wizard
        self.count = 0

    def __call__(self, name: str) -> None:
        button = self._wizard.findChild(QPushButton, name)
        assert button is not None and button.isVisible() and button.isEnabled(), name
        button.click()
        self.count += 1


def _choose_code(wizard: AdoptionWizard, row: int, text: str) -> None:
    box = wizard.codes.table.cellWidget(row, 4)
    box.lineEdit().setText(text)
    box.lineEdit().editingFinished.emit()


@pytest.mark.slow
def test_the_utilitys_files_become_a_network(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path, files.failures, files.points, files.pipes)
    target = tmp_path / "neu" / "stadt.gpkg"
    click = Clicks(wizard)
    click("wn_wizard_next")
    assert wizard.step == FIELDS
    click("wn_wizard_next")
    assert wizard.step == CODES
    click("wn_wizard_accept_all")
    # 入户管 is in no list of ours; typing is free.
    _choose_code(wizard, 0, "service")
    click("wn_wizard_next")
    assert wizard.step == PLACE
    wizard.state.new_path = str(target)
    click("wn_wizard_next")
    assert wizard.step == CHECK
    ready = wizard.footer.summary.text().split()[0].replace(",", "")
    assert int(ready) == sum(files.rows[name] for name in ("pipe", "node", "failure")) - 3
    click("wn_wizard_next")
    assert session.opened == [str(target)]
    # With the start page's card before, assessing after and one open code: within the twelve.
    assert click.count + 3 <= 12
    with store.open_network(target) as network:
        assert network.count("pipe") == files.rows["pipe"] - 2
        assert network.count("node") == files.rows["node"]
        assert network.count("failure") == files.rows["failure"] - 1
        assert network.batches()["name"].tolist()[::-1][-3:] == ["管线.shp", "管点.shp", "抢修记录.csv"]
    click("wn_wizard_next")
    assert session.algorithms == [("assesshealth", {"NETWORK": str(target)})]


def _ready(session: InstantSession, folder: Path, path: Path) -> AdoptionWizard:
    """Return a wizard that stands at the check with the pipes."""
    wizard = wizard_with(session, folder, path)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.go_to(PLACE)
    if wizard.state.makes_network:
        wizard.state.new_path = str(folder / "made" / "net.gpkg")
    wizard.go_to(CHECK)
    assert wizard.step == CHECK
    return wizard


@pytest.mark.slow
def test_undo_leads_back_to_the_dry_run(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    wizard.go_on()
    assert wizard.is_done
    wizard.findChild(QPushButton, "wn_wizard_undo").click()
    assert not wizard.is_done and wizard.step == CHECK
    with store.open_network(session.network_path) as network:
        assert network.count("pipe") == 0
    # The network that was made is there now; the rows go there.
    assert not wizard.state.makes_network
    wizard.go_on()
    with store.open_network(session.network_path) as network:
        assert network.count("pipe") == files.rows["pipe"] - 2


@pytest.mark.slow
def test_a_cancel_while_writing_leaves_no_network(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    session.cancel_at = 0.6
    wizard.go_on()
    assert not wizard.is_done and session.opened == []
    assert not (tmp_path / "made").exists()
    assert "Cancelled" in wizard.message.text()
    session.cancel_at = None
    wizard.go_on()
    assert wizard.is_done


@pytest.mark.slow
def test_a_cancel_leaves_the_open_network_as_it_was(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    path = tmp_path / "net.gpkg"
    store.create_network(path, "EPSG:4547").close()
    session.network_path = str(path)
    wizard = wizard_with(session, tmp_path, files.pipes, files.points)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.go_to(CHECK)
    assert wizard.step == CHECK
    # The pipes are written by then, the points are not.
    session.cancel_at = 0.8
    wizard.go_on()
    with store.open_network(path) as network:
        assert network.count("pipe") == 0 and network.count("node") == 0
    assert not wizard.is_done


@pytest.mark.slow
def test_rows_that_are_there_already_change_nothing(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    wizard.go_on()
    again = wizard_with(session, tmp_path, files.pipes)
    # The mapping of the first time is offered and needs no decision.
    assert again.state.sources[0].basis == "last"
    again.go_to(CHECK)
    assert again.step == CHECK
    assert [(one.rows_written, one.update.rows_changed) for one in again.state.results] == [(0, 0)]
    with store.open_network(session.network_path) as network:
        before = network.batches()["batch_id"].tolist()
    again.go_on()
    with store.open_network(session.network_path) as network:
        assert network.batches()["batch_id"].tolist() == before


@pytest.mark.slow
def test_two_files_with_the_same_ids_in_one_pass(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path)
    wizard.add([str(files.pipes), f"{files.pipes}|layername=管线"])
    assert len(wizard.state.ready) == 2
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.go_to(CHECK)
    assert [one.rows_written for one in wizard.state.results] == [files.rows["pipe"] - 2, 0]


@pytest.mark.slow
def test_next_is_refused_with_the_sentence_at_the_place(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(CHECK)
    assert wizard.step == CODES
    assert "meaning" in wizard.message.text()


@pytest.mark.slow
def test_a_typed_value_that_fits_no_field_stays_and_is_refused(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(FIELDS)
    edit = wizard.fields.findChild(QLineEdit, "wn_wizard_default_diameter_mm")
    edit.setText("zweihundert")
    edit.editingFinished.emit()
    wizard.go_on()
    assert wizard.step == FIELDS
    assert "zweihundert" in wizard.message.text()
    assert wizard.fields.findChild(QLineEdit, "wn_wizard_default_diameter_mm").text() == "zweihundert"


@pytest.mark.slow
def test_a_step_back_loses_nothing(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    mapping, path = wizard.state.sources[0].mapping, wizard.state.new_path
    for _ in range(4):
        wizard.go_back()
    assert wizard.step == FILES
    wizard.go_to(CHECK)
    assert wizard.step == CHECK
    assert wizard.state.sources[0].mapping == mapping and wizard.state.new_path == path


def _type(wizard: AdoptionWizard, name: str, text: str) -> None:
    edit = wizard.findChild(QLineEdit, name)
    assert edit.isVisible() and edit.isEnabled(), name
    edit.setText(text)
    edit.textEdited.emit(text)
    edit.editingFinished.emit()


def _choose_field(wizard: AdoptionWizard, name: str) -> int:
    """Enter the row of a field with the keyboard and return its line."""
    (row,) = [one for one in wizard.fields.rows if one.name == name]
    QCoreApplication.sendEvent(row.column, QFocusEvent(QEvent.Type.FocusIn))
    return int(wizard.fields.table.currentRow())


@pytest.mark.slow
def test_words_for_unknown_and_the_beginning_of_ids_are_part_of_the_mapping(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(FIELDS)
    line = _choose_field(wizard, "diameter_mm")
    _type(wizard, "wn_wizard_null", "100；200 ; 100")
    _type(wizard, "wn_wizard_prefix", " G- ")
    assert wizard.fields.table.item(line, 4).text().startswith("100 = unknown, 200 = unknown, 500")
    mapping = wizard.fields.source.mapping
    assert mapping.null["diameter_mm"] == ("100", "200") and mapping.id_prefix == "G-"
    assert from_dict(mapping.to_dict()) == mapping
    _type(wizard, "wn_wizard_null", "")
    assert "diameter_mm" not in wizard.fields.source.mapping.null


@pytest.mark.slow
def test_a_field_without_a_column_has_no_words_for_unknown(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(FIELDS)
    _choose_field(wizard, "diameter_mm")
    words = wizard.fields.details.words
    assert words.isEnabled()
    wizard.fields.source.set_column("diameter_mm", "")
    wizard.fields.refresh()
    _choose_field(wizard, "diameter_mm")
    assert not words.isEnabled()


@pytest.mark.slow
def test_what_was_typed_in_every_step_is_still_there_after_going_back(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(FIELDS)
    _choose_field(wizard, "diameter_mm")
    _type(wizard, "wn_wizard_null", "0; 9999")
    _type(wizard, "wn_wizard_prefix", "G-")
    _type(wizard, "wn_wizard_default_owner", "Water Co")
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    _choose_code(wizard, 0, "service")
    wizard.go_to(PLACE)
    _type(wizard, "wn_wizard_new_path", str(tmp_path / "mine" / "net.gpkg"))
    wizard.go_to(CHECK)
    before = wizard.state.sources[0].mapping
    for _ in range(4):
        wizard.go_back()
    seen = {}
    for step in (FIELDS, CODES, PLACE, CHECK):
        wizard.go_on()
        assert wizard.step == step
        if step == FIELDS:
            _choose_field(wizard, "diameter_mm")
            names = ("wn_wizard_null", "wn_wizard_prefix", "wn_wizard_default_owner")
            seen = {name: wizard.findChild(QLineEdit, name).text() for name in names}
        if step == PLACE:
            seen["path"] = wizard.place.path.text()
    assert list(seen.values()) == ["0; 9999", "G-", "Water Co", str(tmp_path / "mine" / "net.gpkg")]
    assert wizard.state.sources[0].mapping == before
    assert "service" in before.values["function"].values()


@pytest.mark.slow
def test_closing_asks_only_when_something_would_be_lost(
    session: InstantSession, files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(AdoptionWizard, "ask", lambda _self, text: bool(asked.append(text)))
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.close()
    assert asked == [] and not wizard.isVisible()
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.close()
    assert len(asked) == 1 and wizard.isVisible()
    session.is_closed = True
    wizard.close()
    assert len(asked) == 1 and not wizard.isVisible()


@pytest.mark.slow
def test_the_question_before_closing_speaks_our_language(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    language.install("zh_CN")
    try:
        wizard = wizard_with(session, tmp_path, files.pipes)
        seen: list[str] = []

        def answer() -> None:
            (box,) = wizard.findChildren(QMessageBox)
            seen.extend(button.text() for button in box.buttons())
            box.button(QMessageBox.StandardButton.Cancel).click()

        QTimer.singleShot(0, answer)
        assert not wizard.ask("?")
    finally:
        language.install("en")
    assert set(seen) == {"关闭", "取消"}


@pytest.mark.slow
def test_the_place_is_shown_before_anything_is_written(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes, files.failures)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.codes.give_up_rest()
    wizard.go_to(PLACE)
    layers = wizard.place.map.layers()
    assert [layer.featureCount() for layer in reversed(layers)] == [files.rows["pipe"] - 1, 199]
    assert "114.0" in wizard.place.where.text() and "22.7" in wizard.place.where.text()
    assert QgsProject.instance().mapLayers() == {}
    assert not Path(wizard.state.new_path).exists()


@pytest.mark.slow
def test_a_wrong_crs_is_said_where_it_was_chosen(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.go_to(PLACE)
    wizard.state.new_crs = "EPSG:4326"
    wizard.go_on()
    assert wizard.step == PLACE
    assert "metres" in wizard.message.text() and "metres" in wizard.place.message.text()


@pytest.mark.slow
def test_rejected_rows_are_a_layer_to_look_at(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    for _ in range(2):
        wizard.findChild(QPushButton, "wn_wizard_show_rejected").click()
    layers = list(QgsProject.instance().mapLayers().values())
    assert [layer.featureCount() for layer in layers] == [2]
    reasons = {feature["reason_code"] for feature in layers[0].getFeatures()}
    assert reasons == {"duplicate_id", "no_geometry"}
    assert "管线编号" in layers[0].fields().names()


@pytest.mark.slow
def test_what_is_mended_in_rejected_rows_stays_with_a_saved_project(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    wizard.findChild(QPushButton, "wn_wizard_show_rejected").click()
    (layer,) = QgsProject.instance().mapLayers().values()
    with edit(layer):
        for feature in layer.getFeatures():
            layer.changeAttributeValue(feature.id(), layer.fields().lookupField("材质"), "PE")
    assert QgsProject.instance().write(str(tmp_path / "mine.qgz"))
    assert QgsProject.instance().read(str(tmp_path / "mine.qgz"))
    (again,) = QgsProject.instance().mapLayers().values()
    assert [feature["材质"] for feature in again.getFeatures()] == ["PE", "PE"]


@pytest.mark.slow
def test_an_open_layer_with_a_filter_is_adopted_as_it_is_shown(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    layer = QgsVectorLayer(str(files.pipes), "给水管", "ogr")
    layer.setSubsetString("\"管线类别\" = '给水'")
    wizard = AdoptionWizard(session, layers=[layer])
    assert [(one.name, one.rows) for one in wizard.state.sources] == [("给水管", layer.featureCount())]


@pytest.mark.slow
def test_an_encoding_that_is_chosen_goes_into_the_mapping(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.failures)
    wizard.files.reread.emit(wizard.state.sources[0], "utf-8")
    assert wizard.state.sources[0].error
    wizard.go_on()
    assert wizard.step == FILES and wizard.message.text()
    wizard.files.reread.emit(wizard.state.sources[0], "gb18030")
    assert wizard.state.sources[0].error == ""
    assert wizard.state.sources[0].mapping.encoding == "gb18030"


@pytest.mark.slow
def test_another_table_guesses_anew(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path, files.points)
    wizard.files.table_changed.emit(wizard.state.sources[0], "customer")
    assert wizard.state.sources[0].table == "customer"
    assert set(wizard.state.sources[0].mapping.fields) <= set(_fields("customer"))


def _fields(table: str) -> tuple[str, ...]:
    from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable

    return adoptable(table).field_names


@pytest.mark.slow
def test_the_report_holds_the_mapping(session: InstantSession, files: Any, tmp_path: Path) -> None:
    import json

    wizard = _ready(session, tmp_path, files.pipes)
    written = wizard.check.save_report(tmp_path / "bericht.html")
    figures = json.loads(written[0].with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["rows_written"] == files.rows["pipe"] - 2 and figures["dry_run"] is True
    assert figures["mapping"] == wizard.state.sources[0].mapping.to_dict()


@pytest.mark.slow
def test_mappings_are_saved_and_loaded_in_the_fields_step(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(FIELDS)
    wizard.fields.source.set_column("note", "道路名称")
    wizard.fields.save_as("城区")
    wizard.fields.export(tmp_path / "plain.json")
    other = wizard_with(session, tmp_path, files.pipes)
    other.go_to(FIELDS)
    other.fields.load(tmp_path / "plain.json", "", "plain")
    assert other.fields.source.mapping.fields["note"].column == "道路名称"
    assert [kept.name for kept in Library(tmp_path / "mappings").named(other.fields.source.columns)] == [
        "城区"
    ]


@pytest.mark.slow
def test_another_network_opened_meanwhile_becomes_the_target(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    path = tmp_path / "other.gpkg"
    store.create_network(path, "EPSG:4547").close()
    session.open_network(str(path))
    assert wizard.step == PLACE
    assert wizard.state.target_path == str(path)


@pytest.mark.slow
def test_files_dropped_on_the_wizard_are_read(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in sorted(files.pipes.parent.iterdir())])
    where, action = QPointF(200, 200), Qt.DropAction.CopyAction
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    wizard.dropEvent(QDropEvent(where, action, data, button, keys))
    assert [one.name for one in wizard.state.sources] == ["抢修记录.csv", "管点.shp", "管线.shp"]


@pytest.mark.slow
def test_files_brought_while_the_wizard_is_open_go_there(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    first = open_wizard(session, [str(files.pipes)])
    second = open_wizard(session, [str(files.points)])
    assert second is first
    assert [one.table for one in first.state.ready] == ["pipe", "node"]
    first.close()


@pytest.mark.slow
def test_the_network_lies_below_the_files_on_the_map(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    wizard.go_on()
    again = wizard_with(session, tmp_path, files.points)
    again.go_to(CODES)
    again.codes.accept_suggestions()
    again.go_to(PLACE)
    below = again.place.map.layers()[-1]
    assert below.featureCount() == files.rows["pipe"] - 2
    assert again.place.into_open.isChecked() and not again.place.path.isVisible()


@pytest.mark.slow
def test_a_network_that_goes_away_is_said_and_nothing_is_lost(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    wizard.go_on()
    again = wizard_with(session, tmp_path, files.points)
    again.go_to(CODES)
    again.codes.accept_suggestions()
    again.go_to(CHECK)
    Path(session.network_path).unlink()
    again.go_on()
    assert not again.is_done and again.message.text()
    assert again.state.sources[0].mapping.values


@pytest.mark.slow
def test_the_network_gets_the_name_that_is_suggested_or_given(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    """The suggestion costs no click; what is written is what titles say."""
    wizard = wizard_with(session, tmp_path, files.pipes)
    wizard.go_to(CODES)
    wizard.codes.accept_suggestions()
    wizard.go_to(PLACE)
    page = wizard.place
    assert page.name.isVisible() and page.name.text() == wizard.state.new_title == "城区"
    # Another file, another suggestion; what a person wrote stays.
    target = tmp_path / "made" / "net.gpkg"
    page.path.setText(str(target))
    page.path.textEdited.emit(str(target))
    assert page.name.text() == "net"
    page.name.setText("清源县")
    page.name.textEdited.emit("清源县")
    page.path.textEdited.emit(str(target.with_name("other.gpkg")))
    page.path.textEdited.emit(str(target))
    wizard.go_back()
    wizard.go_on()
    assert page.name.text() == "清源县"
    wizard.go_on()
    assert wizard.step == CHECK
    wizard.go_on()
    with store.open_network(target) as network:
        assert (network.title, network.name) == ("清源县", "net")
        assert network.settings().text("general.name") == "清源县"
    # The next one is called anew.
    wizard.add([str(files.pipes)])
    assert wizard.state.new_title == "" and not wizard.state.is_title_given


@pytest.mark.slow
def test_an_emptied_name_is_that_of_the_file_and_an_open_network_keeps_its_own(
    session: InstantSession, files: Any, tmp_path: Path
) -> None:
    wizard = _ready(session, tmp_path, files.pipes)
    wizard.go_to(PLACE)
    wizard.place.name.setText("")
    wizard.place.name.textEdited.emit("")
    assert wizard.place.name.placeholderText() == "net"
    wizard.go_to(CHECK)
    wizard.go_on()
    with store.open_network(session.network_path) as network:
        assert network.title == "net"
    wizard.add([str(files.points)])
    wizard.go_to(PLACE)
    assert not wizard.place.name.isVisible()


@pytest.mark.parametrize(
    ("folder", "title"),
    a_few_quick([("清源", "清源"), ("Downloads", "管线"), ("桌面", "管线")], 1, is_tuple_one_value=False),
)
def test_a_folder_of_anybody_names_no_town(
    session: InstantSession, files: Any, tmp_path: Path, folder: str, title: str
) -> None:
    there = tmp_path / folder
    shutil.copytree(files.pipes.parent, there)
    wizard = wizard_with(session, tmp_path, there / files.pipes.name)
    wizard.state.fill_locations()
    assert wizard.state.new_title == title
