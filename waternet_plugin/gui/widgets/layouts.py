"""Rows and columns of widgets: what is in them, what of it grows, the gaps and the margins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Union

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QBoxLayout,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    # Alone, with its share of the room to spare, a widget with its alignment too; a number is an empty share.
    Item = Union[QWidget, QLayout]
    Part = Union[Item, tuple[Item, int], tuple[Item, int, Qt.AlignmentFlag], int]
    Margins = Union[int, tuple[int, int, int, int], None]


def _set_margins(made: QLayout, margins: Margins) -> None:
    if margins is not None:
        made.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))


def _filled(made: QBoxLayout, parts: tuple[Part, ...], spacing: int | None, margins: Margins) -> QBoxLayout:
    if spacing is not None:
        made.setSpacing(spacing)
    _set_margins(made, margins)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
            continue
        item, *how = part if isinstance(part, tuple) else (part,)
        (made.addLayout if isinstance(item, QLayout) else made.addWidget)(item, *how)
    return made


def horizontal(
    *parts: Part, parent: QWidget | None = None, spacing: int | None = 4, margins: Margins = None
) -> QHBoxLayout:
    """Return a layout of parts from left to right.

    Parameters
    ----------
    parts
        Widgets and layouts, each alone or with its stretch, a widget with stretch and alignment too; a
        number is an empty stretch.
    parent
        The widget that the layout fills.
    spacing
        Pixels between the parts; None for the style's own.
    margins
        Pixels around them: one number, or left, top, right, bottom; None for the style's own.
    """
    return _filled(QHBoxLayout(parent), parts, spacing, margins)


def vertical(
    *parts: Part, parent: QWidget | None = None, spacing: int | None = 8, margins: Margins = None
) -> QVBoxLayout:
    """Return a layout of parts from top to bottom; for the parameters see `horizontal`."""
    return _filled(QVBoxLayout(parent), parts, spacing, margins)


def labelled(
    *rows: tuple[Any, ...], parent: QWidget | None = None, margins: Margins = None, **properties: Any
) -> QFormLayout:
    """Return fields below each other, each with its label.

    Parameters
    ----------
    rows
        Label and field of each, or a field alone.
    parent, margins
        As `horizontal` has them.
    properties
        Qt's, such as `spacing` and `fieldGrowthPolicy`.
    """
    made = QFormLayout(parent, **{"spacing": 8, **properties})
    _set_margins(made, margins)
    for row in rows:
        made.addRow(*row)
    return made


def grid(
    *,
    parent: QWidget | None = None,
    spacing: int | tuple[int, int] = 4,
    margins: Margins = None,
    stretch: Iterable[int] = (),
) -> QGridLayout:
    """Return an empty grid.

    Parameters
    ----------
    parent, margins
        As `horizontal` has them.
    spacing
        Pixels between the parts: one number, or those beside and those below each other.
    stretch
        The columns that take the room to spare.
    """
    made = QGridLayout(parent)
    wide, high = (spacing, spacing) if isinstance(spacing, int) else spacing
    made.setHorizontalSpacing(wide)
    made.setVerticalSpacing(high)
    _set_margins(made, margins)
    for column in stretch:
        made.setColumnStretch(column, 1)
    return made


def divided(*parts: QWidget | tuple[QWidget, int], parent: QWidget, is_beside: bool = False) -> QSplitter:
    """Return widgets one above the other, with edges that a person drags; none can be made to vanish.

    Parameters
    ----------
    parts
        Each alone or with its share of the room to spare.
    is_beside
        Whether they stand beside each other instead.
    """
    way = Qt.Orientation.Horizontal if is_beside else Qt.Orientation.Vertical
    split = QSplitter(way, parent, childrenCollapsible=False)
    for number, part in enumerate(parts):
        widget, share = part if isinstance(part, tuple) else (part, 0)
        split.addWidget(widget)
        split.setStretchFactor(number, share)
    return split


def scrolled(inside: QWidget, name: str) -> QScrollArea:
    """Return a frameless area as wide as it may be, in which what is higher than it is scrolled to.

    Parameters
    ----------
    inside
        What is shown.
    name
        Of the area.
    """
    area = QScrollArea(
        objectName=name,
        widgetResizable=True,
        frameShape=QFrame.Shape.NoFrame,
        horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
    )
    area.setWidget(inside)
    return area
