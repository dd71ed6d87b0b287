"""What is known and remembered of the network of the open project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QStandardPaths, pyqtSignal

from waternet_plugin.gui.session import memory
from waternet_plugin.store.addresses import NetworkAddress, parse

if TYPE_CHECKING:
    from waternet_plugin.store.access.roles import RoleOfLogin


class OpenNetworkFacts(QObject):
    """What was read of the open network, and what people chose and began in it.

    Parameters
    ----------
    parent
        The main window.
    """

    # What titles call the network was read.
    network_named = pyqtSignal()
    # Of which families of systems there are pipes was read.
    families_known = pyqtSignal()
    # What the login that opened the network is in it was read.
    role_known = pyqtSignal()

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.network_path = ""
        self._takes_files = True
        # The name in the network's settings, '' until it was read and where there is none.
        self.given_name = ""
        # What was begun in panes and is not saved, by the path of the network and the pane.
        self.unsaved: dict[str, dict[str, dict[str, Any]]] = {}
        # Families of systems that have pipes, supply and drain; None until that was read.
        self.families: frozenset[str] | None = None
        # What the login is in a network on a server; None for a file, and until it was read.
        self.own_role: RoleOfLogin | None = None

    @property
    def address(self) -> NetworkAddress:
        """Where the network of the open project is."""
        return parse(self.network_path)

    def _forget_facts(self, path: str) -> None:
        """Begin anew with the network of another path."""
        self.network_path, self.given_name = path, ""
        self._takes_files = True
        self.families = None
        self.set_own_role(None)

    def unsaved_of(self, pane: str) -> dict[str, Any]:
        """Return what a pane has to save in the open network; it stays there until the pane takes it out."""
        return self.unsaved.setdefault(self.network_path, {}).setdefault(pane, {})

    def remembered(self, key: str, default: Any = None) -> Any:
        """Return what was remembered for this network."""
        return memory.remembered(self.network_path, key, default)

    @property
    def first_folder(self) -> str:
        """Where new files of this network go at first: beside it, else to the person's documents."""
        if self._takes_files and self.address.is_file:
            return self.address.outputs_folder.as_posix()
        return str(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))

    @property
    def paper_folder(self) -> str:
        """Where papers and tables of this network were saved last, else where new files go."""
        own = memory.remembered(self.network_path, "folder", "", shared=False)
        return str(own or self.first_folder)

    def remember(self, key: str, value: Any) -> None:
        """Remember a plain value for this network."""
        memory.remember(self.network_path, key, value)

    @property
    def network_name(self) -> str:
        """The name of the network's file or schema, '' for none."""
        return self.address.name if self.network_path else ""

    @property
    def network_title(self) -> str:
        """What titles call the network: its name in the settings, else that of its file or schema."""
        return self.given_name or self.address.display_name

    def set_given_name(self, name: str) -> None:
        """Take over the name that was read from the network's settings, '' for none."""
        if name != self.given_name:
            self.given_name = name
            self.network_named.emit()

    def set_families(self, families: frozenset[str]) -> None:
        """Take over of which families of systems there are pipes."""
        if families != self.families:
            self.families = families
            self.families_known.emit()

    def set_own_role(self, role: RoleOfLogin | None) -> None:
        """Take over what the login is in the network; None where there are no roles."""
        if role != self.own_role:
            self.own_role = role
            self.role_known.emit()

    def refusal(self, kind: str) -> str:
        """Return why the login may not do something in the open network, in a sentence; '' where it may.

        Parameters
        ----------
        kind
            Of a batch, or other work that ``store.access.roles`` names.
        """
        return self.own_role.refusal(kind) if self.own_role is not None else ""
