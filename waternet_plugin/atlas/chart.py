"""A chart of a report on paper: its shapes as Qt draws them, its texts as texts.

Qt draws the texts of an SVG drawing as outlines, which no search finds and which look bolder than the page
around them. They are taken out and written by the painter at their places, between the shapes under them and
those over them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from qgis.PyQt.QtCore import QByteArray, QPointF, QRectF, QSizeF
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer

from waternet_plugin.bridge.printing.page_fonts import font
from waternet_plugin.core.colours import BLACK

_ROOT = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_TEXT = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_SHAPE = re.compile(r"<(?!title|/)\w+")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_MOVE = re.compile(r"(\w+)\(([^)]*)\)")
# As drawings without a word of their own are meant.
_DEFAULTS = {"font-size": "12", "fill": BLACK, "text-anchor": "start", "font-weight": "normal"}
_SHARE_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True)
class _Text:
    """A text and how it is written, in the words of SVG."""

    text: str
    style: dict[str, str]

    def draw(self, painter: QPainter, families: tuple[str, ...], scale: float) -> None:
        """Write it on a painter whose origin is that of the drawing; ``scale`` is in dots a unit."""
        style = self.style
        face = font(families, float(style["font-size"]) * scale, bold=style["font-weight"] == "bold")
        wide = QFontMetricsF(face).horizontalAdvance(self.text)
        painter.save()
        for move, given in _MOVE.findall(style.get("transform", "")):
            self._move(painter, move, [float(number) for number in re.split(r"[\s,]+", given.strip())], scale)
        painter.setFont(face)
        painter.setPen(QColor(style["fill"]))
        left = float(style.get("x", 0.0)) * scale - _SHARE_BEFORE[style["text-anchor"]] * wide
        painter.drawText(QPointF(left, float(style.get("y", 0.0)) * scale), self.text)
        painter.restore()

    @staticmethod
    def _move(painter: QPainter, move: str, given: list[float], scale: float) -> None:
        """Turn or move what is written next.

        Raises
        ------
        ValueError
            When a drawing moves its texts in a way that none of ours did before.
        """
        if move == "translate":
            painter.translate(given[0] * scale, given[1] * scale)
        elif move == "rotate":
            x, y = (given[1] * scale, given[2] * scale) if len(given) > 1 else (0.0, 0.0)
            painter.translate(x, y)
            painter.rotate(given[0])
            painter.translate(-x, -y)
        else:
            message = f"a text in a chart is moved by {move}, which is not known here"
            raise ValueError(message)


class Chart:
    """A chart that can be drawn anywhere on a page.

    Parameters
    ----------
    svg
        A drawing of `core.reports`: shapes and texts right under its root.
    families
        The fonts of the page.
    """

    def __init__(self, svg: str, families: tuple[str, ...]) -> None:
        match = _ROOT.search(svg)
        if match is None:
            message = "a chart is not a whole drawing"
            raise ValueError(message)
        root, content = match.groups()
        inherited = {**_DEFAULTS, **dict(_ATTRIBUTE.findall(root))}
        self._families = families
        self._parts: list[_Text | QSvgRenderer] = []
        # Shapes, then attributes and words of a text, and so on to the last shapes.
        pieces = _TEXT.split(content)
        for shapes, attributes, text in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], ""]):
            if _SHAPE.search(shapes):
                drawing = f"<svg{root}>{shapes}</svg>".encode()
                self._parts.append(QSvgRenderer(QByteArray(drawing)))
            if text:
                own = {**inherited, **dict(_ATTRIBUTE.findall(attributes))}
                self._parts.append(_Text(html.unescape(text), own))
        _, _, wide, high = (float(number) for number in inherited["viewBox"].split())
        self.size = QSizeF(wide, high)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written in it."""
        return tuple(part.text for part in self._parts if isinstance(part, _Text))

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """Draw it into a box of its own proportions, in dots."""
        scale = box.width() / self.size.width()
        for part in self._parts:
            if isinstance(part, QSvgRenderer):
                part.render(painter, box)
            else:
                painter.save()
                painter.translate(box.topLeft())
                part.draw(painter, self._families, scale)
                painter.restore()
