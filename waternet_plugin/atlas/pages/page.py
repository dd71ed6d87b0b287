"""What a page says, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtGui import QPainterPath

from waternet_plugin.atlas.pages.figures import Tally


@dataclass(frozen=True)
class Sign:
    """One line of the legend; ``symbol`` is a QgsSymbol, ``figure`` its text at the right."""

    symbol: Any
    label: str
    figure: str = ""


@dataclass(frozen=True)
class SignGroup:
    """Lines of the legend under one heading."""

    heading: str
    signs: tuple[Sign, ...]
    note: str = ""


@dataclass(frozen=True)
class Imprint:
    """What all pages of a book say; ``pattern`` is that of title and theme."""

    title: str
    theme: str
    scale: float
    crs: str
    height_datum: str
    secrecy: str
    drawn_by: str
    checked_by: str
    approved_by: str
    date: str
    edition: str
    pages: int
    north_arrow: bool
    pattern: str = "{title} {theme}"

    @property
    def heading(self) -> str:
        """Title and theme."""
        return self.pattern.format(title=self.title, theme=self.theme)


@dataclass(frozen=True)
class SheetPage:
    """What one page says: ``neighbours`` are eight numbers from north-west to south-east, '' for none.

    ``bounds`` are those of the map before it is turned about their middle, ``angle_deg`` how far it is turned
    clockwise; ``scale`` is its denominator.
    """

    number: int
    sheet_no: str
    bounds: tuple[float, float, float, float]
    neighbours: tuple[str, ...]
    streets: str
    legend: tuple[SignGroup, ...]
    materials: tuple[Tally, ...]
    material_labels: dict[str, str]
    scale: float = 0.0
    angle_deg: float = 0.0


@dataclass(frozen=True)
class Overview:
    """All sheets and pipes of the book, small; ``path`` in dots from the box's upper left corner."""

    path: QPainterPath
    width: float
    height: float
    west: float
    north: float
    metres_per_mm: float
    sheets: tuple[tuple[float, float, float, float], ...]
