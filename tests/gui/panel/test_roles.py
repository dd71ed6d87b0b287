"""What a login may do in a network stands under its name; what it may not do is off and says why."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QAction, QLabel, QPushButton, QToolButton
from support.database_server import server_of_run, skip_or_fail_without_server
from support.edit_session import make_network

from waternet_plugin.gui.session.permission import Permission
from waternet_plugin.operations.contents.network_figures import network_figures
from waternet_plugin.store import addresses, open_network
from waternet_plugin.store.access.roles import (
    DISTRICT_EDITOR,
    EDITOR,
    KEEPER,
    READER,
    Granting,
    RoleOfLogin,
)

_ENTRIES = {
    "wn_network_undo": "undo",
    "wn_network_add_field": "own",
    "wn_action_survey": "survey",
    "wn_action_assess": "assess",
    "wn_action_draw_pipe": "edit",
    "wn_action_repairnetwork": "",
    "wn_action_adoptlayers": "",
    "wn_action_verifypipe": "edit",
    "wn_action_networkstatistics": "",
    "wn_issues_check_all": "check",
}


def _entries(dock: Any) -> dict[str, QAction]:
    window = dock.session.iface.mainWindow()
    found = {name: window.findChild(QAction, name) for name in _ENTRIES}
    return {name: entry for name, entry in found.items() if entry is not None}


@pytest.mark.slow
@pytest.mark.parametrize("role", [READER, EDITOR, DISTRICT_EDITOR, KEEPER])
def test_what_a_role_may_not_do_is_off_and_says_why(dock: Any, role: str) -> None:
    entries = _entries(dock)
    assert len(entries) >= len(_ENTRIES) - 1
    before = {name: (entry.isEnabled(), entry.toolTip()) for name, entry in entries.items()}
    own = RoleOfLogin("wang", role, ("东区",) if role == DISTRICT_EDITOR else ())
    dock.session.set_own_role(own)
    for name, entry in entries.items():
        kind = _ENTRIES[name]
        refusal = own.refusal(kind) if kind else ""
        assert entry.isEnabled() is (before[name][0] and not refusal), name
        assert entry.toolTip() == (refusal or before[name][1]), name
    shown = dock.findChild(QLabel, "wn_dock_role")
    assert not shown.isHidden() and shown.text() == own.sentence()
    dock.session.set_own_role(None)
    assert {name: (entry.isEnabled(), entry.toolTip()) for name, entry in entries.items()} == before
    assert shown.isHidden()


@pytest.mark.slow
def test_a_button_stays_off_and_says_why_whatever_its_window_wants(dock: Any) -> None:
    session = dock.session
    button = QPushButton(dock, enabled=False, toolTip="Choose a row first")
    permission = Permission(session, button, "repair")
    session.set_own_role(RoleOfLogin("li", EDITOR))
    refusal = session.refusal("repair")
    button.setEnabled(True)
    button.setToolTip("Fix it (F)")
    assert not button.isEnabled() and button.toolTip() == refusal
    permission.set_kind("edit")
    assert button.isEnabled() and button.toolTip() == "Fix it (F)"
    permission.set_kind("repair")
    session.set_own_role(None)
    assert button.isEnabled() and button.toolTip() == "Fix it (F)"


def test_the_undo_of_what_others_wrote_is_for_keepers(dock: Any, until: Any) -> None:
    from waternet_plugin.gui.batches.batch_list import BatchesWindow

    session = dock.session
    with session.network() as network, network.write("edit", by="li", name="own") as batch:
        batch.set_setting("network.name", "城")
    session.set_own_role(RoleOfLogin("li", EDITOR))
    window = BatchesWindow(session)
    rows = [window.table.model().index(number, 3).data() for number in range(2)]
    for number, by in enumerate(rows):
        window.table.selectRow(number)
        assert window.undo.isEnabled() is (by == "li")
        assert ("undoing what others did" in window.undo.toolTip()) is (by != "li")
    assert set(rows) > {"li"}
    window.close()


@pytest.mark.slow
def test_an_editor_of_a_district_reads_its_name_under_that_of_the_network(
    plugin: Any, iface: Any, until: Any, tmp_path: Any
) -> None:
    import geopandas as gpd
    import shapely

    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    address = str(make_network(server.address(database, "town")))
    server.make_login("wang")
    before = list(addresses._documents)
    addresses.keep_documents_in(lambda: tmp_path)
    try:
        with open_network(address) as network:
            zones = {
                "zone_id": ["D1"],
                "kind": "district",
                "name": ["南山区"],
                "geom": [shapely.box(0, 0, 9, 9)],
            }
            with network.write("edit") as batch:
                batch.insert("zone", gpd.GeoDataFrame(zones, geometry="geom", crs=network.crs))
            with network.granting(Granting(("wang",), DISTRICT_EDITOR, ("D1",))):
                pass
            own = str(dataclasses.replace(network.address, user="wang"))
        with open_network(own) as network:
            role = network_figures(network).role
        assert role == RoleOfLogin("wang", DISTRICT_EDITOR, ("南山区",))
        session = plugin.session
        iface.window.show()
        assert session.open_network(own)
        until(lambda: session.own_role is not None and session.is_idle)
        label = plugin.dock.findChild(QLabel, "wn_dock_role")
        assert label.text() == "You can edit: 南山区."
        more = plugin.dock.findChild(QToolButton, "wn_section_network_more")
        refused = {entry.objectName() for entry in more.menu().actions() if not entry.isEnabled()}
        assert {"wn_network_add_field", "wn_network_add_code"} <= refused and "wn_network_undo" not in refused
    finally:
        iface.window.hide()
        QgsProject.instance().clear()
        addresses._documents[:] = before
        with open_network(address) as network, network.granting(Granting(("wang",), "", is_revoked=True)):
            pass
        server.drop_database(database)
        server.ask("DROP ROLE wang")
