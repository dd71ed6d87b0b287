"""What became of the label of every pipe on a sheet: placed, listed or too short to have one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import shapely

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.printing.labels.numbering import ListNumber, numbers_of
from waternet_plugin.core.printing.labels.occupancy import Occupancy
from waternet_plugin.core.printing.labels.placing import Label, LabelledPiece, LabelPlacing, Measure

PLACED, LISTED, SHORT = "placed", "listed", "short"
COLUMNS = ("asset", "text", "state", "number")
_PAIRS_APART = "  "


@dataclass(frozen=True)
class ListLine:
    """A line of the list of a sheet: a text, and the numbers and pipes with it."""

    text: str
    numbers: tuple[int, ...]
    assets: tuple[str, ...]


@dataclass(frozen=True)
class Account(PlainFrames):
    """The labels of one sheet.

    Parameters
    ----------
    rows
        A row a pipe: ``asset``, ``text`` (what is on the map or in the list), ``state`` and ``number``
        (of the list, NA for others).
    labels, numbers
        What is on the map.
    lines
        The list, in the order of the numbers.
    """

    rows: pd.DataFrame
    labels: tuple[Label, ...]
    numbers: tuple[ListNumber, ...]
    lines: tuple[ListLine, ...]

    def count(self, state: str) -> int:
        """Return how many pipes ended so."""
        return int((self.rows["state"] == state).sum())


def account_of(
    assets: Sequence[str],
    pieces: Sequence[LabelledPiece],
    occupancy: Occupancy,
    *,
    crossed: Sequence[shapely.Geometry],
    measure: Measure,
    least_mm: float,
) -> Account:
    """Place the labels of a sheet, number the pipes that get none, and say what became of each.

    Parameters
    ----------
    assets
        Ids of the pieces.
    pieces
        What lies on the sheet, each pipe once; one without texts is not drawn at this scale.
    occupancy
        The paper, with the lines that no label may touch.
    crossed
        Lines that a label touches only where nothing else is free.
    measure
        Width and height of a text, mm.
    least_mm
        A pipe shorter than this on paper is not listed.
    """
    placing = LabelPlacing(pieces, occupancy, crossed, measure)
    placing.assign()
    served = {row for label in placing.labels() for row in label.pieces}
    lines = [piece.line for piece in pieces]
    listed = [
        row
        for row, piece in enumerate(pieces)
        if row not in served and piece.texts and float(shapely.length(piece.line)) >= least_mm
    ]
    numbers = numbers_of(lines, listed, occupancy)
    placing.extend(numbers)
    labels = placing.labels()
    # Where two labels serve a pipe, it is told by the longer one.
    text = {
        row: label.text for label in sorted(labels, key=lambda each: len(each.text)) for row in label.pieces
    }
    number_of = {number.piece: number.number for number in numbers}
    states = [PLACED if row in text else LISTED if row in number_of else SHORT for row in range(len(pieces))]
    texts = [text.get(row, _listed_text(piece)) for row, piece in enumerate(pieces)]
    rows = pd.DataFrame(
        {
            "asset": pd.Series(list(assets), dtype=object),
            "text": pd.Series(texts, dtype=object),
            "state": pd.Series(states, dtype=object),
            "number": pd.array([number_of.get(row) for row in range(len(pieces))], dtype="Int64"),
        }
    )
    return Account(rows, tuple(labels), tuple(numbers), _lines(rows))


def _listed_text(piece: LabelledPiece) -> str:
    """Return what a list says of a pipe: there is room for all of it."""
    return piece.listed or (piece.texts[0] if piece.texts else "")


def _lines(rows: pd.DataFrame) -> tuple[ListLine, ...]:
    """Return the list: pipes of one text in one line, by their first number."""
    listed = rows[rows["state"] == LISTED].sort_values("number")
    alike: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, asset, text in zip(listed["number"], listed["asset"], listed["text"]):
        alike[text].append((int(number), asset))
    return tuple(
        ListLine(text, tuple(one for one, _ in pairs), tuple(asset for _, asset in pairs))
        for text, pairs in alike.items()
    )


def wrapped(
    lines: Sequence[ListLine], width_mm: float, text_width: Callable[[str], float]
) -> list[tuple[str, str]]:
    """Return the rows of a list on paper: a text, and as many numbers with their pipes as a row has room for.

    Parameters
    ----------
    width_mm
        Of the column of numbers and pipes.
    text_width
        Width of a text in mm.

    Returns
    -------
    A line that needs several rows says its text in the first one only.
    """
    result: list[tuple[str, str]] = []
    for line in lines:
        text, row = line.text, ""
        for number, asset in zip(line.numbers, line.assets):
            pair = f"{number} {asset}"
            longer = f"{row}{_PAIRS_APART}{pair}" if row else pair
            if row and text_width(longer) > width_mm:
                result.append((text, row))
                text, longer = "", pair
            row = longer
        result.append((text, row))
    return result
