"""Open a network on a server: those that a connection of QGIS leads to, or one by its address."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from waternet_plugin.bridge import server_connections
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label, tip_text
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.standard_buttons import speak
from waternet_plugin.store import servers
from waternet_plugin.store.addresses import NetworkAddress, ServerConnection, is_server, parse

# The address that was opened last, and the connection that was chosen last.
_ADDRESS, _CONNECTION = "server", "server_connection"
# QGIS's own page on which connections are made.
_PAGE = "postgres"
_LIST_HEIGHT_PX = 180


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("title", tr("Network"), width=240, fills=True),
        TableColumn("schema", tr("Schema"), width=160),
        TableColumn("version", tr("Version"), width=200),
    )


def _listed(connection: ServerConnection, name: str) -> Any:
    """Return the networks of a database as rows, or the error; to be called in a thread."""

    def version_text(version: int | None) -> str:
        if version is None:
            return tr("unknown")
        if version == SCHEMA_VERSION:
            return str(version)
        newer, older = tr("{version}, newer than the plugin"), tr("{version}, older than the plugin")
        return (newer if version > SCHEMA_VERSION else older).format(version=version)

    try:
        return [
            {
                "title": network.title or network.schema,
                "schema": network.schema,
                "version": version_text(network.schema_version),
            }
            for network in servers.networks_on(connection, name)
        ]
    except WaterNetError as error:
        return error


class ServerNetworksDialog(HelpKey, QDialog):
    """Choose a network of a server: ``chosen`` is its address once the dialog is accepted.

    Who shows the dialog opens the network when it is closed: what opening shows and waits for is not to run
    within the dialog that is going.
    """

    TOPIC = "together"

    # It leads to another network.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_server_networks", windowTitle=tr("Open network on a server"))
        self.session = session
        self.chosen = ""
        self.setMinimumWidth(700)
        self._asked = 0
        self.connection = QComboBox(
            self,
            objectName="wn_server_connection",
            minimumContentsLength=24,
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
        )
        tip_text(self.connection)
        self.connections = QPushButton(
            tr("Connections…"),
            self,
            objectName="wn_server_connections",
            autoDefault=False,
            toolTip=tr("Make or change connections in QGIS's Data Source Manager."),
            clicked=self._show_connections,
        )
        self.networks = RowsView(
            _columns(),
            "wn_server_list",
            self,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
            minimumHeight=_LIST_HEIGHT_PX,
        )
        self.networks.picked.connect(self._take)
        self.networks.doubleClicked.connect(lambda _index: self._open())
        self.address = QLineEdit(
            self,
            objectName="wn_server_address",
            placeholderText="postgresql:///DATABASE?service=NAME&schema=TOWN",
            toolTip=tr(
                "The address of the chosen network; one that somebody gave you can be pasted here. It never "
                "has a password."
            ),
        )
        self.note = plain_label("", self, objectName="wn_server_note", wordWrap=True)
        form = QFormLayout(spacing=8)
        form.addRow(tr("Connection"), horizontal(self.connection, self.connections, 1))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self._open)
        self.open_button = buttons.addButton(tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.open_button.setObjectName("wn_server_open")
        self.open_button.setDefault(True)
        speak(buttons).rejected.connect(self.reject)
        of_address = QFormLayout(spacing=8)
        of_address.addRow(tr("Address"), self.address)
        vertical(form, self.networks, of_address, self.note, buttons, parent=self, margins=12)
        self.address.textChanged.connect(lambda text: self.open_button.setEnabled(bool(text.strip())))
        self.open_button.setEnabled(False)
        self._fill_connections()
        self.connection.currentTextChanged.connect(self._ask)
        self._ask(self.connection.currentText())

    def _fill_connections(self) -> None:
        """Offer QGIS's connections, the last one first chosen; an address without one stands below."""
        self.connection.addItems(server_connections.connection_names())
        last = str(self.session.remembered(_CONNECTION, ""))
        self.connection.setCurrentIndex(max(self.connection.findText(last), 0))
        address = str(self.session.remembered(_ADDRESS, ""))
        if is_server(address) and not address.lower().startswith("qgis:"):
            self.address.setText(address)

    def _show_connections(self, _checked: bool = False) -> None:
        """Go to where connections are made; QGIS can't show that beside a dialog that waits."""
        self.reject()
        self.session.iface.openDataSourceManagerPage(_PAGE)

    def _ask(self, name: str) -> None:
        """List the networks of a connection as soon as its server answers."""
        self._asked += 1
        self.networks.set_rows([])
        if not name:
            self.note.setText(
                tr(
                    "QGIS has no connection to PostgreSQL yet. Make one under “Connections…”, or paste an "
                    "address."
                )
            )
            return
        try:
            connection = server_connections.connection_named(name)
        except InputError as error:
            self.note.setText(error.message)
            return
        self.note.setText(tr("Looking for networks…"))
        self.session.lookout.ask(
            partial(_listed, connection, name), partial(self._answered, self._asked, name)
        )

    def _answered(self, number: int, name: str, found: Any) -> None:
        if sip.isdeleted(self) or number != self._asked:
            return
        if isinstance(found, WaterNetError):
            self.note.setText(found.message)
            return
        self.networks.set_rows(found)
        text = "" if found else tr("The database of “{name}” has no network that your login may read.")
        self.note.setText(text.format(name=name))

    def _take(self, row: dict[str, Any]) -> None:
        """Take the chosen network over."""
        self.address.setText(
            str(NetworkAddress(connection=self.connection.currentText(), schema=row["schema"]))
        )

    def _open(self) -> None:
        """Choose the network of the address; one with a fault is said."""
        text = self.address.text().strip()
        if not text:
            return
        try:
            if not is_server(text):
                message = tr(
                    "The address of a server begins with postgresql: or qgis:. Choose a network of the list."
                )
                raise InputError(message)
            parse(text)
        except InputError as error:
            self.note.setText(error.message)
            return
        self.session.remember(_ADDRESS, text)
        self.session.remember(_CONNECTION, self.connection.currentText())
        self.chosen = text
        self.accept()
