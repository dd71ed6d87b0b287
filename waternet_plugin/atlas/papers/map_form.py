"""How the maps of papers are drawn: theme, paper, scale, page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsProject

from waternet_plugin.atlas.layouts.page_template import template_path
from waternet_plugin.atlas.pages.page_layout import TEXT_PAPER
from waternet_plugin.atlas.sheets.frames import PAPER_MAP, WALL
from waternet_plugin.store import Place


@dataclass(frozen=True)
class MapForm:
    """How maps are drawn.

    Parameters
    ----------
    language
        As for building a project.
    theme
        As for building a project.
    paper
        A4 for a page between pages of text, A3 to A0 for the page of a wall map; of that ''
        for A1 or A0, as it fits.
    scale
        Denominator; 0 for the first at which all of it fits.
    template
        Path of the page; '' for that beside the network or the shipped one.
    """

    language: str
    theme: str = "system"
    paper: str = TEXT_PAPER
    scale: float = 0.0
    template: str = ""

    @property
    def page(self) -> str:
        """The name of the page, see `sheet_frame`."""
        return PAPER_MAP if self.paper == TEXT_PAPER else f"{WALL}{self.paper.lower()}"

    def template_path(self, network: Place) -> Path:
        """Return the template: that of the form, beside project or network, or the shipped one."""
        if self.template:
            return Path(self.template)
        return template_path(f"{self.page}.qpt", network, QgsProject.instance())
