"""What a field shows while nobody types in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, QLocale, QObject, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QWidget

from waternet_plugin.core.schema import domains
from waternet_plugin.gui.widgets.plain_text import plain

_CLEAR_BUTTON = 22
_DECIMALS = 3
# How QGIS mixes the paper of lines that are read only.
_OPAQUE, _READ_ONLY_ALPHA = 255, 191


class Cover(QLabel):
    """A text over a field: a grey word for what is unknown, else what can be read better than the field.

    Parameters
    ----------
    field
        QGIS's own widget.
    over
        The part of it that is covered.
    hint
        The word for unknown.
    """

    def __init__(self, field: QWidget, over: QWidget, hint: str) -> None:
        super().__init__(over)
        plain(self)
        self._field: Any = field
        self._hint = hint
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.setIndent(4)
        self._later = QTimer(self, singleShot=True, interval=0, timeout=self.settle)
        field.installEventFilter(self)

    def said(self) -> str | None:
        """Return what to show, None for the word for unknown, '' for the field itself."""
        raise NotImplementedError

    def lay_over(self, *, faint: bool) -> None:
        """Lie over the field."""
        self.setGeometry(0, 0, self._field.width(), self._field.height())

    def settle(self, *_change: Any) -> None:
        """Show or hide, where the text of the field stands."""
        said = self.said()
        self.setVisible(said != "")
        if said == "":
            return
        self.setText(self._hint if said is None else said)
        self._paint(faint=said is None)
        self.lay_over(faint=said is None)
        self.raise_()

    def _paint(self, *, faint: bool) -> None:
        """Take the ink of a field that can be used, on the paper QGIS gives to lines that cannot be."""
        shown, group, role = self._field.palette(), QPalette.ColorGroup.Active, QPalette.ColorRole
        paper, ink = shown.color(group, role.Base), shown.color(group, role.Text)
        if not self._field.isEnabled() or paper.alpha() < _OPAQUE:
            paper = _between(shown.color(group, role.Window), paper, _READ_ONLY_ALPHA / _OPAQUE)
        if faint:
            ink = _between(paper, ink, 1 / 3)
            ink = ink.darker(120) if paper.lightness() > 127 else ink.lighter(120)
        colours = f"background: {paper.name()}; color: {ink.name()};"
        if colours != self.styleSheet():
            self.setStyleSheet(colours)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the size of the field, and give way to who types."""
        kinds = QEvent.Type
        seen = (kinds.Resize, kinds.Show, kinds.EnabledChange, kinds.PaletteChange, kinds.StyleChange)
        if event.type() in seen:
            self.settle()
        if event.type() in (kinds.Resize, kinds.Show, kinds.FocusIn, kinds.FocusOut):
            # Once more when all of that has happened: pages are laid out when they are turned to.
            self._later.start()
        return False


class TextCover(Cover):
    """Over a line or a box of text: unknown, a number with few decimals, reasons in the reader's language.

    QGIS fills unknown texts with its word for NULL and shows lengths to the last of 16 digits; both must
    stay as they are, since saving a form writes what stands in its fields.
    """

    def __init__(self, edit: Any, hint: str, told: Callable[[str], str] | None = None) -> None:
        self._told = told
        super().__init__(edit, edit.viewport() if hasattr(edit, "viewport") else edit, hint)
        edit.textChanged.connect(self.settle)
        self.settle()

    def said(self) -> str | None:
        """Return the number of many decimals with three, None for unknown, '' for any other text."""
        edit = self._field
        text = edit.text() if hasattr(edit, "text") else edit.toPlainText()
        if text == QgsApplication.nullRepresentation():
            return None
        if self._told is not None:
            said = self._told(text)
            return "" if said == text else said
        return "" if edit.hasFocus() else _rounded(text)

    def lay_over(self, *, faint: bool) -> None:
        """Lie inside the frame, beside the button that empties the field."""
        edit = self._field
        if hasattr(edit, "viewport"):
            self.setGeometry(0, 0, edit.viewport().width(), self.sizeHint().height() + 8)
        else:
            width = edit.width() if faint else edit.width() - _CLEAR_BUTTON
            self.setGeometry(1, 2, max(width - 3, 0), max(edit.height() - 4, 0))


class ChoiceCover(Cover):
    """Over a value list that nobody can use now: the label alone, in ink that can be read.

    Parameters
    ----------
    box
        QGIS's own box of a value map; its data are codes.
    domain
        The value list.
    hint
        The word for unknown.
    """

    def __init__(self, box: QComboBox, domain: str, hint: str) -> None:
        super().__init__(box, box, hint)
        self._domain = domain
        box.currentIndexChanged.connect(self.settle)
        self.settle()

    def said(self) -> str | None:
        """Return the label of what is chosen, '' while one can choose."""
        box = self._field
        if box.isEnabled():
            return ""
        code = domains.domain(self._domain).get(str(box.currentData()))
        return code.label if code is not None else (box.currentText().strip() or None)


class DateCover(Cover):
    """Over a date that nobody can change now, in ink that can be read."""

    def __init__(self, edit: Any, hint: str) -> None:
        super().__init__(edit, edit, hint)
        edit.valueChanged.connect(self.settle)
        self.settle()

    def said(self) -> str | None:
        """Return the date as the field writes it, '' while one can change it."""
        edit = self._field
        if edit.isEnabled():
            return ""
        return None if edit.isNull() else str(edit.dateTime().toString(edit.displayFormat()))


def _between(first: QColor, second: QColor, share: float) -> QColor:
    """Return the colour that has a share of the second and the rest of the first."""
    pairs = zip(first.getRgb()[:3], second.getRgb()[:3])
    return QColor(*(round(first + share * (second - first)) for first, second in pairs))


def _rounded(text: str) -> str:
    """Return a number of many decimals with three, '' for any other text."""
    locale = QLocale()
    _whole, point, decimals = text.partition(locale.decimalPoint())
    if not point or len(decimals) <= _DECIMALS or not decimals.isdecimal():
        return ""
    value, fine = locale.toDouble(text)
    return str(locale.toString(value, "f", _DECIMALS)) if fine else ""
