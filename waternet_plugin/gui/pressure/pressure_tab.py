"""What the tabs of pressure and search share: one list with what belongs to it, and what it draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import Overlay
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.users.answer_list import AnswerList
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.row_table import TableColumn


class PressureTab(AnswerList):
    """One tab; a subclass builds it in its constructor, reads in ``refresh`` and says the rest below.

    Parameters
    ----------
    owner
        The pane, for what a row shows on the map.
    columns, asks, below
        As `AnswerList` has them.
    """

    # Names it in scripts and tests; ``ALGORITHM`` is what its menu opens.
    KEY = ""
    ALGORITHM = ""
    # Tables whose rows it shows.
    TABLES: tuple[str, ...] = ()

    def __init__(
        self,
        session: Session,
        owner: pane.Pane,
        columns: Sequence[TableColumn],
        *,
        asks: QWidget | None = None,
        below: QWidget | None = None,
    ) -> None:
        super().__init__(session, f"{owner.NAME}_{self.KEY}", columns, owner, asks=asks, below=below)
        self.session, self.owner = session, owner
        self.overlay = Overlay(session.iface.mapCanvas())
        # Whether what it shows is to be read anew when it comes to the front.
        self.is_stale = True
        menu_entry(
            self.menu, tr("Open the algorithm…"), f"{self.objectName()}_algorithm", self._open_algorithm
        )

    # What a subclass says.

    def refresh(self) -> None:
        """Read the network and show it."""
        raise NotImplementedError

    def ask(self, **wanted: Any) -> None:
        """Show something wanted; it is in front, and `refresh` follows where anything is to be read."""

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return with what the algorithm opens, beside the network."""
        return {}

    def go(self) -> None:
        """Leave the map to another tab that comes to the front."""
        self.overlay.set_visible(False)

    def end(self) -> None:
        """Take what is drawn off the map for good: the pane goes."""
        self.overlay.clear()

    # What a subclass calls.

    def come(self) -> None:
        """Come to the front; what others wrote meanwhile is read."""
        self.overlay.set_visible(True)
        if self.is_stale:
            self.is_stale = False
            self.refresh()

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """The network's coordinates."""
        layer = self.session.layer("pipe")
        settings = self.session.iface.mapCanvas().mapSettings()
        return settings.destinationCrs() if layer is None else layer.crs()

    def say_refusal(self, error: Any) -> None:
        """Say what was refused above the list, which stays."""
        self.message.say(error.message)

    def store(
        self, algorithm: str, parameters: Mapping[str, Any], said: Callable[[dict[str, Any]], str]
    ) -> None:
        """Run an algorithm that writes; what it did is said with the way to undo it.

        Parameters
        ----------
        said
            Makes the sentence of the outputs of the algorithm.
        """
        self.message.say("")

        def done(results: dict[str, Any]) -> None:
            batch, text = str(results.get("BATCH_ID") or ""), said(results)
            if batch:
                work_orders.say_written(self.session, self.working, text, batch)
            else:
                self.session.say(text, "success")

        wanted = {"NETWORK": self.session.network_path, **parameters}
        self.session.run_algorithm(algorithm, wanted, done, failed=self.say_refusal, section=self.working)

    def _open_algorithm(self) -> None:
        wanted = {"NETWORK": self.session.network_path, **self.algorithm_parameters()}
        self.session.open_algorithm(self.ALGORITHM, wanted)
