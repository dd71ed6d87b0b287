"""What is said of adopted readings: what was not written and why, and what looks wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.exchange.adoption.adoption import ReadingSeries
from waternet_plugin.core.exchange.adoption.outcome.reading_verdicts import (
    IMPOSSIBLE_TIME,
    OTHER_VALUE,
    REPEATED,
    STORED,
    UNKNOWN_METER,
)
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.readings.coded_columns import KNOWN, numbers_of
from waternet_plugin.core.exchange.readings.reading_cells import ReadingCells
from waternet_plugin.core.exchange.units.reading_units import PRESSURE, spoken_quantity
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, shortened, tr

_HEAD_ROWS = 2000
# A meter most of whose values are below zero measures against its sense.
_MOSTLY = 0.5


def reason_sentences() -> tuple[str, ...]:
    """Return what each reason means, in the order of ``READING_REASONS`` without the first."""
    return (
        tr("The row names no meter."),
        tr("The meter is not a node of the network."),
        tr("The row has no time."),
        tr("The time can't be read as a date with a clock time."),
        tr("The clock skips this time on the day it is set forward."),
        tr("The time is in the future or before 1970."),
        tr("The row has no value."),
        tr("The value is not a number."),
        tr("The file has a later row of the same meter and moment, which is used."),
        tr("This reading is already in the network."),
        tr("The network has another value of the same meter and moment, which stays."),
        tr("The mapping gives the quantity no meaning."),
    )


def _meters_of(cells: ReadingCells, verdict: int) -> list[str]:
    """Return the meters with cells of a verdict."""
    found = np.unique(cells.meter[cells.verdict == verdict])
    return [cells.names[one] for one in found.tolist() if one >= 0]


def _about_stored(cells: ReadingCells) -> list[str]:
    notes = []
    stored = int(np.count_nonzero(cells.verdict == STORED))
    if stored and not (cells.verdict == 0).any():
        notes.append(
            tr(
                "All %n reading(s) that can be used are already in the network: this file was adopted "
                "before. Nothing was added.",
                "",
                stored,
            )
        )
    elif stored:
        notes.append(tr("%n reading(s) are already in the network and were not added again.", "", stored))
    other = int(np.count_nonzero(cells.verdict == OTHER_VALUE))
    if other:
        text = tr(
            "%n reading(s) differ from those in the network of the same moment, which stay: {meters}. To "
            "replace them, undo the batch that brought them.",
            "",
            other,
        )
        notes.append(text.format(meters=shortened(_meters_of(cells, OTHER_VALUE))))
    return notes


def _about_rows(cells: ReadingCells) -> list[str]:
    notes = []
    for verdict, text in (
        (
            UNKNOWN_METER,
            tr(
                "%n reading(s) belong to meters that are not nodes of the network: {meters}. Adopt these "
                "nodes first, or give the ids of the nodes in the mapping.",
                "",
                int(np.count_nonzero(cells.verdict == UNKNOWN_METER)),
            ),
        ),
        (
            REPEATED,
            tr(
                "%n reading(s) come again for the same moment; the last one of the file is used: {meters}.",
                "",
                int(np.count_nonzero(cells.verdict == REPEATED)),
            ),
        ),
        (
            IMPOSSIBLE_TIME,
            tr(
                "%n reading(s) in the future or before 1970 were left out: {meters}. Check the clock of the "
                "meter.",
                "",
                int(np.count_nonzero(cells.verdict == IMPOSSIBLE_TIME)),
            ),
        ),
    ):
        meters = _meters_of(cells, verdict)
        if meters:
            notes.append(text.format(meters=shortened(meters)))
    if cells.columns:
        by_row = np.isfinite(cells.value).reshape(len(cells.columns), cells.rows)
        empty = [name for name, some in zip(cells.columns, by_row.any(axis=1)) if not some]
        if empty:
            notes.append(tr("Columns without any value: {columns}.").format(columns=shortened(empty)))
    return notes


def _named(rows: pd.DataFrame) -> str:
    return shortened(list(dict.fromkeys(rows["node_id"].tolist())))


def _about_series(account: pd.DataFrame) -> list[str]:
    notes = []
    gaps = account[account["gaps"] > 0]
    if len(gaps):
        worst = gaps.loc[gaps["longest_gap_h"].idxmax()]
        text = tr(
            "%n gap(s) in the readings of {meters}; the longest is {hours:.1f} h at {worst}.",
            "",
            int(gaps["gaps"].sum()),
        )
        notes.append(text.format(meters=_named(gaps), hours=worst["longest_gap_h"], worst=worst["node_id"]))
    resets = account[account["resets"] > 0]
    if len(resets):
        text = tr(
            "Counters run backwards %n time(s), taken as reset or exchanged: {meters}.",
            "",
            int(resets["resets"].sum()),
        )
        notes.append(text.format(meters=_named(resets)))
    impossible = account[account["impossible"] > 0]
    if len(impossible):
        text = tr(
            "%n reading(s) can't be, such as {value:.10g} at {meter}: sums and nights leave them out. Check "
            "the meters {meters}.",
            "",
            int(impossible["impossible"].sum()),
        )
        worst = impossible.iloc[0]
        notes.append(text.format(value=worst["example"], meter=worst["node_id"], meters=_named(impossible)))
    frozen = account[account["frozen"] > 0]
    if len(frozen):
        text = tr(
            "Values that stand still for long, %n time(s), up to {hours:.0f} h: {meters}. Check these "
            "meters.",
            "",
            int(frozen["frozen"].sum()),
        )
        notes.append(text.format(meters=_named(frozen), hours=frozen["longest_frozen_h"].max()))
    single = account[account["readings"] == 1]
    if len(single):
        notes.append(tr("A single reading gives no flow: meters {meters}.").format(meters=_named(single)))
    turned = account[account["negative"] > _MOSTLY * account["readings"]]
    if len(turned):
        text = tr(
            "Most flow of the meters {meters} is below zero. If they are installed the wrong way round, "
            "name them in “reversed” of the mapping."
        )
        notes.append(text.format(meters=_named(turned)))
    return notes


def _about_clocks(cells: ReadingCells, told: ReadingSeries, given_zone: str, network_zone: str) -> list[str]:
    notes = []
    if told.time_zone:
        text = tr("Times without an offset were read as local times of {zone}.")
        if not given_zone:
            text = tr(
                "Times without an offset were read as local times of {zone}, the network's setting; for "
                "another zone give “time_zone” in the mapping."
            )
        notes.append(text.format(zone=told.time_zone))
        if given_zone and given_zone != network_zone:
            text = tr(
                "Days and nights are in the time zone {zone}. If the network is elsewhere, change the "
                "setting “general.time_zone” before you look at night flow."
            )
            notes.append(text.format(zone=network_zone))
    if cells.winter:
        notes.append(
            tr(
                "%n reading(s) have a clock time that comes twice because clocks are set back: the second of "
                "two is winter time.",
                "",
                cells.winter,
            )
        )
    return notes


def _about_units(told: ReadingSeries) -> list[str]:
    asked = [told.unit_question.sentence] if told.unit_question else []
    labels = [
        domain("quantity")[unit].label
        for unit in told.open_units
        if not (told.unit_question and unit == PRESSURE)
    ]
    if not labels:
        return asked
    text = tr("The unit of the file is not known: the values are taken as {quantities}. Give their unit.")
    return [*asked, text.format(quantities=listed(labels))]


def columns_left(frame: pd.DataFrame, mapping: Mapping) -> tuple[str, ...]:
    """Return columns of numbers that are not read, of rows with one value those that speak of a quantity.

    Parameters
    ----------
    frame
        Rows of the file.
    mapping
        How they are read.
    """
    read = {source.column for source in mapping.fields.values()} | set(mapping.meters)
    return tuple(
        str(name)
        for name in frame
        if name not in read
        and (mapping.meters or spoken_quantity(str(name)))
        and (numbers_of(frame[name].head(_HEAD_ROWS))[1] == KNOWN).any()
    )


def _about_columns(cells: ReadingCells, columns: tuple[str, ...]) -> list[str]:
    if not columns:
        return []
    if cells.columns:
        return [tr("Columns that are not read: {columns}.").format(columns=shortened(columns))]
    text = tr(
        "The file has values in {columns}, too, which were not read: one column gives the values. Adopt the "
        "file once more with each of them as the value, and its quantity."
    )
    return [text.format(columns=listed(columns))]


def reading_notes(
    cells: ReadingCells,
    told: ReadingSeries,
    *,
    given_zone: str,
    network_zone: str,
    left: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Return what to know of readings, in sentences.

    Parameters
    ----------
    cells
        With their verdicts.
    told
        What the series look like.
    given_zone
        The time zone that the mapping names, "" for none.
    network_zone
        That of the network's settings.
    left
        Columns of values that are not read, as `columns_left` gives them.
    """
    return (
        *_about_columns(cells, left),
        *_about_stored(cells),
        *_about_units(told),
        *_about_rows(cells),
        *_about_clocks(cells, told, given_zone, network_zone),
        *_about_series(told.account),
    )
