"""The MAPPING: which column of a foreign layer fills which field of ours, and how.

A mapping is JSON (a file or the text itself)::

    {
        "fields": {"pipe_id": "ASSET_ID", "install_year": {"from": "INSTALLED", "take": "year"}},
        "values": {"material": {"CI": "cast_iron", "*": "unknown"}},
        "defaults": {"system": "potable"},
        "units": {"diameter_mm": "inch"},
        "null": {"diameter_mm": [0]},
        "geometry": {"x": "x", "y": "y"},
        "crs": "EPSG:26917",
        "encoding": "gb18030",
        "id_prefix": "P-",
        "repeated_ids": "number",
        "repeats": "take",
        "strays": "reject",
        "odd_rows": {"length_m": "km"},
        "signs": {"depth_start_m": "below"},
        "header": {"row": 3, "units_row": 4},
    }

Of readings a mapping says in which unit the values are (``units`` of ``value``, or of each quantity), the
``time_zone`` of clock times without offset, which column has the clock where ``time`` has the day alone
(``clock_column``), which column says the unit of each row (``unit_column``), which
columns are meters where each has one (``meters``), and which meters measure against their sense
(``reversed``)::

    {
        "fields": {"time": "datetime_local"},
        "meters": {"DMA_A": "FM-1", "P_A": {"node_id": "FM-1", "quantity": "pressure_mpa", "unit": "kPa"}},
        "defaults": {"quantity": "flow_m3h"},
        "units": {"value": "L/s"},
        "time_zone": "Europe/Rome",
        "reversed": ["FM-1"],
    }

Where rows name their meter (``node_id`` of ``fields``), ``meters`` gives the quantity of each column instead:
``{"瞬时流量": {"quantity": "flow_m3h"}, "压力": {"quantity": "pressure_mpa", "unit": "MPa"}}``.

``units`` gives the unit of a column that is not the field's own: of lengths mm, cm, m, km, inch, foot or
us_survey_foot, of others as people write them (kPa, L/d, m3/month, 10^4 m3).

``geometry`` names the columns of the places of points, and of straight lines those of both ends: ``x`` and
``y`` of the start, ``end_x`` and ``end_y`` of the end. ``{"from": "midpoint"}`` makes points of lines,
``{"from": "nodes"}`` draws pipes straight between the nodes of the network that they name.

``map_service`` (gcj02, bd09) says whose longitudes and latitudes these are, which lie beside those of WGS 84;
``wgs84`` says that they are of no service.

``layers`` names the CAD layers of a drawing whose rows are taken; all others are rejected.

``odd_rows`` says what becomes of rows whose value is out of line with the others: they are read in another
unit (``km``), take the length that is drawn (``drawn``), become unknown (``unknown``) or stay as written
(``take``).

``signs`` says what depths below zero are among others: above the ground (``above``), below it with a slip of
the sign (``below``), or unknown (``unknown``).

``period_columns`` says which columns are months, days or times of the day. The table is then one with a row
for each of them, whose columns ``period`` and ``value`` the fields name::

    {
        "period_columns": {
            "columns": {"1月": "01", "2月": "02"},
            "within": "2026",
            "period": "月份",
            "value": "水量",
        },
        "fields": {
            "customer_id": "户号",
            "from_date": {"from": "月份", "take": "month_start"},
            "to_date": {"from": "月份", "take": "month_end"},
            "volume_m3": "水量",
        },
    }

``header`` says in which rows a sheet or text file names its columns (``last_row``: where several rows do).
What stands around the table, such as a total, is then none of its rows.

Every part is optional. All faults are collected and told at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waternet_plugin.core.cells.headings import Header
from waternet_plugin.core.exchange.mapping.period_columns import PeriodColumns
from waternet_plugin.core.exchange.units.field_units import unit_factor
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.units import METRES

# What can be taken out of a source value instead of the whole of it.
MONTH_ENDS = ("month_start", "month_end")
DAY_ORDERS = ("ymd", "dmy", "mdy")
TAKES = ("year", "date", *DAY_ORDERS, *MONTH_ENDS, "number", "width", "height", "round", "first")

EVERY_OTHER = "*"

# What happens to rows that repeat an id of the file (not said: rejected), to rows far from all others (not
# said: taken), and to rows without an id that the network has already (not said: rejected).
REJECT, NUMBER, SAME, TAKE, SWAP = "reject", "number", "same", "take", "swap"
REPEATED_IDS = (REJECT, NUMBER, SAME)
STRAYS = (TAKE, REJECT, SWAP)
# What becomes of a row that is out of line with the others, beside the name of a unit.
DRAWN, UNKNOWN = "drawn", "unknown"
ODD_ROWS = (DRAWN, UNKNOWN, TAKE)
# What a depth below zero is among others.
ABOVE, BELOW = "above", "below"
SIGNS = (ABOVE, BELOW, UNKNOWN)
REPEATS = (REJECT, TAKE)


@dataclass(frozen=True)
class FieldSource:
    """Where a field comes from: a column, and what to take of its value ('' for all of it)."""

    column: str
    take: str = ""


@dataclass(frozen=True)
class MeterColumn:
    """The meter whose readings a column holds; quantity and unit where they are its own, else ''.

    The id is '' where each row names its meter.
    """

    node_id: str = ""
    quantity: str = ""
    unit: str = ""

    def to_json_part(self) -> str | dict[str, str]:
        """Return it as JSON knows it: the id alone where that says all."""
        if not self.quantity and not self.unit:
            return self.node_id
        parts = {"node_id": self.node_id, "quantity": self.quantity, "unit": self.unit}
        return {name: part for name, part in parts.items() if part}


@dataclass(frozen=True)
class Mapping:
    """How a foreign layer becomes rows of one table."""

    fields: Dictionary[str, FieldSource] = field(default_factory=dict)
    values: Dictionary[str, Dictionary[str, str | None]] = field(default_factory=dict)
    defaults: Dictionary[str, object] = field(default_factory=dict)
    units: Dictionary[str, str] = field(default_factory=dict)
    geometry: Dictionary[str, str] = field(default_factory=dict)
    crs: str = ""
    map_service: str = ""
    encoding: str = ""
    null: Dictionary[str, Sequence[str]] = field(default_factory=dict)
    id_prefix: str = ""
    repeated_ids: str = ""
    strays: str = ""
    odd_rows: Dictionary[str, str] = field(default_factory=dict)
    signs: Dictionary[str, str] = field(default_factory=dict)
    repeats: str = ""
    header: Header | None = None
    time_zone: str = ""
    unit_column: str = ""
    clock_column: str = ""
    meters: Dictionary[str, MeterColumn] = field(default_factory=dict)
    reversed_meters: Sequence[str] = ()
    layers: Sequence[str] = ()
    periods: PeriodColumns | None = None

    @property
    def from_ends(self) -> bool:
        """Whether lines are drawn from the coordinates of both ends."""
        return "end_x" in self.geometry

    @property
    def from_midpoint(self) -> bool:
        """Whether points are made at the middle of lines."""
        return self.geometry.get("from") == "midpoint"

    @property
    def from_nodes(self) -> bool:
        """Whether pipes are drawn between the nodes that they name."""
        return self.geometry.get("from") == "nodes"

    def factor(self, described: Field) -> float:
        """Return the number that turns a source value into the unit of a field."""
        unit = self.units.get(described.name)
        factor = 1.0 if unit is None else unit_factor(described.unit, unit)
        return 1.0 if factor is None else factor

    def unit_m(self, described: Field) -> float | None:
        """Return the unit of a field's column in metres, None for a field that is not a length."""
        return METRES.get(self.units.get(described.name) or described.unit)

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as JSON knows it, without empty parts."""
        written: dict[str, Any] = {
            "fields": {
                name: {"from": source.column, "take": source.take} if source.take else source.column
                for name, source in self.fields.items()
            },
            "values": {name: dict(codes) for name, codes in self.values.items()},
            "defaults": dict(self.defaults),
            "units": dict(self.units),
            "null": {name: list(words) for name, words in self.null.items()},
            "geometry": dict(self.geometry),
            "crs": self.crs,
            "map_service": self.map_service,
            "encoding": self.encoding,
            "id_prefix": self.id_prefix,
            "repeated_ids": self.repeated_ids,
            "strays": self.strays,
            "odd_rows": dict(self.odd_rows),
            "signs": dict(self.signs),
            "repeats": self.repeats,
            "header": self.header.to_dict() if self.header is not None else {},
            "time_zone": self.time_zone,
            "unit_column": self.unit_column,
            "clock_column": self.clock_column,
            "meters": {column: meter.to_json_part() for column, meter in self.meters.items()},
            "reversed": list(self.reversed_meters),
            "layers": list(self.layers),
            "period_columns": self.periods.to_dict() if self.periods is not None else {},
        }
        return {key: part for key, part in written.items() if part or key == "fields"}

    def to_json(self) -> str:
        """Return the mapping as the text of a MAPPING file."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"

    def save(self, path: Path | str) -> None:
        """Write the mapping to a file that can be used as MAPPING again."""
        Path(path).write_text(self.to_json(), encoding="utf-8")
