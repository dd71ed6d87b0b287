"""Events and volumes without an id that the network has already: the same day, kind, and pipe, user or place.

A hot line's list comes again each month with last month's rows in it. Of n rows that are alike in the file
as many are left out as the network has. A row that was delivered before is the event that it became, whatever
of it was corrected since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.delivery_states import DeliveredRow, as_delivered
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.adoption.verdicts import SAME_ROW_THERE
from waternet_plugin.core.exchange.mapping.mapping import TAKE
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.core.texts import tr

# By table: the day, the kind, and what names the asset of a row.
LIKE_FIELDS = {
    "failure": ("date", "kind", "reported_pipe_id"),
    "work_item": ("opened_on", "type", "asset"),
    "inspection": ("date", "method", "pipe_id"),
    "volume": ("from_date", "component", "customer_id"),
}
# The day of work of which only the end is known, and what names an asset where no pipe is named.
_OTHER_DAY, _OTHER_NAME = {"work_item": "closed_on"}, {"inspection": "node_id"}
# Where events lie of which neither an asset nor a place is known.
_STREET = dict.fromkeys(("failure", "work_item"), "street")
# A volume is that of a period, whoever it is of; the whole network's names nobody.
_FURTHER = {"volume": ("to_date", "node_id", "zone_id")}
_FIGURE = {"volume": "volume_m3"}
_SAME_FIGURE = 1e-6
# The fields by which rows are known, but for their place, behind their id.
LIKE_COLUMNS = {
    table: (
        table_of(table).id_field,
        *fields,
        *_FURTHER.get(table, ()),
        *(more[table] for more in (_OTHER_DAY, _OTHER_NAME, _STREET, _FIGURE) if table in more),
    )
    for table, fields in LIKE_FIELDS.items()
}
_DAYS, _JOINT = frozenset({"to_date"}), "\n"


@dataclass(frozen=True)
class RowsThere(PlainFrames):
    """The rows that a network has of a table.

    Attributes
    ----------
    rows
        id, day, kind, name of the asset, x and y of each, its street, the figure of those that have one, and
        whether it is an earlier state: an event that changed since it was delivered is there twice, as it was
        then, and behind all others as it is.
    names_now
        What assets that the file names by former ids are called now.
    """

    rows: pd.DataFrame
    names_now: Mapping[str, Sequence[str]] = field(default_factory=dict)


# Asked with the assets that the file names.
LikeRows = Callable[[Sequence[str]], RowsThere]


def no_like_rows(_names: Sequence[str]) -> RowsThere:
    """Return no rows: the network has none."""
    columns = ("id", "day", "kind", "name", "x", "y", "street", "figure", "is_earlier")
    return RowsThere(pd.DataFrame({name: [] for name in columns}, dtype=object))


def events_of(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a table of events as `RowsThere` has them."""
    kind = LIKE_FIELDS[table][1]
    many = len(rows)
    shapes = np.full(many, None, dtype=object)
    if GEOMETRY_COLUMN in rows:
        shapes = np.array(rows[GEOMETRY_COLUMN].to_numpy(), dtype=object)

    def column(wanted: str) -> pd.Series:
        if wanted not in rows:
            return pd.Series([None] * many, dtype=object)
        return rows[wanted].astype(object).reset_index(drop=True)

    frame: pd.DataFrame = pd.DataFrame(
        {
            "id": column(table_of(table).id_field),
            "day": _days(table, column),
            "kind": column(kind),
            "name": _names(table, column),
            "x": shapely.get_x(shapes),
            "y": shapely.get_y(shapes),
            "street": column(_STREET.get(table, "")),
            "figure": column(_FIGURE.get(table, "")).astype(float),
            "is_earlier": False,
        }
    )
    return frame


def _days(table: str, column: Callable[[str], pd.Series]) -> Array:
    """Return the day of each row as a number, -1 for none: that of the end where no other is known."""
    found = days(column(LIKE_FIELDS[table][0]))
    return found if table not in _OTHER_DAY else np.where(found < 0, days(column(_OTHER_DAY[table])), found)


def _names(table: str, column: Callable[[str], pd.Series]) -> pd.Series:
    """Return what tells a row from others of its day and kind: its asset, with all else that it is of."""
    name = column(LIKE_FIELDS[table][2])
    if table in _OTHER_NAME:
        name = name.where(name.notna(), column(_OTHER_NAME[table]))
    further = _FURTHER.get(table)
    if further is None:
        return name
    parts = [name, *(column(one) for one in further)]
    words = [
        ["" if pd.isna(one) else str(one)[:10] if field in _DAYS else str(one) for one in part]
        for field, part in zip(("", *further), parts)
    ]
    return pd.Series([_JOINT.join(row) for row in zip(*words)], dtype=object)


def with_delivered(
    table: str, events: pd.DataFrame, now: pd.DataFrame, delivered: Sequence[DeliveredRow]
) -> pd.DataFrame:
    """Return events after the earlier states of those that changed, what these became last.

    Parameters
    ----------
    now, delivered
        The rows that changed since they were delivered, the id first, and what they were.
    """
    earlier = as_delivered(now, delivered)
    id_field = now.columns[0]
    earlier[id_field] = pd.Series([one.now for one in delivered], dtype=object)
    is_changed = events["id"].isin(earlier[id_field])
    first = events_of(table, earlier).assign(is_earlier=True)
    return frames.stacked([first, events[~is_changed], events[is_changed]])


def judge_rows_there(read: RowsRead, like_rows: LikeRows, settings: Settings) -> list[str]:
    """Reject the events without an id that the network has already, and return their ids there.

    Parameters
    ----------
    read
        The rows; their verdicts are changed.
    like_rows
        Tells the rows of the network.
    settings
        How near rows are that name no asset and are one.
    """
    fields = LIKE_FIELDS.get(read.table.name)
    if fields is None or read.mapping.repeats == TAKE:
        return []
    rows = np.flatnonzero(read.verdicts.wanted & pd.isna(read.given_ids))
    if not len(rows):
        return []
    of_file = _rows_of_file(read, rows)
    named = np.concatenate(
        [_column(read, one)[rows] for one in (fields[2], _OTHER_NAME.get(read.table.name)) if one]
    )
    there = like_rows(pd.unique(named[pd.notna(named)]).tolist())
    if not len(there.rows):
        return []
    # A kind that is one for all rows tells failures from nothing; of volumes it says what they are.
    with_kind = fields[1] in read.mapping.fields or read.table.name in _FIGURE
    free = _Free(there.rows, with_kind=with_kind, near_m=settings.real("exchange.same_row_m"))
    ids: list[str] = []
    parts = (of_file[one].tolist() for one in ("day", "kind", "name", "x", "y", "street", "figure"))
    for row, day, kind, name, x, y, street, figure in zip(rows.tolist(), *parts):
        names = () if name is None else (name, *there.names_now.get(name, ()))
        place = free.take(day, kind, names, x, y, street, figure)
        if place is None:
            continue
        ids.append(str(there.rows["id"].iloc[place]))
        sentence = tr("The network has this row already, as {id}: same date, kind, and pipe or place.")
        if there.rows["is_earlier"].iloc[place]:
            sentence = tr(
                "The network has this row already, as {id}, which was changed since it was delivered."
            )
        there_m3 = there.rows["figure"].iloc[place]
        if not pd.isna(there_m3) and not pd.isna(figure) and abs(there_m3 - figure) > _SAME_FIGURE:
            sentence = tr(
                "The network has this period already, as {id}, with {there} m3 and not {here}. Correct it "
                "there, or delete it and adopt the file again."
            )
        read.verdicts.codes[row] = SAME_ROW_THERE
        read.verdicts.sentences[row] = sentence.format(
            id=ids[-1], there=f"{there_m3:,.10g}", here=f"{figure:,.10g}"
        )
    return ids


def there_notes(count: int, rows_in: int) -> list[str]:
    """Return what to say of rows that were left out since the network has them."""
    if not count:
        return []
    text = tr(
        "{n} of {rows} are there already: same date, kind, and pipe or place as rows of the network. To add "
        "them all the same, set “repeats” to “take” in the mapping."
    )
    return [text.format(n=f"{count:,}", rows=f"{rows_in:,}")]


def _rows_of_file(read: RowsRead, rows: Array) -> pd.DataFrame:
    table = read.table.name
    shapes = read.located.geometry[rows]

    def column(name: str) -> pd.Series:
        values = pd.Series(_column(read, name)[rows], dtype=object)
        known: pd.Series = values.where(values.notna(), None)
        return known

    frame: pd.DataFrame = pd.DataFrame(
        {
            "day": _days(table, column),
            "kind": column(LIKE_FIELDS[table][1]),
            "name": _names(table, column),
            "x": shapely.get_x(shapes),
            "y": shapely.get_y(shapes),
            "street": column(_STREET.get(table, "")),
            "figure": column(_FIGURE.get(table, "")).astype(float),
        }
    )
    return frame


def days(column: pd.Series) -> Array:
    """Return days as numbers, -1 for none."""
    moments = pd.to_datetime(column, errors="coerce").to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(moments), -1, moments.astype(np.int64))


def _column(read: RowsRead, name: str) -> Array:
    column = read.filled.columns.get(name)
    return np.full(len(read.verdicts.codes), None, dtype=object) if column is None else column


class _Free:
    """The rows of a network that no row of the file was found to be yet."""

    def __init__(self, rows: pd.DataFrame, *, with_kind: bool, near_m: float) -> None:
        self._near_m = near_m
        self._ids = rows["id"].tolist()
        self._twice: dict[str, list[int]] = {}
        for place in np.flatnonzero(rows["id"].duplicated(keep=False)).tolist():
            self._twice.setdefault(self._ids[place], []).append(place)
        self._figures = rows["figure"].to_numpy(dtype=float)
        self._names = [None if pd.isna(one) else str(one) for one in rows["name"]]
        self._streets = rows["street"].tolist()
        self._x, self._y = (rows[one].to_numpy(dtype=float) for one in ("x", "y"))
        self._with_kind = with_kind
        self._is_free = np.ones(len(rows), dtype=bool)
        self._of_day: dict[tuple[int, object], list[int]] = {}
        self._of_name: dict[tuple[int, object, str], list[int]] = {}
        kinds = [None if pd.isna(one) else one for one in rows["kind"]]
        for place, (day, kind) in enumerate(zip(rows["day"].tolist(), kinds)):
            key = self._key(day, kind)
            self._of_day.setdefault(key, []).append(place)
            name = self._names[place]
            if name is not None:
                self._of_name.setdefault((*key, name), []).append(place)

    def _key(self, day: int, kind: object) -> tuple[int, object]:
        return (day, kind if self._with_kind else None)

    def take(
        self,
        day: int,
        kind: object,
        names: Sequence[str],
        x: float,
        y: float,
        street: str | None,
        figure: float,
    ) -> int | None:
        """Return the place of a row like one of the file, which nobody gets any more; None for none.

        One with the same figure goes before others. A street counts where both have nothing else.
        """
        key = self._key(day, kind)
        for name in names:
            places = [place for place in self._of_name.get((*key, name), ()) if self._is_free[place]]
            same = [place for place in places if abs(self._figures[place] - figure) <= _SAME_FIGURE]
            if places:
                return self._taken((same or places)[0])
        if np.isnan(x):
            in_street = (
                place
                for place in (() if names or street is None else self._of_day.get(key, ()))
                if self._is_free[place]
                and self._names[place] is None
                and np.isnan(self._x[place])
                and self._streets[place] == street
            )
            found = next(in_street, None)
            return None if found is None else self._taken(found)
        alike = [
            place
            for place in self._of_day.get(key, ())
            if self._is_free[place] and (not names or self._names[place] is None)
        ]
        if not alike:
            return None
        apart = np.hypot(self._x[alike] - x, self._y[alike] - y)
        apart[np.isnan(apart)] = np.inf
        nearest = int(apart.argmin())
        return self._taken(alike[nearest]) if apart[nearest] <= self._near_m else None

    def _taken(self, place: int) -> int:
        self._is_free[self._twice.get(self._ids[place], [place])] = False
        return place
