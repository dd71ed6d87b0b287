"""What a table of inspections looks like before it is imported: its columns, what they fill, what is open."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.inspections.crew_tables import take_apart
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.readings.coded_columns import KNOWN, numbers_of
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.drainage.import_inspections import (
    InspectionSource,
    read_inspections,
    with_ends,
    with_one_standard,
)
from waternet_plugin.store.network import Network

# Without these a defect has no grade, or gaps are not judged.
_WANTED = ("code", "grade", "position_m")
_SAMPLES = 3


@dataclass(frozen=True)
class InspectionTable:
    """A table before it is imported.

    Parameters
    ----------
    columns
        Its columns with some of their values.
    mapping
        What the headings leave no doubt about, and where they stand.
    doubts
        Why it can't be imported so, or what would be lost; none: it can.
    """

    columns: Dictionary[str, str]
    mapping: Mapping
    doubts: tuple[str, ...]


def look_at_inspections(
    network: Network, source: InspectionSource, _progress: Progress = SILENT
) -> InspectionTable:
    """Return what the columns of a table fill, and what is open.

    Parameters
    ----------
    source
        The file; its mapping, where it has one, is looked at as it is.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    read = read_inspections(network, source)
    samples = {name: _samples(read.frame[name]) for name in source_columns(read.frame)}
    doubts = []
    try:
        with_one_standard(take_apart(*with_ends(network, read)[:2]))
    except InputError as error:
        doubts.append(error.message)
    left = [name for name in read.unread if samples.get(name)]
    has_numbers = any((numbers_of(read.frame[name])[1] == KNOWN).any() for name in left)
    missing = [name for name in _WANTED if name not in read.mapping.fields]
    is_part = 0 < len(missing) < len(_WANTED)
    missing = [name for name in missing if (left if name == "code" else has_numbers)]
    if is_part and missing:
        labels = {one.name: one.label for one in all_tables()["defect"].fields}
        text = tr("No column was found for {fields}. Choose it, or import without it.")
        doubts.append(text.format(fields=listed(labels[name] for name in missing)))
    return InspectionTable(samples, read.mapping, tuple(doubts))


def _samples(column: pd.Series) -> str:
    words = pd.unique(pd.Series(texts(column), dtype=object).dropna())
    return listed(str(one) for one in words[:_SAMPLES])
