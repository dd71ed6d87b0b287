"""Random fields and codes of one's own, and values for them, for property tests."""

from __future__ import annotations

import datetime
import math
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.store.network import Network

# Each example makes a network: looking for a smaller one would take minutes.
WHOLE_NETWORKS = settings(
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
TYPES = ("text", "integer", "real", "date", "boolean")
_WORDS = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=20)
# What a text begins with here is nothing that says that nobody knows, such as N/A.
_TEXTS = st.text(st.characters(blacklist_categories=("C", "Z")), max_size=198).map(lambda text: f"值{text}")
_LARGEST = 2**53
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": _TEXTS,
    "integer": st.integers(-_LARGEST, _LARGEST),
    "real": st.floats(allow_nan=False, allow_infinity=False),
    "date": st.dates(datetime.date(1850, 1, 1), datetime.date(2150, 12, 31)),
    "boolean": st.sampled_from(["yes", "no", "unknown"]),
}
# How other programs declare columns of these types; a truth value is a number there.
DECLARED = {
    "text": ("TEXT", "TEXT(254)", "VARCHAR(200)"),
    "integer": ("INTEGER", "MEDIUMINT", "INT8"),
    "real": ("REAL", "DOUBLE", "DOUBLE PRECISION"),
    "date": ("DATE",),
    "boolean": ("BOOLEAN",),
}
_NUMBERS = {"yes": 1, "no": 0, "unknown": None}
BASES = {"material": "ductile_iron", "joint": "flange", "function": "service"}


@dataclass(frozen=True)
class OwnThings:
    """Fields by name with their values of two states, a code, and the rows that have them.

    ``before`` and ``after`` map the name of a field to its value, None for unknown.
    """

    fields: tuple[FieldRequest, ...]
    code: CodeRequest
    before: dict[str, Any]
    after: dict[str, Any]

    def frame(self, asset: str, values: dict[str, Any]) -> pd.DataFrame:
        """Return one pipe with values, as a batch takes it."""
        row = {"pipe_id": asset, **values, self.code.domain: self.code.code}
        return pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()})


@st.composite
def own_things(draw: st.DrawFn, table: str = "pipe") -> OwnThings:
    """Return up to five fields of any type, with a code of one's own."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=5))
    fields, before, after = [], {}, {}
    for number, kind in enumerate(kinds):
        name = draw(st.sampled_from(["select", "合同编号", "floor", "x" * 60])) + f"_{number}"
        fields.append(
            FieldRequest(table, name, kind, draw(_WORDS), draw(_WORDS), draw(st.sampled_from(["", "m"])))
        )
        for values in (before, after):
            values[name] = draw(st.none() | VALUES[kind])
    domain = draw(st.sampled_from(sorted(BASES)))
    code = CodeRequest(domain, "own_" + draw(st.sampled_from(["a", "甲"])), "", "", BASES[domain])
    return OwnThings(tuple(fields), code, before, after)


@dataclass(frozen=True)
class Twins:
    """Two fields of one type: ``here`` was added as a field, ``there`` as a column by another program.

    ``declared`` is how that column is declared, ``values`` are what both hold one after the other.
    """

    here: FieldRequest
    declared: str
    values: tuple[Any, ...]

    def add(self, network: Network) -> None:
        """Add both to the pipes of a network that nobody else has open; open it again afterwards."""
        with network.write("own") as batch:
            batch.add_field(self.here)
        with closing(sqlite3.connect(network.uri)) as database:
            database.execute(f"ALTER TABLE pipe ADD COLUMN there {self.declared}")
            database.commit()

    def there(self, value: Any) -> Any:
        """Return a value of ``here`` as ``there`` holds it."""
        return _NUMBERS[value] if self.here.type == "boolean" and value is not None else value

    def frame(self, asset: str, value: Any) -> pd.DataFrame:
        """Return one pipe whose fields both have a value."""
        row = {"pipe_id": asset, "here": value, "there": self.there(value)}
        return pd.DataFrame({name: pd.Series([one], dtype=object) for name, one in row.items()})


@st.composite
def twins(draw: st.DrawFn) -> Twins:
    """Return two fields of one type with a few values."""
    kind = draw(st.sampled_from(TYPES))
    values = draw(st.lists(st.none() | VALUES[kind], min_size=2, max_size=4))
    return Twins(FieldRequest("pipe", "here", kind), draw(st.sampled_from(DECLARED[kind])), tuple(values))


def same(stored: Any, value: Any) -> bool:
    """Return whether a value that was read is one that was written."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return bool(pd.isna(stored))
    if isinstance(value, datetime.date):
        return bool(pd.Timestamp(stored) == pd.Timestamp(value))
    if isinstance(value, (int, float)):
        return float(stored) == float(value)
    return bool(stored == value)
