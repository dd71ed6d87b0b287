"""The colours of text on widgets that draw themselves."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QApplication, QLabel, QWidget

from waternet_plugin.gui.widgets.plain_text import plain_label

_INK = "wn_ink"
# Many themes have links in pure blue, which shouts where a figure is large and stands five times in a panel:
# at most this saturated, and with this share of the colour of other text.
_SATURATION, _SHARE = 0.55, 0.3


def ink_of(widget: QWidget) -> QColor:
    """Return the colour of text on a widget that draws itself.

    Themes of QGIS colour labels by a style sheet that the palette knows nothing of, so a hidden label is
    asked.
    """
    label = widget.findChild(QLabel, _INK, Qt.FindChildOption.FindDirectChildrenOnly)
    if label is None:
        label = plain_label("", widget, objectName=_INK, visible=False)
    label.ensurePolished()
    return label.palette().color(label.foregroundRole())


def calm(link: QColor, ink: QColor) -> QColor:
    """Return a colour of links that does not stand out more than a title in ``ink``."""
    tamed = QColor.fromHslF(
        max(link.hslHueF(), 0.0), min(link.hslSaturationF(), _SATURATION), link.lightnessF()
    )
    parts = (
        round((1.0 - _SHARE) * one + _SHARE * two) for one, two in zip(tamed.getRgb()[:3], ink.getRgb()[:3])
    )
    return QColor(*parts)


def link_ink_of(widget: QWidget) -> QColor:
    """Return the colour of a figure that leads somewhere."""
    return calm(QApplication.palette().color(QPalette.ColorRole.Link), ink_of(widget))
