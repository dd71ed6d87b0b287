"""The line under the map while zones are drawn: figures of the zone, faults first, and what a click adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QEvent, QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from waternet_plugin.core.colours import ALERT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma.figure_texts import LiveFigure, changes_text, live_figures
from waternet_plugin.gui.panes.section import NOTE_PT, TITLE_PT, sized
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel

# Red that is read on light and dark alike.
_FAULT = ALERT
_INSET_PX = 8
_KEY = "wn_counts"
_LEAST_PX = 420


class LiveLine(QFrame):
    """A bar over the lower edge of the map; a click on a figure says ``pressed`` with what it counts.

    Parameters
    ----------
    canvas
        The map.
    model
        What is drawn.
    """

    pressed = pyqtSignal(str)

    def __init__(self, canvas: QWidget, model: DrawingModel) -> None:
        super().__init__(canvas, objectName="wn_dma_live")
        self._model = model
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._name = plain_label(
            "", self, objectName="wn_dma_live_zone", font=sized(self.font(), TITLE_PT, semibold=True)
        )
        self._row = QHBoxLayout(spacing=2)
        self._row.addWidget(self._name)
        self._figures: list[QToolButton] = []
        self._row.addStretch(1)
        self._note = plain_label(
            "", self, objectName="wn_dma_live_preview", font=sized(self.font(), NOTE_PT + 0.5)
        )
        vertical(self._row, self._note, parent=self, spacing=2, margins=(8, 4, 8, 4))
        self.hide()
        canvas.installEventFilter(self)
        model.changed.connect(self.show_figures)
        model.zone_changed.connect(self.show_figures)
        model.replaced.connect(self.show_figures)
        model.previewed.connect(self._show_preview)
        model.refused.connect(self.tell)

    @property
    def text(self) -> str:
        """The figures as they show."""
        return " · ".join(each.text() for each in self._figures if not each.isHidden())

    @property
    def preview(self) -> str:
        """What the second row says."""
        return str(self._note.text())

    def show_figures(self) -> None:
        """Show the figures of the zone that is drawn."""
        model = self._model
        figures = model.figures() if model.ground is not None else None
        self._name.setText("" if figures is None else model.name_of(model.zone))
        shown = []
        if figures is not None:
            shown = live_figures(
                figures, model.drawing.lost_supply(), knows_users=model.drawing.network.knows_users
            )
        while len(self._figures) < len(shown):
            self._figures.append(self._button())
            self._row.insertWidget(len(self._figures), self._figures[-1])
        for place, button in enumerate(self._figures):
            button.setVisible(place < len(shown))
            if place < len(shown):
                self._fill(button, shown[place])
        self.tell("")

    def _button(self) -> QToolButton:
        made = QToolButton(
            self,
            autoRaise=True,
            toolTip=tr("Show on the map what is counted"),
            focusPolicy=Qt.FocusPolicy.NoFocus,
            clicked=lambda _checked=False: self.pressed.emit(made.property(_KEY)),
        )
        return made

    def _fill(self, button: QToolButton, figure: LiveFigure) -> None:
        button.setObjectName(f"wn_dma_live_{figure.key}")
        button.setProperty(_KEY, figure.key)
        button.setText(figure.text)
        style = f"QToolButton {{ color: {_FAULT}; font-weight: 600; }}" if figure.is_fault else ""
        if button.styleSheet() != style:
            button.setStyleSheet(style)

    def _show_preview(self, found: object) -> None:
        if found is None:
            self.tell("")
            return
        pipes, difference = found  # type: ignore[misc]
        if isinstance(difference, str):
            self.tell(difference)
        elif not len(pipes):
            self.tell(tr("A click changes nothing here."))
        else:
            said = changes_text(difference)
            many = tr("%n pipe(s)", "", len(pipes))
            self.tell(tr("Click: {changes}").format(changes=f"{many} · {said}" if said else many))

    def tell(self, sentence: str) -> None:
        """Say something in the second row; '' for how to draw."""
        self._note.setText(
            sentence or tr("Click adds, Ctrl takes out, Shift floods, right click: meter, close, lock")
        )
        self._place()

    def show_below(self) -> None:
        """Show the line at its place."""
        self.show_figures()
        self.show()
        self.raise_()

    def _place(self) -> None:
        self.layout().invalidate()
        self.layout().activate()
        width, height = self.parentWidget().width(), self.parentWidget().height()
        wanted = max(self.sizeHint().width(), _LEAST_PX)
        self.resize(min(wanted, width - 2 * _INSET_PX), self.sizeHint().height())
        self.move(max(_INSET_PX, (width - self.width()) // 2), height - self.height() - _INSET_PX)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Stay at the lower edge when the map changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def close_for_good(self) -> None:
        """Leave the map."""
        self.parentWidget().removeEventFilter(self)
        self.setParent(None)
        self.deleteLater()
