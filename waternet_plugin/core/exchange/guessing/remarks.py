"""Columns that a name speaks for and that are left out all the same: drawn lengths, codes, other units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_numbers
from waternet_plugin.core.exchange.doubts.length_doubts import read_lengths
from waternet_plugin.core.exchange.guessing.column_fits import is_of_other_unit
from waternet_plugin.core.exchange.guessing.column_names import is_drawn_length, name_worth
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.texts import listed, tr

# The length that a program works out of its lines, one number times the drawn length, codes of a list, a unit
# that the field is not measured in.
DRAWN, SCALED, CODES, UNIT = "drawn", "scaled", "codes", "unit"

# Fields that hold names of people and offices.
_NAMES = frozenset({"owner", "operator"})
_MOST_CODES, _LARGEST_CODE = 20, 999
_EXAMPLES = 3
_SAME_SCALE = 0.02


@dataclass(frozen=True)
class Remark:
    """A column that is left out, the field it is called after, and why; ``ratio`` is of lengths alone."""

    column: str
    field: str
    kind: str
    examples: tuple[str, ...]
    ratio: float = np.nan

    def text(self, table: Table) -> str:
        """Return the reason in one sentence."""
        if self.kind == CODES:
            message = tr("{column} holds codes ({examples}), no names: “{field}” is not taken from it.")
        elif self.kind == UNIT:
            message = tr(
                "{column} is in another unit, or does not say of which time it is: “{field}” is not taken "
                "from it."
            )
        elif self.kind == DRAWN:
            message = tr(
                "{column} is the length that a program worked out of its own lines, not the pipes’ own."
            )
        else:
            message = tr(
                "{column} is {ratio} times the drawn length in all rows: the scale of a map, not the pipes’ "
                "own length."
            )
        return message.format(
            column=self.column,
            examples=listed(self.examples),
            field=table.field(self.field).label,
            ratio=f"{self.ratio:.3g}",
        )


def holds_codes(described: Field, series: pd.Series) -> bool:
    """Return whether a column that should hold names holds figures of a list, such as 1 and -1."""
    if described.name not in _NAMES:
        return False
    words = foreign_values.texts(series)
    distinct = pd.unique(words[np.array(pd.notna(words), dtype=bool)])
    if not len(distinct) or len(distinct) > _MOST_CODES:
        return False
    numbers = written_numbers.numbers(pd.Series(distinct, dtype=object)).values
    return bool(np.isfinite(numbers).all() and (np.abs(numbers) <= _LARGEST_CODE).all())


def scale_of(series: pd.Series, drawn: Array | None) -> float:
    """Return the one number by which all values of a column are the drawn lengths, NaN for a unit or none."""
    if drawn is None:
        return np.nan
    found = read_lengths(written_numbers.numbers(series, unit_m=1.0).values, drawn)
    if found is None or found.unit or not abs(found.scale - 1) > _SAME_SCALE:
        return np.nan
    return found.scale


def is_of_other_lines(series: pd.Series, drawn: Array | None) -> bool:
    """Return whether lengths that a program worked out are those of other lines than the file has now."""
    if drawn is None:
        return False
    found = read_lengths(written_numbers.numbers(series, unit_m=1.0).values, drawn)
    return found is not None and not found.unit and np.isnan(found.scale)


def remarks(
    table: Table, frame: pd.DataFrame, columns: Sequence[str], drawn: Array | None
) -> tuple[Remark, ...]:
    """Return the columns that are left out although a field is called so.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Those that no field takes.
    drawn
        The drawn lengths in metres, None where nothing is drawn.
    """
    found = []
    for column in columns:
        for described in adoptable_fields(table):
            one = _remark(described, column, frame[column], drawn)
            if one is not None:
                found.append(one)
                break
    return tuple(found)


def _remark(described: Field, column: str, series: pd.Series, drawn: Array | None) -> Remark | None:
    if described.name == "length_m":
        scale = (
            scale_of(series, drawn) if is_drawn_length(column) or name_worth(described, column) else np.nan
        )
        if np.isfinite(scale):
            return Remark(column, described.name, SCALED, (), scale)
        return Remark(column, described.name, DRAWN, ()) if is_drawn_length(column) else None
    if described.name in _NAMES and name_worth(described, column) > 0 and holds_codes(described, series):
        examples = [str(word) for word in pd.unique(foreign_values.texts(series)) if word is not None]
        return Remark(column, described.name, CODES, tuple(examples[:_EXAMPLES]))
    if is_of_other_unit(described, column, series) and name_worth(described, column) > 0:
        return Remark(column, described.name, UNIT, ())
    return None
