"""A part of a form with a sentence and a plot, read once somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QVBoxLayout

from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.forms.form_part import FormPart
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store.network import Network

_HEIGHT = 190


class PlotPart(FormPart):
    """A subclass says its ``NAME``, reads what it shows, and shows it."""

    NAME = ""

    def build(self, layout: QVBoxLayout) -> None:
        """Put the sentence and the plot in."""
        from waternet_plugin.gui.plots.view import PlotView

        self.setObjectName(self.NAME)
        self.sentence = plain_label("", self, objectName=f"{self.NAME}_sentence", wordWrap=True)
        self.plot = PlotView(
            self.session, f"{self.NAME}_plot", self, with_title=False, minimumHeight=_HEIGHT, visible=False
        )
        self._is_read = False
        layout.addWidget(self.sentence)
        layout.addWidget(self.plot)

    def read(self, network: Network, asset: str, progress: Progress) -> Any:
        """Return what is shown of an asset."""
        raise NotImplementedError

    def show_read(self, found: Any) -> None:
        """Show what was read; the sentence says still that it is being read."""
        raise NotImplementedError

    def of_new(self) -> str:
        """Return what is said of a row that was not saved yet."""
        raise NotImplementedError

    def show_asset(self, _described: Table, asset: str) -> None:
        """Show an asset."""
        self._latest.drop()
        self._is_read = False
        self.plot.hide()
        self.sentence.setText("" if asset else self.of_new())
        if self.isVisible():
            self._read()

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Read once somebody looks."""
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        asset = "" if self._shown is None else self._shown[1]
        path = self.session.network_path
        if self._is_read or not asset or not path:
            return
        self._is_read = True
        self.sentence.setText(tr("Reading…"))
        work = on_network(path, lambda network, progress: self.read(network, asset, progress))

        def failed(error: Any) -> None:
            self.sentence.setText(error.message)

        self._latest.begin(tr("Reading…"), work, self.show_read, failed, is_quiet=True)
