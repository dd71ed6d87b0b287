"""The second utility in the wizard: headings, columns by their values, what is useless, what was taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject, QgsVectorLayer, edit
from qgis.PyQt.QtWidgets import QPushButton
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.core.cells.headings import Header
from waternet_plugin.core.exchange.guessing.confidences import ASSUMED, GUESS, SURE
from waternet_plugin.core.exchange.mapping.mapping_file import parse
from waternet_plugin.gui.wizard.dialog import CHECK, FIELDS, AdoptionWizard
from waternet_plugin.gui.wizard.sources.file_reading import read_file
from waternet_plugin.gui.wizard.sources.rejected_layer import show_rejected
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.store.foreign.foreign import read_rows


def _click(wizard: AdoptionWizard, name: str) -> None:
    button = wizard.findChild(QPushButton, name)
    assert button is not None and button.isVisible() and button.isEnabled(), name
    button.click()


def _only(wizard: AdoptionWizard) -> LayerSource:
    (source,) = wizard.state.sources
    return source


@pytest.mark.slow
def test_the_second_utilitys_files_become_a_network_as_headless(
    session: InstantSession, second_files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, second_files.failures, second_files.points, second_files.pipes)
    clicks = ["wn_wizard_next", "wn_wizard_next", "wn_wizard_accept_all", "wn_wizard_next", "wn_wizard_next"]
    for name in clicks:
        _click(wizard, name)
        wizard.state.new_path = str(tmp_path / "town.gpkg")
    assert wizard.step == CHECK
    said = wizard.check.details.toPlainText()
    for words in (
        "合计 201次",
        "row 3-4, the units in row 5",
        "1900",
        "In use",
        "Codes taken as suggested",
    ):
        assert words in said, words
    _click(wizard, "wn_wizard_next")
    # The card, the second_files, adopting and assessing: within the twelve.
    assert len(clicks) + 4 <= 12
    with store.create_network(tmp_path / "headless.gpkg", "EPSG:4547") as theirs:
        for path, table in (
            (second_files.pipes, "pipe"),
            (second_files.points, "node"),
            (second_files.failures, "failure"),
        ):
            source = next(one for one in wizard.state.sources if one.path == str(path))
            kept = wizard.library.last(source.columns)
            assert kept is not None and kept.table == table
            mapping = parse(kept.path)
            read = read_rows(path, encoding=mapping.encoding or None, header=mapping.header)
            part = adopt_layers.MappedFrame(path.name, read.frame, mapping, table, read.left_out)
            adopt_layers.adopt_all(theirs, [part])
        with store.open_network(tmp_path / "town.gpkg") as ours:
            for table in ("pipe", "node", "failure"):
                here, there = ours.read(table), theirs.read(table)
                assert len(here) == len(there) == second_files.rows[table] - second_files.totals[table]
                made = ["edited_by", "edited_on", "batch_id"]
                assert here.drop(columns=made, errors="ignore").equals(
                    there.drop(columns=made, errors="ignore")
                )
            pipes, failures = ours.read("pipe"), ours.read("failure")
    assert {row: int(pipes["install_year"][row]) for row in second_files.years} == second_files.years
    assert pipes["install_year"].notna().sum() == len(second_files.years)
    assert {row: pipes["diameter_mm"][row] for row in second_files.diameters} == second_files.diameters
    assert {row: pipes["material"][row] for row in second_files.materials} == second_files.materials
    assert failures["date"].notna().all() and failures["reported_material"].notna().sum() > 100


@pytest.mark.slow
def test_the_heading_is_shown_and_can_be_chosen(
    session: InstantSession, second_files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, second_files.failures)
    page = wizard.files
    assert page.heading.isVisible()
    assert [box.key() for box in (page.heading.row, page.heading.last, page.heading.units)] == [3, 4, 5]
    # Rows as they stand there, by their numbers; the heading is bold.
    assert page.preview.item(0, 0).text() == "第二自来水公司管网抢修台账"
    assert page.preview.verticalHeaderItem(2) is None or page.preview.verticalHeaderItem(2).text() == "3"
    assert page.preview.item(2, 2).font().bold() and page.preview.item(3, 4).font().bold()
    assert not page.preview.item(5, 0).font().bold()
    page.heading.row.choose(4)
    page.heading.row.chosen.emit(4)
    source = _only(wizard)
    assert source.header == source.mapping.header == Header(4)
    assert "路名" in source.columns
    page.heading.row.choose(3)
    page.heading.row.chosen.emit(3)
    page.heading.last.choose(4)
    page.heading.last.chosen.emit(4)
    page.heading.units.choose(5)
    page.heading.units.chosen.emit(5)
    source = _only(wizard)
    assert source.mapping.header == Header(3, 4, 5)
    assert source.rows == 201


@pytest.mark.slow
def test_a_heading_that_is_none_can_be_chosen_anew(
    session: InstantSession, second_files: Any, tmp_path: Path
) -> None:
    path = tmp_path / "空行.csv"
    path.write_text("标题,,\n,,\n编号,日期,材质\nQ1,2001-02-03,PE\nQ2,2002-02-03,PE\n", encoding="utf-8")
    wizard = wizard_with(session, tmp_path, path)
    assert _only(wizard).header == Header(3)
    wizard.files.heading.chosen.emit(_only(wizard), Header(2))
    assert "Row 2" in _only(wizard).error and _only(wizard).frame is None
    assert wizard.files.heading.isVisible() and wizard.files.preview.rowCount() == 5
    wizard.files.heading.chosen.emit(_only(wizard), Header(3))
    assert _only(wizard).error == "" and _only(wizard).rows == 2


def test_a_date_that_was_taken_away_is_offered_again(qgis_app, second_files: Any) -> None:
    (failures,) = read_file(str(second_files.failures))
    assert failures.useless() == [] and failures.suggestions() == []
    failures.set_column("date", "")
    assert len(failures.useless()) == 1
    assert [(one.field, one.column) for one in failures.suggestions()] == [("date", "抢修时间")]
    failures.accept_columns()
    assert failures.useless() == []


@pytest.mark.slow
def test_a_file_that_names_its_columns_shows_no_heading(
    session: InstantSession, second_files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, second_files.pipes)
    assert not wizard.files.heading.isVisible()
    assert _only(wizard).mapping.header is None


def _ledger(folder: Path, heading: str = "zuba,moke,rixe,x,y") -> Path:
    """A ledger in words of nobody: two columns of days, one of bores."""
    rows = [
        f"{2001 + row % 20}-0{1 + row % 9}-11,{2001 + row % 20}-0{1 + row % 9}-2{row % 9},"
        f"{(100, 150, 200, 300)[row % 4]},{500000.5 + row},{2500000.5 + row}"
        for row in range(40)
    ]
    path = folder / "ledger.csv"
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def _place(wizard: AdoptionWizard, folder: Path) -> None:
    """Say where the rows lie and where the network is made."""
    _only(wizard).set_crs("EPSG:4547")
    wizard.state.new_crs, wizard.state.new_path = "EPSG:4547", str(folder / "town.gpkg")


def test_days_in_two_columns_are_asked_in_red_and_offered(
    session: InstantSession, second_files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, _ledger(tmp_path))
    source = _only(wizard)
    wizard.state.sources[0].use_table("failure")
    wizard.go_on()
    assert wizard.step == FIELDS
    page = wizard.fields
    assert "No failure has a date" in page.useless.text()
    # The date stands on top and is missing.
    assert page.table.item(0, 0).text().startswith("Date")
    assert page.table.item(0, 5).text() == "missing"
    assert "zuba" in page.suggested.text() and "moke" in page.suggested.text()
    _click(wizard, "wn_wizard_accept_columns")
    assert source.mapping.fields["date"].column == "zuba"
    assert page.useless.text() == ""
    assert not page.accept_all.isVisible()
    # The other column of days waits for nobody: the date is there.
    assert "Columns that match no field: moke" in page.unused.text()
    _place(wizard, tmp_path)
    wizard.go_to(CHECK)
    assert "zuba = Date" in wizard.check.details.toPlainText()


@pytest.mark.slow
def test_check_says_in_red_that_no_failure_has_a_date(
    session: InstantSession, second_files: Any, tmp_path: Path
) -> None:
    wizard = wizard_with(session, tmp_path, _ledger(tmp_path))
    wizard.state.sources[0].use_table("failure")
    _place(wizard, tmp_path)
    wizard.go_to(CHECK)
    assert wizard.step == CHECK
    shown = wizard.check.details.toHtml().lower()
    assert "#c62828" in shown and "no failure has a date" in shown


@pytest.mark.slow
def test_sure_is_said_of_what_was_found_alone(qgis_app, second_files: Any) -> None:
    (pipes,) = read_file(str(second_files.pipes))
    assert (pipes.confidence("status"), pipes.confidence("system")) == (SURE, ASSUMED)
    pipes.set_column("status", "")
    pipes.set_default("status", "in_use")
    assert pipes.confidence("status") == ASSUMED
    (points,) = read_file(str(second_files.points))
    assert points.confidence("status") == ASSUMED
    assert points.confidence("diameter_mm") in (SURE, GUESS)


# ---------------------------------------------------------------------------------- rejected rows


def _with_rejected(second_files: Any, folder: Path) -> tuple[LayerSource, Any]:
    """A source of pipes of which one is rejected, and its dry run."""
    (source,) = read_file(str(second_files.pipes))
    source.frame.loc[3, source.frame.geometry.name] = None
    with store.create_network(folder / "n.gpkg", "EPSG:4547") as network:
        result = adopt_layers.examine(adopt_layers.Target(network.crs, network), source.part(), dry_run=True)
    assert result.rows_rejected == 1
    return source, result


@pytest.mark.slow
def test_rejected_rows_have_the_crs_that_was_said(plugin: Any, second_files: Any, tmp_path: Path) -> None:
    (drawn,) = read_file(str(second_files.pipes))
    bare = drawn.frame.set_crs(None, allow_override=True)
    source, result = _with_rejected(second_files, tmp_path)
    source.frame = bare.copy()
    source.frame.loc[3, source.frame.geometry.name] = None
    source.set_crs("EPSG:4547")
    layer = show_rejected(plugin.session, source, result)
    assert layer is not None and layer.crs().authid() == "EPSG:4547"


@pytest.mark.slow
def test_a_saved_project_keeps_rejected_rows_only_when_they_were_mended(
    plugin: Any, second_files: Any, tmp_path: Path
) -> None:
    project = QgsProject.instance()
    mine = QgsVectorLayer("Point?crs=EPSG:4547", "mine", "memory")
    project.addMapLayer(mine)
    source, result = _with_rejected(second_files, tmp_path)
    layer = show_rejected(plugin.session, source, result)
    assert layer is not None
    assert project.write(str(tmp_path / "mine.qgz"))
    # It stays where one looks at it.
    assert len(project.mapLayers()) == 2
    other = QgsProject()
    assert other.read(str(tmp_path / "mine.qgz"))
    assert [one.name() for one in other.mapLayers().values()] == ["mine"]
    assert [node.name() for node in other.layerTreeRoot().findLayers()] == ["mine"]
    with edit(layer):
        (feature,) = layer.getFeatures()
        layer.changeAttributeValue(feature.id(), layer.fields().lookupField("CZ"), "PE管")
    assert project.write(str(tmp_path / "mine.qgz"))
    assert other.read(str(tmp_path / "mine.qgz"))
    assert sorted(one.name() for one in other.mapLayers().values()) == ["Rejected: 供水管网.shp", "mine"]
