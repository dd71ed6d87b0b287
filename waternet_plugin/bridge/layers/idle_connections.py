"""Connections that QGIS keeps open to a file for its next drawing, closed in a thread of their own.

The first layer of a file that QGIS reloads closes them all. GDAL opens the file once more at each closing, to
tidy its log, and SQLite reads all of its triggers for that: with four connections the window waits for some
tenths of a second. A thread of Python's would keep the window waiting, too, so that a slot of QGIS is
called in a thread without Python.
"""

from __future__ import annotations

from osgeo import ogr
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QMetaObject, QObject, Qt, QThread, pyqtSignal, pyqtSlot

# In memory, so that it can be neither missing nor open elsewhere.
_FILE, _TABLE = "/vsimem/waternet_idle_connections.gpkg", "any"
_LONGEST_END_MS = 5000


class IdleConnections(QObject):
    """Closes the connections that are not in use; the others are closed when they are given back."""

    closed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: QThread | None = None
        self._layer: QgsVectorLayer | None = None
        self._is_closing = False

    def close_of(self, path: str) -> None:
        """Begin to close those of a file, whose path is spelled as in the sources of its layers.

        `closed` follows; with an earlier call that has not ended, for both.
        """
        if self._is_closing:
            return
        layer = self._made()
        # QGIS closes the connections of the file that a layer names as its source, and opens the one it has.
        layer.dataProvider().setDataSourceUri(f"{path}|layername={_TABLE}")
        self._is_closing = True
        QMetaObject.invokeMethod(layer, "reload", Qt.ConnectionType.QueuedConnection)

    def _made(self) -> QgsVectorLayer:
        if self._layer is None:
            if ogr.GetDriverByName("GPKG").CreateDataSource(_FILE).CreateLayer(_TABLE) is None:
                raise RuntimeError(f"{_FILE} can't be made")
            self._thread = QThread(self)
            self._layer = QgsVectorLayer(f"{_FILE}|layername={_TABLE}", _TABLE, "ogr")
            self._layer.dataChanged.connect(self._closed)
            self._layer.moveToThread(self._thread)
            self._thread.start()
        return self._layer

    @pyqtSlot()
    def _closed(self) -> None:
        self._is_closing = False
        self.closed.emit()

    def end(self) -> None:
        """End the thread; what is being closed is waited for."""
        if self._thread is None or self._layer is None:
            return
        self._layer.dataChanged.disconnect(self._closed)
        QMetaObject.invokeMethod(self._layer, "deleteLater", Qt.ConnectionType.QueuedConnection)
        self._thread.quit()
        self._thread.wait(_LONGEST_END_MS)
        self._thread = self._layer = None
