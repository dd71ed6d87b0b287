"""A town of a database server in desktop QGIS: it is moved there, opened by the dialog, and asked about."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])
sys.path.insert(0, str(Path(os.environ["WATERNET_DESKTOP"]).parent))

import cut  # noqa: E402
from hands import LANGUAGE, Script, pause  # noqa: E402
from map_hands import (  # noqa: E402
    HANDS,
    expect,
    idle,
    session,
)
from qgis.core import (  # noqa: E402
    QgsFeature,
    QgsFeatureRequest,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402
from support.database_server import DatabaseServer  # noqa: E402
from support.slow_line import SlowLine  # noqa: E402

CUT: list[str] = []
CONNECTION = "水务集团"
SCHEMA = "南山"


def take(name: str) -> None:
    """Take a picture and look whether a text in it is cut."""
    HANDS.shoot(name)
    CUT.extend(f"{name}.{LANGUAGE}: {fault}" for fault in cut.faults())


def asked(server: DatabaseServer, database: str, sql: str) -> list[tuple[object, ...]]:
    """Ask or write as a colleague does at another computer; return the rows of the answer."""
    import psycopg2

    with closing(psycopg2.connect(**server.parameters(database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'SET search_path = "{SCHEMA}", public')
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


def pipes() -> QgsVectorLayer:
    return session().layer("pipe")


def pipe_of(asset: str) -> QgsFeature:
    return next(pipes().getFeatures(QgsFeatureRequest().setFilterExpression(f"\"pipe_id\" = '{asset}'")))


def changed(asset: str, **values: object) -> None:
    """Change values of a pipe, as its form does."""
    for name, value in values.items():
        pipes().changeAttributeValue(pipe_of(asset).id(), pipes().fields().lookupField(name), value)


def moved_town(server: DatabaseServer, line: SlowLine | None = None) -> str:
    """Copy the open sample town to the server and keep a connection of QGIS to it; return the database."""
    from waternet_plugin.operations.contents.copy_network import CopyRequest, copy_network
    from waternet_plugin.store import open_network

    database = server.make_database()
    with open_network(session().network_path) as network:
        copy_network(network, CopyRequest(server.address(database, SCHEMA)))
    keep_connection(server, database, CONNECTION, server.parameters(database)["user"], line)
    return database


def keep_connection(
    server: DatabaseServer, database: str, name: str, login: str, line: SlowLine | None = None
) -> None:
    """Keep a connection of QGIS to the server, by way of a line where there is one."""
    told = server.parameters(database)
    if line is not None:
        told |= {"host": "127.0.0.1", "port": str(line.port)}
    uri = f"dbname='{database}' host='{told['host']}' port={told['port']} user='{login}'"
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")
    metadata.saveConnection(metadata.createConnection(uri, {"saveUsername": True}), name)


def opened(connection: str, picture: str) -> Script:
    """Open the network by the dialog."""
    QgsProject.instance().setDirty(False)
    dock = plugins["waternet_plugin"].dock
    dock.fill_menu()
    (entry,) = [action for action in dock.menu.actions() if action.objectName() == "wn_dock_server"]
    # The dialog is modal: QGIS opens it while we go on.
    QTimer.singleShot(0, entry.trigger)
    yield HANDS.there("wn_server_list")
    HANDS.find("wn_server_connection").setCurrentText(connection)
    networks = HANDS.find("wn_server_list")
    yield lambda: networks.rows
    yield pause(0.5)
    row = networks.visualRect(networks.model().index(0, 0))
    HANDS.click_at(networks.viewport().mapToGlobal(row.center()))
    yield HANDS.there("wn_server_open")
    yield pause(0.4)
    take(f"{picture}_networks")
    HANDS.click("wn_server_open")
    yield lambda: session().address.connection == connection and pipes() is not None and idle()
    yield lambda: session().own_role is not None
    yield pause(1)
    take(f"{picture}_open")
    expect(pipes().providerType(), "postgres", "the provider")


def is_drawn() -> bool:
    """Return whether the lower half of the map, where no message hides it, shows anything."""
    picture = iface.mapCanvas().grab().toImage()
    rows = range(picture.height() // 2, picture.height() - 9, 3)
    columns = range(9, picture.width() - 9, 3)
    return any(picture.pixelColor(x, y).lightness() < 200 for x in columns for y in rows)
