"""Inside desktop QGIS: open one window after the other and take a picture of each, under its name.

``WATERNET_PARTS`` names the parts to take, all without it. A text that is cut is told with its picture and
makes the tour fail at its end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import cut  # noqa: E402
import map_hands  # noqa: E402
import tour_adoption  # noqa: E402
import tour_compounds  # noqa: E402
import tour_models  # noqa: E402
import tour_programmes  # noqa: E402
import tour_survey  # noqa: E402
import tour_work  # noqa: E402
from hands import HOME, LANGUAGE, Hands, Script, pause, perform  # noqa: E402
from qgis.core import (  # noqa: E402
    QgsExpression,
    QgsFeatureRequest,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt  # noqa: E402
from qgis.PyQt.QtTest import QTest  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
HANDOVER = Path(os.environ["WATERNET_HANDOVER"])
SECOND = HANDOVER / "second"
SCALES = (50_000, 5_000, 1_000)
GROUNDS = Path(os.environ["WATERNET_GROUNDS"])
SESSION = plugins["waternet_plugin"].session
DOCK = plugins["waternet_plugin"].dock
CUT: list[str] = []
# A pipe of the old centre whose loss leaves houses beyond dry, and a drain far from the treatment plant.
BURST, DRAIN = "JS-0405", "WS-0377"
# A pipe between a broken valve and one of which nobody knows whether it closes.
DOUBTFUL, BROKEN = "JS-0376", "JSD-0160"
# From so many places on, a search for a source of sewage is worth a picture.
_MANY_PLACES = 40


def take(name: str) -> None:
    """Take a picture and look whether a text in it is cut."""
    HANDS.shoot(name)
    CUT.extend(f"{name}.{LANGUAGE}: {fault}" for fault in cut.faults())


def settle(seconds: float = 1.0) -> Script:
    """Wait for the map and for a moment."""
    yield pause(seconds)
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(0.4)


def whole_town() -> Script:
    """Show every pipe and wait until the map is drawn."""
    canvas = iface.mapCanvas()
    drawn: list[bool] = []
    canvas.mapCanvasRefreshed.connect(lambda: drawn.append(True))
    extent = SESSION.layer("pipe").extent()
    extent.scale(1.1)
    canvas.setExtent(extent)
    canvas.refresh()
    yield lambda: bool(drawn)
    yield from settle()


def press(name: str) -> None:
    """Trigger an action of ours by its name."""
    found = next(one for one in iface.mainWindow().findChildren(QAction, name))
    found.trigger()


def start() -> Script:
    """Take the start page."""
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    take("start_page")
    HANDS.find("wn_start_page").close()


def wizard() -> Script:
    """Take each step of the wizard on the town's GBK files."""
    files = [str(path) for path in sorted(HANDOVER.iterdir()) if path.suffix in (".shp", ".csv")]
    dialog = SESSION.open_wizard(files)
    dialog = dialog or SESSION.window("wn_wizard") or HANDS.find("wn_wizard")
    yield HANDS.there("wn_wizard_table_2")
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    take("wizard_1_files")
    dialog.go_on()
    yield pause(0.7)
    take("wizard_2_fields")
    dialog.go_on()
    yield pause(0.7)
    take("wizard_3_codes")
    dialog.codes.accept_suggestions()
    dialog.codes.give_up_rest()
    dialog.go_on()
    yield pause(1.5)
    take("wizard_4_place")
    dialog.state.new_path = str(HOME / "town.gpkg")
    dialog.go_on()
    yield pause(0.5)
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    take("wizard_5_check")
    dialog.state.touched = False
    dialog.close()


def _street_file() -> Path:
    """Write pipes whose streets give their number to three segments each, two exchanged, one far off."""
    import geopandas as gpd
    import numpy as np
    from shapely import transform
    from shapely.geometry import LineString

    lines = [
        LineString([(500_000 + 60 * (k % 12), 2_500_000 + 80 * (k // 12)),
                    (500_056 + 60 * (k % 12), 2_500_004 + 80 * (k // 12))])
        for k in range(120)
    ]  # fmt: skip
    for row in (7, 30):
        lines[row] = transform(lines[row], lambda xy: xy[:, ::-1])
    lines[50] = transform(lines[50], lambda xy: np.add(xy, (400_000.0, 0.0)))
    columns = {
        "GXBH": [f"GS{70850 + k // 3}" for k in range(120)],
        "GJ": [100 + k % 4 * 50 for k in range(120)],
        "CZ": ["ductile_iron"] * 120,
        "LB": ["potable"] * 120,
        "SYZT": ["in_use"] * 120,
    }
    path = HOME / "street" / "pipes.shp"
    path.parent.mkdir(exist_ok=True)
    gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4547").to_file(path, encoding="utf-8")
    return path


def rows() -> Script:
    """Take what is asked about repeated ids and strays, and the map that does without the strays."""
    before = SESSION.window("wn_wizard")
    SESSION.open_wizard([str(_street_file())])
    yield lambda: (SESSION.window("wn_wizard") or HANDS.find("wn_wizard")) not in (None, before)
    dialog = SESSION.window("wn_wizard") or HANDS.find("wn_wizard")
    yield lambda: bool(dialog.state.ready)
    yield pause(0.5)
    source = dialog.state.sources[0]
    fields = (("pipe_id", "GXBH"), ("diameter_mm", "GJ"), ("material", "CZ"), ("system", "LB"))
    for name, column in fields:
        source.set_column(name, column)
    dialog.codes.refresh()
    dialog.codes.accept_suggestions()
    dialog.codes.give_up_rest()
    dialog.go_to(3)
    dialog.state.new_path = str(HOME / "street" / "street.gpkg")
    dialog.place.refresh()
    yield pause(1.5)
    take("rows_1_place")
    dialog.go_on()
    yield lambda: bool(dialog.check.questions.asked)
    yield pause(0.5)
    take("rows_2_asked")
    HANDS.click("wn_wizard_accept_answers")
    yield lambda: bool(dialog.adopting.results)
    yield pause(0.5)
    take("rows_3_answered")
    dialog.go_on()
    yield lambda: bool(SESSION.network_path)
    yield from settle(2)
    dialog.close()
    yield from settle(1)
    take("rows_4_adopted")


def adopting() -> Script:
    """Take unprepared files, from where they lie to what was taken how, and their next delivery."""
    yield from tour_adoption.adopting(take, settle)


def beginning() -> Script:
    """Take the way to a new network, and the network without a pipe."""
    from waternet_plugin.gui.start.new_network import NewNetworkDialog

    dialog = SESSION.show_window(NewNetworkDialog(SESSION, iface.mainWindow()))
    yield pause(0.5)
    dialog.place.setEditText("南京" if LANGUAGE == "zh_CN" else "Nanjing")
    dialog.file.setFilePath(str(HOME / "nanjing.gpkg"))
    yield pause(0.5)
    take("new_network_place")
    path = SESSION.network_path
    QgsProject.instance().setDirty(False)
    dialog.create.click()
    yield lambda: SESSION.network_path not in ("", path)
    yield from settle(2)
    take("new_network_empty")


def ledgers() -> Script:
    """Take the wizard on the second utility's ledgers: heading row, missing date, questions."""
    files = [str(path) for path in sorted(SECOND.iterdir()) if path.suffix in (".shp", ".csv", ".xlsx")]
    dialog = SESSION.open_wizard(files)
    yield HANDS.there("wn_wizard_table_2")
    yield HANDS.there("wn_wizard_next")
    names = [source.name for source in dialog.state.sources]
    failures = next(place for place, name in enumerate(names) if name.endswith(".xlsx"))
    dialog.files.table.setCurrentCell(failures, 1)
    yield pause(0.5)
    take("ledger_1_heading")
    source = dialog.state.sources[failures]
    given = source.mapping.fields["date"].column
    source.set_column("date", "")
    dialog.go_on()
    dialog.fields.tabs.setCurrentIndex(dialog.state.ready.index(source))
    yield pause(0.7)
    take("ledger_2_no_date")
    source.set_column("date", given)
    dialog.go_on()
    dialog.codes.accept_suggestions()
    dialog.go_on()
    yield pause(1.5)
    dialog.state.new_path = str(HOME / "second.gpkg")
    dialog.go_on()
    yield pause(0.5)
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    take("ledger_3_questions")
    dialog.state.touched = False
    dialog.close()


def town() -> Script:
    """Take the sample town as it opens."""
    SESSION.open_start_page()
    yield HANDS.there("wn_card_sample")
    yield pause(0.5)
    HANDS.click("wn_card_sample")
    yield lambda: bool(SESSION.network_path)
    yield lambda: all(section.has_data is not None for section in DOCK.sections)
    yield from settle(3)
    take("sample_town")
    for name in ("Browser", "Browser2"):
        panel = iface.mainWindow().findChild(QDockWidget, name)
        if panel is not None:
            panel.hide()


def show_legend() -> None:
    """Fold the tree to the legend of the pipes."""
    group = QgsProject.instance().layerTreeRoot().children()[0]
    group.setExpanded(True)
    for node in group.findLayers():
        node.setExpanded(node.layerId() == SESSION.layer("pipe").id())


def scales() -> Script:
    """Take the town at three scales with its legend: bare, over a street map, over an aerial image."""
    from waternet_plugin.bridge import basemaps

    show_legend()
    yield from look_at("town")
    project = QgsProject.instance()
    for name, is_image in (("street_map", False), ("aerial_image", True)):
        path = GROUNDS / f"{name}.jpg"
        if is_image:
            layer = basemaps.add_image(project, path)
        else:
            # Dressed as a street map from the net is, which no picture may need.
            layer = QgsRasterLayer(str(path), name)
            layer.setCrs(project.crs())
            basemaps.show_pale(layer, is_image=False)
            basemaps.add_base_layers(project, [layer], "osm")
        yield from look_at(name)
        project.removeMapLayer(layer.id())
    yield from settle()


def look_at(name: str) -> Script:
    """Take the middle of the town at each scale."""
    canvas = iface.mapCanvas()
    for scale in SCALES:
        canvas.setCenter(middle())
        canvas.zoomScale(scale)
        yield from settle(1.5)
        take(f"{name}_{scale}")


def middle() -> QgsPointXY:
    """Return a busy place: where the failures lie closest, by their median."""
    layer = SESSION.layer("failure") or SESSION.layer("node")
    points = [one.geometry().asPoint() for one in layer.getFeatures() if not one.geometry().isNull()]
    xs, ys = sorted(point.x() for point in points), sorted(point.y() for point in points)
    return QgsPointXY(xs[len(xs) // 2], ys[len(ys) // 2])


def palettes() -> Script:
    """Take the other palettes and themes at one scale."""
    from waternet_plugin.bridge.project import switching

    canvas = iface.mapCanvas()
    canvas.setCenter(middle())
    canvas.zoomScale(5_000)
    project = QgsProject.instance()
    for palette in ("print", "cjj61", "screen"):
        switching.switch(project, SESSION.network_path, palette=palette)
        yield from settle(1.5)
        if palette != "screen":
            take(f"palette_{palette}")
    for theme in ("material", "age", "status", "verified", "health", "plan"):
        SESSION.show_theme(theme)
        yield from settle(1.5)
        take(f"theme_{theme}")
    SESSION.show_theme("system")


def health_and_plan() -> Script:
    """Take the health theme with the why of the network and of a pipe, and the list of the plan."""
    SESSION.show_theme("health")
    press("wn_health_why")
    yield HANDS.there("wn_why_class")
    yield from settle(2)
    yield from whole_town()
    take("health_why")
    from waternet_plugin.gui.health.why_pane import WhyPane

    (pane,) = iface.mainWindow().findChildren(WhyPane)
    worst = first(SESSION.layer("pipe_health"), "\"class\" = 'renew_now'")
    pane.show_pipe(worst["pipe_id"])
    SESSION.zoom_to(worst.geometry())
    yield from settle(2)
    take("health_pipe")
    pane.close()
    from waternet_plugin.gui.health.weigh import WeighPane

    press("wn_health_weigh")
    yield lambda: any(each.outcome for each in iface.mainWindow().findChildren(WeighPane))
    (weigh,) = iface.mainWindow().findChildren(WeighPane)
    weigh.shares.boxes["health.renew_now_share"].setValue(8.0)
    yield lambda: "wn_preview" in SESSION.layer("pipe_health").renderer().dump()
    yield from settle(1)
    yield from whole_town()
    take("health_weigh")
    weigh.close()
    SESSION.show_theme("plan")
    press("wn_plan_packages")
    yield HANDS.there("wn_plan_head")
    # The first plot of a profile looks for its fonts.
    yield lambda: not SESSION.running and has_plot()
    yield from settle(2)
    yield from whole_town()
    take("plan_list")
    for dock in iface.mainWindow().findChildren(QDockWidget):
        if dock.isAncestorOf(HANDS.find("wn_plan_head") or dock):
            dock.close()
            break
    SESSION.show_theme("system")
    yield from whole_town()


def issues() -> Script:
    """Take the issues: the list, one explained with its fix, the reason asked for, grades, all of a rule."""
    section = HANDS.find("wn_section_issues")
    yield lambda: section.found is not None
    was_modified = QgsProject.instance().isDirty()
    section.check_all()
    yield lambda: not SESSION.running and HANDS.find("wn_issues_list") is not None
    pane = SESSION.window("wn_issues")
    yield lambda: pane.issues.found is not None
    yield from whole_town()
    take("issues_list")
    if QgsProject.instance().isDirty() != was_modified:
        raise AssertionError("a check marked the project as modified")
    tee = next(one for one in pane.issues.listed.issues if one.rule_id == "tee_without_node")
    pane.issues.choose(tee.issue_id)
    yield lambda: pane.issues.chosen.preview is not None
    yield from settle(1.5)
    take("issues_one")
    HANDS.click("wn_issues_next")
    yield lambda: pane.issues.chosen.preview is not None and pane.issues.chosen.issue is not tee
    HANDS.click("wn_issues_accept")
    yield HANDS.there("wn_issues_reason")
    yield from settle(1.5)
    take("issues_accept")
    HANDS.click("wn_issues_accept_back")
    yield lambda: HANDS.find("wn_issues_reason") is None
    pane.issues.show_grades()
    yield lambda: not SESSION.running
    yield from whole_town()
    take("issues_grades")
    unknown = next(one for one in pane.issues.listed.issues if one.rule_id == "missing_install_year")
    pane.issues.choose(unknown.issue_id)
    yield lambda: not pane.issues.chosen.is_waiting
    pane.commands.fix_rule()
    dialog = SESSION.window("wn_repair")
    yield lambda: dialog.preview is not None
    yield pause(0.7)
    take("issues_fix_rule")
    dialog.close()
    pane.close()
    yield from whole_town()


def planning() -> Script:
    """Take packages moved by hand, the plan made again around them, its test on the past, and scenarios."""
    from waternet_plugin.gui.plan.list import PlanPane
    from waternet_plugin.gui.plan.scenario_pane import ScenarioPane

    window = iface.mainWindow()
    SESSION.show_theme("plan")
    press("wn_plan_packages")
    yield HANDS.there("wn_plan_head")
    yield lambda: not SESSION.running and has_plot()
    (pane,) = window.findChildren(PlanPane)
    window.resizeDocks([pane], [330], Qt.Orientation.Vertical)
    packages = HANDS.find("wn_plan_list")
    funded = [row["project_id"] for row in packages.rows if row["year"] == row["year"]]
    packages.moved.emit(funded[:1], packages.years[-1])
    packages.moved.emit(funded[3:4], 0)
    yield from settle(2)
    take("plan_decided")
    before = {row["plan_id"] for row in packages.rows}
    pane.replan()

    def is_planned_again() -> bool:
        # Each plan has a list of its own, and none is there between two.
        rows = HANDS.find("wn_plan_list")
        return rows is not None and {row["plan_id"] for row in rows.rows} != before

    yield is_planned_again
    yield HANDS.there("wn_plan_plot_choice")
    yield from settle(3)
    take("plan_again")
    plots = HANDS.find("wn_plan_plot_choice").count()
    pane.prove()
    yield lambda: HANDS.find("wn_plan_plot_choice").count() > plots
    yield from settle(3)
    take("plan_proof")
    pane.close()
    press("wn_plan_scenarios")
    yield HANDS.there("wn_scenarios_budgets")
    (pane,) = window.findChildren(ScenarioPane)
    yield pane.budgets.text
    window.resizeDocks([pane], [330], Qt.Orientation.Vertical)
    pane.compare()
    yield lambda: pane.figures is not None
    yield lambda: has_plot("wn_scenarios_plot_picture")
    yield from settle(3)
    take("scenarios")
    pane.plots.show_last()
    yield from settle(3)
    take("scenarios_failures")
    pane.close()
    SESSION.show_theme("system")
    yield from whole_town()


def has_plot(name: str = "wn_plan_plot_picture") -> bool:
    """Return whether a plot is drawn."""
    label = HANDS.find(name)
    return label is not None and label.pixmap() is not None and not label.pixmap().isNull()


def first(layer: object, condition: str) -> object:
    """Return the first row of a layer that fulfils a condition."""
    return next(layer.getFeatures(QgsFeatureRequest(QgsExpression(condition))))


def tools() -> Script:
    """Take a burst with its valves and customers, a traced path, and its long profile."""
    from waternet_plugin.gui.network.picking import Pick

    press("wn_action_burst")
    burst = SESSION.window("wn_burst")
    yield from settle(0.5)
    take("burst_empty")
    burst.ask(pipe_id=BURST)
    yield lambda: burst.answer is not None
    yield from settle(2)
    take("burst")
    first_valve = burst.answer.valves[0]["node_id"]
    burst.set_broken(first_valve, True)
    yield lambda: burst.question.failed == (first_valve,)
    yield from settle(2)
    take("burst_broken_valve")
    burst.close()
    press("wn_action_trace")
    trace = SESSION.window("wn_trace")
    trace.take_wish(replace(trace.wish, direction="downstream", stop_kinds=("plant",)))
    trace.ask(begin=Pick(0.0, 0.0, pipe_id=DRAIN))
    yield lambda: trace.answer is not None
    yield from settle(2)
    take("trace")
    trace.open_profile()
    yield lambda: (profile := SESSION.window("wn_profile")) is not None and profile.picture.frame is not None
    profile = SESSION.window("wn_profile")
    # QGIS 3.22 tells of every plot that is drawn, for some seconds.
    yield from settle(7)
    QTest.mouseMove(profile.picture, QPoint(profile.picture.width() // 2, profile.picture.height() // 2))
    yield from settle(1)
    take("profile")
    profile.close()
    trace.close()
    yield from whole_town()


def reserve() -> Script:
    """Take a burst beside a doubtful valve: what to close, what instead of a broken one, what in reserve."""
    press("wn_action_burst")
    burst = SESSION.window("wn_burst")
    burst.ask(pipe_id=DOUBTFUL)
    yield lambda: burst.answer is not None
    burst.set_broken(BROKEN, True)
    yield lambda: burst.question.failed == (BROKEN,)
    # What earlier parts had to say.
    iface.messageBar().clearWidgets()
    yield from settle(2)
    take("burst_reserve")
    burst.close()


def finding() -> Script:
    """Find a pipe with QGIS's locator and a street with the panel, with real keys."""
    iface.messageBar().clearWidgets()
    HANDS.key("ctrl+k")
    yield pause(0.5)
    HANDS.type("0376")
    yield pause(3)
    take("find_locator")
    for key in ("Down", "Return"):
        HANDS.key(key)
        yield pause(0.5)
    yield lambda: not DOCK.finding.overlay.is_empty
    yield from settle(2)
    take("find_shown")
    HANDS.click("wn_find_line")
    yield pause(0.3)
    HANDS.type("YH-0001")
    yield HANDS.there("wn_find_list")
    HANDS.key("Return")
    yield from settle(2)
    take("find_panel")
    HANDS.key("Escape")
    yield lambda: DOCK.finding.overlay.is_empty
    yield from whole_town()


def forms() -> Script:
    """Take the form of a pipe with a history and of a valve."""
    for name, key, condition in (
        ("form_pipe", "pipe", "\"material\" = 'cast_iron'"),
        ("form_valve", "node", "\"kind\" = 'valve'"),
    ):
        layer = SESSION.layer(key)
        before = set(QApplication.topLevelWidgets())
        iface.openFeatureForm(layer, first(layer, condition), False, False)
        yield from settle(2)
        take(name)
        for window in set(QApplication.topLevelWidgets()) - before:
            if window.isVisible() and window.inherits("QDialog"):
                window.close()
        yield pause(0.5)


def ways_out() -> Script:
    """Take the print dialog and the export dialog."""
    SESSION.open_print_dialog()
    yield HANDS.there("wn_print_start")
    yield pause(1)
    take("print_dialog")
    HANDS.find("wn_print_dialog").close()
    SESSION.open_export_dialog()
    yield HANDS.there("wn_export_start")
    yield pause(1)
    take("export_dialog")
    HANDS.find("wn_export_dialog").close()


def named_field(window: object) -> object:
    """Return the window of an own field, as it is filled in right before it is added."""
    from waternet_plugin.gui.network.add_field import AddFieldDialog

    dialog = AddFieldDialog(SESSION, DOCK.sections[0], window)
    dialog.table.setCurrentIndex(dialog.table.findData("pipe"))
    dialog.label_en.setText("Contract number")
    dialog.label_zh.setText("合同编号")
    dialog.name.setText("contract_no")
    return dialog


def windows() -> Script:
    """Take the smaller windows of menu and panel, one of them with an order that is open."""
    import pandas as pd

    from waternet_plugin.gui.batches.backups import BackupsWindow
    from waternet_plugin.gui.batches.batch_list import BatchesWindow
    from waternet_plugin.gui.health.compare import ComparePane
    from waternet_plugin.gui.start.new_network import NewNetworkDialog
    from waternet_plugin.gui.start.packages_page import PackagesPage

    window = iface.mainWindow()
    with SESSION.network() as network, network.write("edit", name="work") as batch:
        item = {"item_id": "W-9001", "type": "patrol", "state": "open", "asset": BURST, "note": "DN150 ?"}
        batch.insert("work_item", pd.DataFrame([{**item, "opened_on": pd.Timestamp("2026-11-20")}]))
    for name, make in (
        ("new_network", lambda: SESSION.show_window(NewNetworkDialog(SESSION, window))),
        ("backups", lambda: SESSION.show_window(BackupsWindow(SESSION, window))),
        ("batches", lambda: SESSION.show_window(BatchesWindow(SESSION, window))),
        ("statistics", DOCK.sections[0].length.click),
        ("about", lambda: press("wn_action_about")),
        ("add_field", lambda: SESSION.show_window(named_field(window))),
        ("guide", lambda: SESSION.help("start")),
        ("packages", lambda: SESSION.show_window(PackagesPage(window))),
    ):
        before = shown()
        make()
        yield lambda before=before: shown() - before
        if name == "statistics":
            yield lambda: has_plot("wn_statistics_plot_picture")
        yield pause(1)
        take(name)
        for opened in shown() - before:
            opened.close()
        yield pause(0.3)
    for key in ("health", "plan"):
        HANDS.reveal(f"wn_section_{key}_button")
        HANDS.find(f"wn_section_{key}_button").click()
        yield pause(0.7)
        take(f"options_{key}")
        HANDS.key("Escape")
        yield pause(0.3)
    SESSION.run_algorithm(
        "assesshealth", {"NETWORK": SESSION.network_path, "AS_OF": "2023-12-31"}, lambda _results: None
    )
    yield lambda: not SESSION.running
    press("wn_health_compare")
    yield HANDS.there("wn_compare_list")
    yield lambda: not SESSION.running
    yield from whole_town()
    take("compare")
    for pane in window.findChildren(ComparePane):
        pane.close()


def undoing() -> Script:
    """Take the undo of the adopted pipes, some of them edited since, and the size of the network."""
    import pandas as pd

    with SESSION.network() as network:
        batches = network.batches()
        adopted = batches[batches["kind"] == "adopt"].sort_values("rows")["batch_id"].iloc[-1]
        pipes = network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"].tolist()
        with network.write("edit", name="street names") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": pipes[:3], "street": "人民路"}))
    layer = SESSION.layer("pipe")
    layer.startEditing()
    for row in list(layer.getFeatures(QgsFeatureRequest().setLimit(6)))[4:]:
        layer.changeAttributeValue(row.id(), layer.fields().lookupField("note"), "DN?")
    layer.commitChanges()
    surveyed = batches[batches["kind"] == "survey"]["batch_id"].tolist()
    if surveyed:
        yield from undoing_survey(surveyed[0])
    plugins["waternet_plugin"].dock.sections[0].undo_batch(adopted)
    yield HANDS.there("wn_undo_go")
    yield pause(1)
    take("undo_what_stays")
    HANDS.find("wn_undo_go").click()
    yield lambda: HANDS.find("wn_undo") is None
    yield lambda: not SESSION.running
    press("wn_network_batches")
    yield HANDS.there("wn_batches_table")
    yield pause(1)
    take("undo_batches")
    HANDS.find("wn_batches").close()
    # The menu is filled when it opens.
    DOCK.fill_menu()
    press("wn_dock_size")
    yield HANDS.there("wn_size_what")
    yield pause(1)
    take("network_size")
    HANDS.find("wn_size").close()


def undoing_survey(batch_id: str) -> Script:
    """Take the undo of a survey one of whose pipes was changed since, and the map once all of it went."""
    import pandas as pd

    with SESSION.network() as network, network.write("edit", name="note") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [tour_survey.PIPE], "note": ["DN?"]}))
    DOCK.sections[0].undo_batch(batch_id)
    yield HANDS.there("wn_undo_all")
    yield pause(1)
    take("undo_survey")
    HANDS.click("wn_undo_all")
    yield lambda: HANDS.find("wn_undo") is None
    yield lambda: SESSION.is_idle
    yield from settle(2)
    take("undo_survey_all")


def tee_of(pane: object) -> int:
    """Return a crossing of the drawn area at which several pipes meet without a device, -1 for none."""
    from waternet_plugin.core.dma.closed_ends import ends_at

    drawing = pane.model.drawing
    network = drawing.network
    for vertex in drawing.crossings(pane.model.zone):
        if not network.valve[vertex] and not network.meter[vertex] and len(ends_at(network, vertex)) > 2:
            return int(vertex)
    return -1


def metering_tee(pane: object) -> Script:
    """Take the menu at a node where several pipes meet, and a meter on each of two of them."""
    from waternet_plugin.core.dma.closed_ends import ends_at

    graph, vertex = pane.model.drawing.network.graph, tee_of(pane)
    if vertex < 0:
        return
    x, y = float(graph.x_m[vertex]), float(graph.y_m[vertex])
    SESSION.zoom_to((x - 60, y - 45, x + 60, y + 45))
    yield from settle()
    pipe = int(ends_at(pane.model.drawing.network, vertex)[0]) >> 1
    for number in range(2):
        pane._open_menu(pipe, QgsPointXY(x, y), map_hands.on_screen(x, y))
        yield pause(1)
        if not number:
            take("dma_tee_menu")
        found = [one for one in pane.menu_at_click.actions() if one.objectName().startswith("wn_dma_meter_")]
        free = [one for one in found if one.isEnabled() and "JS" in one.objectName()]
        if free:
            free[0].trigger()
        pane.menu_at_click.close()
        yield from settle()
    take("dma_tee")
    for _meter in range(2):
        pane.model.undo()
    yield from whole_town()


def areas() -> Script:
    """Take a metered area that is drawn, meters at a tee, the findings of its check, and three proposals."""
    plugins["waternet_plugin"].actions.tools.actions["dma"].trigger()
    yield lambda: SESSION.window("wn_dma") is not None and SESSION.window("wn_dma").is_listening
    pane = SESSION.window("wn_dma")
    SESSION.show_theme("dma")
    yield from whole_town()
    drawing = pane.model.drawing
    free = (drawing.state.zone < 0) & drawing.network.counts & drawing.network.open
    pane.model.click(max(free.nonzero()[0].tolist(), key=lambda pipe: drawing.network.graph.length_m[pipe]))
    yield from settle()
    take("dma_drawn")
    yield from metering_tee(pane)
    pane.tasks.check()
    yield lambda: pane.findings.rows and SESSION.is_idle
    yield from settle()
    take("dma_findings")
    pane.tasks.propose()
    yield HANDS.there("wn_proposals_start")
    HANDS.find("wn_proposals_start").click()
    yield HANDS.there("wn_proposal_most_even_keep")
    yield from settle()
    take("dma_proposals")
    SESSION.window("wn_proposals").close()
    pane.close()
    yield lambda: SESSION.is_idle


def drains() -> Script:
    """Take a misconnection explained, the flow of drains, the next manhole, and catchments in wet weather."""
    press("wn_action_misconnections")
    yield lambda: (opened := SESSION.window("wn_misconnections")) is not None and opened.chosen is not None
    yield from settle(2)
    take("drainage_misconnection")
    misconnections = SESSION.window("wn_misconnections")
    misconnections.rules.setCurrentIndex(misconnections.rules.count() - 1)
    misconnections.rules.activated.emit(misconnections.rules.count() - 1)
    yield from settle(2)
    take("drainage_misconnections_of_a_rule")
    press("wn_action_flow")
    yield lambda: (opened := SESSION.window("wn_flow")) is not None and opened.found is not None
    yield from settle()
    take("drainage_flow")
    with SESSION.network() as network:
        nodes = network.read("node", ["node_id", "kind", "system"], geometry=False)
    storm = nodes[(nodes["kind"] == "manhole") & (nodes["system"] == "storm")]["node_id"].tolist()
    press("wn_action_manholes")
    yield lambda: SESSION.window("wn_manholes") is not None
    pane = SESSION.window("wn_manholes")
    for name in storm[::40]:
        pane.begin(str(name))
        yield lambda: SESSION.is_idle
        if pane.found is not None and len(pane.found.candidates) > _MANY_PLACES:
            break
    places = pane.found.candidates
    xs, ys = [row["x"] for row in places], [row["y"] for row in places]
    SESSION.zoom_to((min(xs) - 40, min(ys) - 40, max(xs) + 40, max(ys) + 40))
    for answer in ("clean", "dirty"):
        pane.answer(answer)
        yield lambda: SESSION.is_idle
    yield from settle()
    take("drainage_manhole")
    press("wn_drainage_menu_catchments")
    yield lambda: (opened := SESSION.window("wn_catchments")) is not None and opened.list.rows
    yield from whole_town()
    for weather in ("dry", "wet"):
        SESSION.window("wn_catchments").show_weather(weather)
        yield from settle()
        take(f"drainage_{weather}")
    for name in ("misconnections", "flow", "manholes", "catchments"):
        SESSION.window(f"wn_{name}").close()
    yield lambda: SESSION.is_idle


def conflicts() -> Script:
    """Take the list of a write that was refused because a colleague was there first."""
    import pandas as pd

    from waternet_plugin import store

    path = SESSION.network_path
    with store.open_network(path) as network:
        seen = network.position()
        pipes = network.read("pipe", ["pipe_id", "diameter_mm"], where={"street": "人民路"}, geometry=False)
    chosen = pipes["pipe_id"].iloc[:4].tolist()
    changed = pd.DataFrame({"pipe_id": chosen[:3], "diameter_mm": 200.0, "material": "pe", "note": "2025"})
    with store.open_network(path, by="wang") as network, network.write("edit", seen=seen) as batch:
        batch.update("pipe", changed)
    with store.open_network(path, by="li") as network, network.write("edit") as batch:
        batch.delete("pipe", chosen[3:])

    def work(_progress: object) -> None:
        with store.open_network(path) as network, network.write("repair", seen=seen) as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": chosen, "material": "ductile_iron"}))

    SESSION.run("repair", work, lambda _done: None)
    yield HANDS.there("wn_conflicts_table")
    HANDS.find("wn_conflicts_on_map").click()
    yield from settle(2)
    take("conflicts")
    HANDS.find("wn_conflicts").close()


def neighbours() -> Script:
    """Take the panel while another program has the network open."""
    code = (
        "import sqlite3, sys; opened = sqlite3.connect(sys.argv[1]);"
        " opened.execute('SELECT count(*) FROM pipe').fetchone(); sys.stdin.read()"
    )
    command = ["python3", "-c", code, str(SESSION.network_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as other:
        yield HANDS.there("wn_section_network_neighbours")
        yield from settle()
        take("also_open")
        other.communicate()
    yield lambda: HANDS.find("wn_section_network_neighbours") is None


def surveying() -> Script:
    """Take a survey from its files to the verdict on a pipe, and what is asked about a column of levels."""
    yield from tour_survey.asking_levels(take, settle)
    yield from tour_survey.surveying(take, settle)
    yield from whole_town()


def compounds() -> Script:
    """Take what there is about compounds."""
    yield from tour_compounds.compounds(take, settle)
    yield from whole_town()


def programmes() -> Script:
    """Take a programme: its section, its pane and its map."""
    yield from tour_programmes.programmes(take, settle)
    yield from whole_town()


def leaking() -> Script:
    """Take night flow, alarms and the water balance."""
    yield from tour_survey.leaking(take, settle)
    yield from whole_town()


def working() -> Script:
    """Take tanks that are due, the plan of a month, open work and the sheet of a day."""
    yield from tour_work.working(take, settle)
    yield from whole_town()


def models() -> Script:
    """Take the import of a SWMM model."""
    yield from tour_models.models(take, settle)


def shown() -> set[object]:
    """Return the windows that can be seen."""
    return {each for each in QApplication.topLevelWidgets() if each.isVisible() and each.isWindow()}


PARTS = (
    *(start, wizard, rows, ledgers, adopting, beginning, town, scales, palettes, health_and_plan, planning),
    *(issues, tools, reserve, finding, forms, ways_out, windows, areas, leaking, drains),
    compounds,
    programmes,
    working,
    # Last, since it takes the town away.
    *(conflicts, neighbours, surveying, undoing, models),
)


def way() -> Script:
    """Take the pictures of the parts that are wanted."""
    iface.mainWindow().showMaximized()
    wanted = os.environ.get("WATERNET_PARTS", "").split()
    for part in PARTS:
        if not wanted or part.__name__ in wanted:
            yield from part()
    if CUT:
        raise AssertionError("\n".join([f"{len(CUT)} text(s) are cut:", *CUT]))


perform(way(), HANDS)
