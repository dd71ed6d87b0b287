"""Make QGIS's own commit fail, and let it pass again.

No buffer is touched: the connection through which QGIS writes refuses instead, so that temporary numbers,
open forms, undo and redo stay as they are, and closing the project does not throw the edits away. A server
refuses by itself, for as long as it is told to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any

from qgis.core import QgsExpression, QgsProject, QgsTransaction, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.bridge.saving.homes import Home, source_of
from waternet_plugin.core.errors import WaterNetError

# Keeps programs from writing past the store.
Hold = Callable[[], AbstractContextManager[Any]]


# How often is looked whether the commit has failed, and for how long.
LOOK_MS = 20
_LONGEST_S = 10.0
# Rows in one statement.
_ROWS = 500


def _is_alone(layer: QgsVectorLayer) -> bool:
    """Return whether no other layer of the same table is being edited, by a connection of its own."""
    home = source_of(layer)
    layers = QgsProject.instance().mapLayers().values()
    return sum(source_of(other_layer) == home and other_layer.isEditable() for other_layer in layers) < 2


def _run(path: str, *statements: str) -> bool:
    """Run statements by the connection that QGIS writes a file by; return whether all went well."""
    transaction = QgsTransaction.create(path, "ogr")
    if transaction is None or not transaction.begin()[0]:
        return False
    if all(transaction.executeSql(sql)[0] for sql in statements):
        return bool(transaction.commit()[0])
    transaction.rollback()
    return False


def _stand_in(table: str, fids: Sequence[int]) -> list[str]:
    """Return what puts a temporary table of the same name before a table, with rows of some numbers.

    QGIS passes over a change of a row that is gone and says that all went well; here it finds the row.
    """
    name = QgsExpression.quotedColumnRef(table)
    values = [f"({int(fid)})" for fid in fids]
    parts = [values[start : start + _ROWS] for start in range(0, len(values), _ROWS)]
    return [
        f"CREATE TEMP TABLE {name} AS SELECT * FROM main.{name} LIMIT 0",
        *(f"INSERT INTO temp.{name} (fid) VALUES {', '.join(part)}" for part in parts),  # noqa: S608
    ]


def _let_write(path: str, table: str) -> None:
    """Let the connection that writes a file write again; let go of it where it can't be found any more.

    Parameters
    ----------
    table
        The table that another one stands for, '' for none.
    """
    if _run(path, "PRAGMA query_only = 0") and (
        not table or _run(path, f"DROP TABLE IF EXISTS temp.{QgsExpression.quotedColumnRef(table)}")
    ):
        return
    for layer in QgsProject.instance().mapLayers().values():
        home = source_of(layer)
        if home is not None and home.path == path and layer.isEditable():
            layer.dataProvider().reloadData()


def has_failed(layer: QgsVectorLayer) -> bool:
    """Return whether the commit of a layer, once it was refused, has failed: QGIS says so next.

    It may take long, with events worked off meanwhile, such as where QGIS asks for the login of a server.
    """
    return sip.isdeleted(layer) or not layer.isEditable() or bool(layer.commitErrors())


class NativeCommit:
    """The native commits of all layers."""

    def __init__(self) -> None:
        # Files whose connection refuses writes, and the tables that others stand for.
        self._closed: dict[str, str] = {}
        self._held: AbstractContextManager[Any] | None = None
        # The layer whose commit is to fail, and the number of that commit.
        self._refused: QgsVectorLayer | None = None
        self._number, self._until_s = 0, 0.0

    def refuse(self, layer: QgsVectorLayer, home: Home, hold: Hold, *, rows: Sequence[int] = ()) -> None:
        """Make the commit that is beginning say that it failed.

        Parameters
        ----------
        layer, home
            The layer and where its rows are.
        hold
            Keeps QGIS from writing the network, by whatever connection.
        rows
            Numbers of all edited rows of the layer where some of them are gone from the file, else none.
        """
        stand_in = _stand_in(home.table, rows) if rows else []
        if not home.is_on_server and _is_alone(layer):
            # QGIS forgets by which connection a file is written once another layer finds the file changed, as
            # after each Save. Opened anew, the layer writes by the one that is found.
            layer.dataProvider().reloadData()
            if _run(home.path, *stand_in, "PRAGMA query_only = 1"):
                self._closed[home.path] = home.table if rows else ""
        # QGIS may have several connections that write a file, and hands out any of them: what another of them
        # writes waits for ours in vain. Whoever holds the file already is in the way of the commit as well.
        with suppress(WaterNetError):
            refusal = hold()
            refusal.__enter__()
            self._held = refusal
        self._refused, self._number = layer, self._number + 1
        self._until_s = time.monotonic() + _LONGEST_S
        QTimer.singleShot(0, partial(self._allow_afterwards, self._number))

    def _allow_afterwards(self, number: int) -> None:
        """Let commits pass again once the one that was refused has failed, which its layer tells.

        Whatever works off events before QGIS goes on, such as a message that is shown, must not let it pass.
        """
        layer = self._refused
        if number != self._number or layer is None:
            return
        if has_failed(layer) or time.monotonic() > self._until_s:
            self.allow()
        else:
            QTimer.singleShot(LOOK_MS, partial(self._allow_afterwards, number))

    def allow(self) -> None:
        """Let commits pass again."""
        self._refused = None
        for path, table in self._closed.items():
            _let_write(path, table)
        self._closed = {}
        was_held, self._held = self._held, None
        if was_held is not None:
            with suppress(WaterNetError):
                was_held.__exit__(None, None, None)
