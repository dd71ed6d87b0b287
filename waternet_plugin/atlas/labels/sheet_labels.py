"""The labels of the sheets of a book: placed on one sheet after the other, drawn, accounted for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtGui import QFont, QFontMetricsF

from waternet_plugin.atlas.labels.background_names import BackgroundNames
from waternet_plugin.atlas.labels.drawn_features import DrawnFeatures, DrawnSheet
from waternet_plugin.atlas.labels.label_layers import LabelLayers
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.bridge.styling import labels
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.printing.labels.account import Account, account_of
from waternet_plugin.core.printing.labels.occupancy import Occupancy, boxes
from waternet_plugin.core.printing.labels.placing import Label, LabelledPiece
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.side_thread import computed

# A pipe has a row from this length on the sheet on, m.
_LEAST_M = 0.01
# Height of a text without the room around it, as a share of the font's size.
_HEIGHT = 0.9
# Large enough that widths are not rounded to dots.
_MEASURED_DOTS = 200


class TextMeasure:
    """Widths and heights of texts in the fonts of the page.

    Parameters
    ----------
    families
        First choice first.
    size_mm
        Size of the font.
    """

    def __init__(self, families: tuple[str, ...], size_mm: float) -> None:
        face = with_families(QFont(families[0]), families)
        face.setPixelSize(_MEASURED_DOTS)
        self._metrics, self._size_mm = QFontMetricsF(face), size_mm
        self._known: dict[str, tuple[float, float]] = {}

    def width(self, text: str) -> float:
        """Return the width of a text, mm."""
        return float(self._metrics.horizontalAdvance(text)) / _MEASURED_DOTS * self._size_mm

    def __call__(self, text: str) -> tuple[float, float]:
        """Return width and height of a text, mm."""
        if text not in self._known:
            self._known[text] = self.width(text), _HEIGHT * self._size_mm
        return self._known[text]


@dataclass(frozen=True)
class LabelledSheet:
    """The labels of a sheet: its map, what became of each, and the colour of each row of the account.

    ``has_halo`` says of each label of the account whether anything but paper lies below it. ``places`` are
    those of the signs of points on paper, in mm to a tenth: what moves by less is not seen.
    """

    frame: PaperFrame
    account: Account
    colours: tuple[str, ...]
    has_halo: tuple[bool, ...]
    places: tuple[str, ...] = ()


class SheetLabels:
    """The labels of a book.

    The pipes' own labels are switched off in the map; `layers` draw ours instead.

    Parameters
    ----------
    content
        The layers of the map.
    chosen
        Palette and language.
    families
        Fonts of the page.
    settings
        Those of the network, of which `printing.label_min_mm` is read: a shorter pipe is not listed.
    """

    def __init__(
        self, content: MapContent, chosen: Look, families: tuple[str, ...], settings: Settings
    ) -> None:
        self._features = DrawnFeatures(content, chosen)
        self._measure = TextMeasure(families, labels.PIPE_TEXT_MM)
        self._least_mm = settings.real("printing.label_min_mm")
        self._drawn = LabelLayers(content.project.crs(), families)
        self._background = BackgroundNames(content.layers, content.project.crs())
        for layer in content.pipes:
            layer.setLabelsEnabled(False)

    @property
    def layers(self) -> tuple[QgsVectorLayer, ...]:
        """The layers to be drawn above those of the map, top first."""
        return self._drawn.layers

    def of(
        self,
        frame: PaperFrame,
        assets: Collection[str],
        blocked: Sequence[shapely.Polygon] = (),
        progress: Progress = SILENT,
    ) -> LabelledSheet:
        """Return the labels of a sheet.

        Parameters
        ----------
        frame
            The sheet's map.
        assets
            Ids of the pipes that are counted on the sheet; each with at least 0.01 m in the frame gets a row.
        blocked
            What is on the map and takes no label, mm of paper.
        """
        drawn = self._features.of(frame, assets)
        # Fonts are asked in this thread alone: placing asks for these and meets all of them known.
        for text in {text for pipe in drawn.pipes for text in pipe.texts}:
            self._measure(text)

        def placed(_progress: Progress) -> LabelledSheet:
            account, colours = _account(drawn, frame, self._measure, self._least_mm, blocked)
            has_halo = tuple(_lies_on_anything(account.labels, drawn, frame, self._measure))
            return LabelledSheet(frame, account, tuple(colours), has_halo, _places(drawn, frame))

        return computed(placed, progress)

    def draw(self, sheet: LabelledSheet, *, has_clouds: bool = False) -> None:
        """Draw the labels of a sheet in `layers`; one with clouds has white around all of them.

        Names of streets stand once on it.
        """
        self._background.show(sheet.frame)
        has_halo = [has_clouds or each for each in sheet.has_halo]
        self._drawn.show(sheet.account, sheet.colours, has_halo, sheet.frame)


def _lies_on_anything(
    placed: Sequence[Label], drawn: DrawnSheet, frame: PaperFrame, measure: TextMeasure
) -> list[bool]:
    """Return which labels touch a pipe or what else is drawn, as wide as it is.

    Most stand on white paper, where a halo is not seen, though it is most of a page's time and bytes.
    """
    below = [
        *((pipe.geometry, pipe.width_mm / 2.0) for pipe in drawn.pipes),
        *((other, 0.0) for other in drawn.others),
        *drawn.signs,
        *drawn.ground,
    ]
    if not placed:
        return []
    sizes = np.array([measure(label.text) for label in placed])
    centre = np.array([(label.x, label.y) for label in placed])
    outlines = boxes(centre, np.array([label.angle for label in placed]), sizes[:, 0], sizes[:, 1])
    shapes: Any = frame.to_paper(np.array([shape for shape, _ in below], dtype=object))
    half_mm = np.array([half for _, half in below])
    label, other = shapely.STRtree(shapes).query(outlines, predicate="dwithin", distance=half_mm.max())
    touching = shapely.distance(outlines[label], shapes[other]) <= half_mm[other]
    return np.isin(np.arange(len(placed)), label[touching]).tolist()


def _places(drawn: DrawnSheet, frame: PaperFrame) -> tuple[str, ...]:
    """Return where signs stand on paper."""
    points: Any = frame.to_paper(np.array([point for point, _ in drawn.signs], dtype=object))
    width, height = frame.size_mm
    places = [
        (x, y) for x, y in shapely.get_coordinates(points).tolist() if 0 <= x <= width and 0 <= y <= height
    ]
    return tuple(sorted(f"{x:.1f} {y:.1f}" for x, y in places))


def _account(
    drawn: DrawnSheet,
    frame: PaperFrame,
    measure: TextMeasure,
    least_mm: float,
    blocked: Sequence[shapely.Polygon],
) -> tuple[Account, list[str]]:
    """Place the labels of what is drawn on a sheet; return the account and the colour of each of its rows."""
    width, height = frame.size_mm
    shapes = np.array([pipe.geometry for pipe in drawn.pipes], dtype=object)
    lines = shapely.clip_by_rect(frame.to_paper(shapes), 0.0, 0.0, width, height)
    selected = np.flatnonzero(shapely.length(lines) >= _LEAST_M * 1000.0 / frame.scale).tolist()
    pipes = [drawn.pipes[row] for row in selected]
    pieces = [
        LabelledPiece(
            lines[row],
            pipe.texts,
            listed=pipe.listed,
            kind=pipe.colour,
            rank=pipe.rank,
            width_mm=pipe.width_mm,
        )
        for row, pipe in zip(selected, pipes)
    ]
    is_main = [pipe.rank == 0 for pipe in drawn.pipes]
    crossed = [line for line, is_hard in zip(lines, is_main) if not is_hard]
    others: Any = frame.to_paper(np.array(drawn.others, dtype=object))
    points: Any = frame.to_paper(np.array([point for point, _ in drawn.signs], dtype=object))
    signs = shapely.buffer(points, np.array([half for _, half in drawn.signs]))
    obstacles = [line for line, is_hard in zip(lines, is_main) if is_hard]
    account = account_of(
        [pipe.asset for pipe in pipes],
        pieces,
        Occupancy(width, height, obstacles, [*signs, *blocked]),
        crossed=[*crossed, *shapely.clip_by_rect(others, 0.0, 0.0, width, height)],
        measure=measure,
        least_mm=least_mm,
    )
    return account, [pipe.colour for pipe in pipes]
