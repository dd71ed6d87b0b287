"""A section of the dock: title and figure, a note with the one button, more in a menu; it folds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QEvent, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont, QFontMetrics, QPainter, QPalette, QTextLayout
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionFocusRect,
    QToolButton,
    QWidget,
)

from waternet_plugin.compat import text_flags
from waternet_plugin.core.errors import DependencyError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.session.permission import Permission
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.ink import ink_of, link_ink_of
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain, plain_label

Click = Callable[[], Any]
FIGURE_PT, TITLE_PT, NOTE_PT = 12, 9, 8


def sized(font: QFont, points: float, *, semibold: bool = False) -> QFont:
    """Return a font of the application's family in another size."""
    result = QFont(font)
    result.setPointSizeF(points)
    if semibold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


class ElidedLabel(QLabel):
    """Text in one line, or two, that ends in an ellipsis where it does not fit; the tooltip has all of it."""

    def __init__(self, parent: QWidget | None = None, *, lines: int = 1, **properties: Any) -> None:
        super().__init__(parent, **properties)
        plain(self)
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, tooltip: str = "") -> None:
        """Set the text and what the tooltip says beside it."""
        self.setText(text)
        self.setToolTip(literal(tooltip or text))

    def shown_text(self) -> str:
        """Return as much as fits, as it is drawn."""
        text, first = self.text(), ""
        metrics = self.fontMetrics()
        if self._lines > 1 and metrics.horizontalAdvance(text) > self.width():
            layout = QTextLayout(text, self.font())
            layout.beginLayout()
            line = layout.createLine()
            line.setLineWidth(self.width())
            layout.endLayout()
            first, text = text[: line.textLength()].rstrip() + "\n", text[line.textLength() :]
        return first + metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw as much as fits."""
        painter = QPainter(self)
        text = self.shown_text()
        flags = text_flags(Qt.AlignmentFlag.AlignVCenter, self.alignment())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), flags, text)
        painter.end()


class FigureLink(QAbstractButton):
    """A figure that is a link where a click leads somewhere; reached by the keyboard too."""

    def __init__(self, parent: QWidget | None = None, **properties: Any) -> None:
        super().__init__(parent, **properties)
        self._on_click: Click | None = None
        self._side = Qt.AlignmentFlag.AlignRight
        self.setFont(sized(self.font(), FIGURE_PT, semibold=True))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._clicked)
        self.set_figure("")

    def set_side(self, side: Any) -> None:
        """Draw the text at the left or at the right."""
        self._side = side

    def set_figure(self, text: str, on_click: Click | None = None) -> None:
        """Set the text and where a click leads."""
        self.setText(text)
        self._on_click = on_click
        leads = on_click is not None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if leads else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _clicked(self) -> None:
        if self._on_click is not None:
            self._on_click()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the size of the text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 8, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Allow to be narrower than the text."""
        return QSize(24, self.sizeHint().height())

    def fitting_font(self, width: int) -> QFont:
        """Return the font in which the whole text shows in a width, px: smaller letters where it must be."""
        font = QFont(self.font())
        while (
            font.pointSizeF() - 0.5 >= NOTE_PT and QFontMetrics(font).horizontalAdvance(self.text()) > width
        ):
            font.setPointSizeF(font.pointSizeF() - 0.5)
        return font

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the text, underlined under the mouse."""
        painter = QPainter(self)
        leads = self._on_click is not None
        painter.setPen(link_ink_of(self) if leads else ink_of(self))
        inner = self.rect().adjusted(2, 0, -2, 0)
        font = self.fitting_font(inner.width())
        font.setUnderline(leads and self.underMouse())
        painter.setFont(font)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, text_flags(self._side, Qt.AlignmentFlag.AlignVCenter), text)
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        painter.end()


class PanelSection(QWidget):
    """One section of the dock; a subclass says its ``KEY``, its title and how its figures are read."""

    KEY = ""
    # Where the guide opens on F1; its KEY where nothing is said.
    TOPIC = ""
    # Reads of a network what ``_show`` shows.
    READ: Callable[[Any], Any]
    _show: Callable[..., None]
    # The first section is the network itself: no title, always open.
    FOLDS = True
    # Of a part of the work that not every network has: it shows as soon as there are data.
    IS_PART = False
    # It is always in sight.
    IS_AT_FOOT = False
    # Its figure is that of the shown assessment or plan.
    IS_OF_RUN = False

    # Figures, or that there are none, were shown.
    told = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._latest = LatestReading(session.run, self)
        # Whether there is anything to show; None until that was read.
        self.has_data: bool | None = None
        # Why no figure can be read on this computer, None where it can.
        self._lacking: DependencyError | None = None
        self._on_button: Click | None = None
        self.setObjectName(f"wn_section_{self.KEY}")
        self._fold = QToolButton(
            self,
            objectName=f"wn_section_{self.KEY}_fold",
            autoRaise=True,
            toolTip=tr("Collapse or expand this section"),
            clicked=lambda _checked=False: self.set_folded(not self.is_folded),
        )
        self._fold.setFixedSize(20, 20)
        self._title = plain_label(self.title(), self, font=sized(self.font(), TITLE_PT, semibold=True))
        self.figure = FigureLink(self, objectName=f"wn_section_{self.KEY}_figure")
        self.figure.clicked.connect(lambda _checked=False: self._note_use())
        self.head = horizontal(self._fold, self._title, 1, self.figure)
        self._inner = QWidget(self)
        self._working = Working(f"wn_section_{self.KEY}", self)
        # Whatever a section shows beyond its two lines.
        self.body = vertical(spacing=4)
        vertical(
            self._note_line(),
            self._working,
            self.body,
            parent=self._inner,
            spacing=4,
            margins=(24 if self.FOLDS else 0, 0, 0, 0),
        )
        # Above the title a line, drawn by paintEvent, parts it from the section before.
        vertical(self.head, self._inner, parent=self, spacing=4, margins=(0, 8 if self.FOLDS else 0, 0, 0))
        if not self.FOLDS:
            self._fold.hide()
            self._title.setVisible(bool(self.title()))
        self._show_folded(self.FOLDS and self.session.remembered(f"folded/{self.KEY}", False) is True)
        self.set_note(tr("Reading…"))

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        session = getattr(self, "session", None)
        if session is not None and help_key.answers(event, lambda: session, self.TOPIC or self.KEY):
            return True
        return bool(super().event(event))

    def _note_line(self) -> QHBoxLayout:
        self._note = ElidedLabel(
            self, lines=2, objectName=f"wn_section_{self.KEY}_note", font=sized(self.font(), NOTE_PT)
        )
        # Two lines are hardly higher than the button beside them.
        # Chinese letters reach a little below the line.
        self._note.setMinimumHeight(2 * self._note.fontMetrics().lineSpacing() + 2)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._button = QPushButton(
            self, objectName=f"wn_section_{self.KEY}_button", clicked=self._button_clicked, visible=False
        )
        self._button.setFixedHeight(24)
        self._permission = Permission(self.session, self._button, "")
        self.menu = QMenu(self, objectName=f"wn_section_{self.KEY}_menu")
        self._more = menu_button(
            f"wn_section_{self.KEY}_more",
            self.menu,
            self,
            autoRaise=True,
            toolTip=tr("More actions"),
            visible=False,
        )
        return horizontal((self._note, 1), self._button, self._more)

    def paintEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the line above the title."""
        super().paintEvent(event)
        if self.FOLDS:
            painter = QPainter(self)
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawLine(0, 0, self.width(), 0)
            painter.end()

    # What a subclass says.

    def title(self) -> str:
        """Return the title, '' for none."""
        return ""

    @classmethod
    def is_available(cls, session: Session) -> bool:
        """Return whether the section's capability is there at all."""
        return True

    def refresh(self, session: Session) -> None:
        """Read the figures anew (in a task, see ``read``) and show them."""
        if session.network_path:
            self.read(self.READ, self._show)

    # What a subclass calls.

    def read(self, work: Callable[[Any], Any], done: Callable[[Any], None]) -> None:
        """Run ``work(network)`` on the network in a task; only the answer to the last call is shown."""

        def show(result: Any) -> None:
            self.has_data = True
            done(result)
            self.told.emit()

        wanted = on_network(self.session.network_path, lambda network, _progress: work(network))
        self._latest.begin(tr("Reading the network"), wanted, show, self._unreadable, is_quiet=True)

    def _unreadable(self, error: Any) -> None:
        self.set_figure("")
        if isinstance(error, DependencyError):
            # The dock says at its top what to do; so does whatever is pressed here.
            self._lacking = error
            self.set_note(tr("Waiting for Python packages"), error.message)
        else:
            self.set_note(error.message)

    def set_figure(self, text: str, on_click: Click | None = None) -> None:
        """Show the figure at the right; a click on it leads to what is behind it."""
        self.figure.set_figure(text, on_click)

    def add_link(self, name: str) -> FigureLink:
        """Add a small figure on a line of its own, hidden until it is shown, and return it."""
        link = FigureLink(self, objectName=f"wn_section_{self.KEY}_{name}", visible=False)
        link.setFont(sized(self.font(), NOTE_PT))
        link.set_side(Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(link)
        return link

    def set_note(self, text: str, tooltip: str = "") -> None:
        """Show the grey note under the title."""
        self._note.set_text(text, tooltip)

    def set_button(
        self, text: str, on_click: Click | None = None, tooltip: str = "", *, kind: str = ""
    ) -> None:
        """Show the one button; '' takes it away. Where it writes, ``kind`` is that of the batch."""
        self._on_button = on_click
        self._permission.set_kind("")
        self._button.setText(text)
        self._button.setToolTip(literal(tooltip))
        self._permission.set_kind(kind)
        self._button.setVisible(bool(text))

    def add_menu_action(self, text: str, on_click: Click, name: str = "", *, kind: str = "") -> Any:
        """Add an action of an object name to the menu “…” and return it; ``kind`` as of `set_button`."""
        self._more.setVisible(True)
        entry = menu_entry(self.menu, text, name, lambda: self._go(on_click))
        if kind:
            self.menu.setToolTipsVisible(True)
            Permission(self.session, entry, kind)
        return entry

    def add_menu_actions(self, *actions: tuple[str, Click, str], kind: str = "") -> list[Any]:
        """Add actions, each with its text, what a click does and its object name, and return them."""
        return [self.add_menu_action(*action, kind=kind) for action in actions]

    def _go(self, on_click: Click) -> None:
        """Do what a menu says, or say why its figures could not be read."""
        self._note_use()
        if self._lacking is not None:
            self.session.say_error(self._lacking)
        else:
            on_click()

    def show_progress(self, fraction: float, on_cancel: Click | None = None) -> None:
        """Show how far long work is (0 to 1) and a button that cancels it."""
        self._working.show_progress(fraction, on_cancel)
        self._button.setEnabled(False)

    def hide_progress(self) -> None:
        """Long work ended."""
        self._working.hide_progress()
        self._button.setEnabled(True)

    def set_empty(
        self, text: str, button_text: str = "", on_click: Click | None = None, *, kind: str = "adopt"
    ) -> None:
        """Say in one line what the section would show, with a button that leads there."""
        self.has_data = False
        self.set_figure("")
        self.set_note(text)
        self.set_button(button_text, on_click, kind=kind)

    @property
    def is_folded(self) -> bool:
        """Whether only title and figure show."""
        return self._inner.isHidden()

    def set_folded(self, folded: bool) -> None:
        """Fold or open the section, and remember it."""
        self._show_folded(folded)
        self.session.remember(f"folded/{self.KEY}", folded)

    def _show_folded(self, folded: bool) -> None:
        self._inner.setVisible(not folded)
        self._fold.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)

    def begin_anew(self) -> None:
        """Show no figure until that of the run which is shown now was read."""
        self._latest.drop()
        self.set_figure("")
        self.set_note(tr("Reading…"))

    @property
    def last_used(self) -> float:
        """When something was pressed here last, seconds since 1970; 0 for never."""
        return float(self.session.remembered(f"used/{self.KEY}", 0.0) or 0.0)

    def _note_use(self) -> None:
        self.session.remember(f"used/{self.KEY}", time.time())

    def _button_clicked(self, _checked: bool = False) -> None:
        self._note_use()
        if self._on_button is not None:
            self._on_button()
