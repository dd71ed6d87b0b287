"""Read foreign values as texts, whole columns at once; what can't be read becomes unknown, with the cause.

Numbers and pipe sections are read by `written_numbers`, years and dates by `written_days`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes

_ERROR_CELLS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})

# The apostrophe by which a spreadsheet keeps a number or an id a text, where the file has it as a sign.
_APOSTROPHE = re.compile(r"^['’＇](?=[-+.]?\d[^'’]*$|[A-Za-z][\w.-]*\d[\w.-]*$)")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# All of ASCII that has a sign of full width.
_HALF_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)}
_BETWEEN = re.compile(r"[,;/，；、]")


@dataclass
class ReadColumn:
    """A column of our values with what could not be read: cause -> which rows."""

    values: Array
    faults: dict[str, Array] = field(default_factory=dict)

    def drop(self, cause: str, rows: Array, unknown: Any = np.nan) -> None:
        """Make rows unknown for a cause."""
        if rows.any():
            self.values[rows] = unknown
            self.faults[cause] = self.faults.get(cause, np.zeros(len(rows), dtype=bool)) | rows


def over_distinct(values: Array, change: Callable[[Any], Any]) -> Array:
    """Apply a function to each distinct value that is not None, and spread the results."""
    codes, distinct = pd.factorize(values)
    changed = np.empty(len(distinct) + 1, dtype=object)
    for position, value in enumerate(distinct):
        changed[position] = change(value)
    # Unknown has the code -1 and takes the last place.
    changed[-1] = None
    return changed[codes]


def plain(text: str) -> str:
    """Return a text with full-width signs made ordinary, and trimmed."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def without_hidden_signs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows without signs that nobody sees in names and texts: blanks of no width and the like."""
    found = frame
    for name in frame.columns:
        if not is_text(frame[name]):
            continue
        words = frame[name].to_numpy(dtype=object)
        joined = "".join(word for word in words if isinstance(word, str))
        if not joined.isascii() and _HIDDEN.search(joined):
            cleaned = [_HIDDEN.sub("", word) if isinstance(word, str) else word for word in words]
            found = found.assign(**{str(name): pd.Series(cleaned, index=frame.index, dtype=object)})
    renamed = {name: _HIDDEN.sub("", str(name)) for name in frame.columns}
    if all(name == plain_name for name, plain_name in renamed.items()):
        return found
    return found if len({*renamed.values()}) < len(renamed) else found.rename(columns=renamed)


def half_width(text: str) -> str:
    """Return a text with letters, digits and signs of full width as those of half width: ＷＳ－１ is WS-1."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def _float_text(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _moment_text(moments: Array) -> Array:
    """Return moments as text, without the time where it is midnight."""
    texts = np.datetime_as_string(moments.astype("datetime64[s]"), unit="s").astype(object)
    return np.array(
        [text[:10] if text.endswith("T00:00:00") else text.replace("T", " ") for text in texts], object
    )


def _unquoted(text: str) -> str:
    return _APOSTROPHE.sub("", text) if text[:1] in "'’＇" else text


def is_text(series: pd.Series) -> bool:
    """Return whether a column holds texts, or objects of any kind."""
    return bool(series.dtype == object or isinstance(series.dtype, pd.StringDtype))


def texts(series: pd.Series) -> Array:
    """Return a column as trimmed texts, None where empty.

    A whole number has no decimals however the source stored it, so that an id stays what it was.
    """
    if series.dtype == object:
        # Most columns are texts through and through: then nothing else has to be asked of them.
        with suppress(TypeError):
            return _trimmed(series.to_numpy(dtype=object).copy())
    missing = series.isna().to_numpy()
    result = np.full(len(series), None, dtype=object)
    there = ~missing
    if not there.any():
        return result
    if pd.api.types.is_bool_dtype(series.dtype):
        result[there] = np.where(series[there].to_numpy(dtype=bool), "true", "false")
    elif pd.api.types.is_integer_dtype(series.dtype):
        result[there] = series[there].to_numpy(dtype=np.int64).astype(str).astype(object)
    elif pd.api.types.is_float_dtype(series.dtype):
        numbers_there = series[there].to_numpy(dtype=float)
        result[there] = over_distinct(numbers_there, lambda value: _float_text(float(value)))
    elif pd.api.types.is_datetime64_any_dtype(series.dtype):
        result[there] = _moment_text(naive_moments(series[there]))
    else:
        values = series.to_numpy(dtype=object)[there]
        if pd.api.types.infer_dtype(values, skipna=False) == "string":
            result[there] = _trimmed(values)
        else:
            result[there] = over_distinct(values, _one_text)
    return result


def distinct_texts(series: pd.Series) -> list[str]:
    """Return the different values of a column as texts, in the order in which they first appear."""
    return [str(word) for word in pd.unique(texts(series)) if word is not None]


def _trimmed(values: Array) -> Array:
    """Trim texts in place, None for those that are empty then; without the apostrophe of a spreadsheet."""
    joined = f"|{'|'.join(values)}|"
    if any(sign in joined for sign in "'’＇"):
        values[:] = [_unquoted(value.strip()) for value in values.tolist()]
    if len(joined.split(None, 1)) == 1:
        # No blank anywhere: to look at them all at once costs least.
        if "||" in joined:
            values[values == ""] = None
        return values
    values[:] = [value.strip() or None for value in values.tolist()]
    return values


def _one_text(value: object) -> str | None:
    if isinstance(value, float):
        return None if np.isnan(value) else _float_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _unquoted(str(value).strip()) or None


def naive_moments(series: pd.Series) -> Array:
    """Return moments as the clock of the source showed them."""
    if getattr(series.dtype, "tz", None) is not None:
        series = series.dt.tz_localize(None)
    return series.to_numpy().astype("datetime64[s]")


def text_column(series: pd.Series) -> ReadColumn:
    """Return texts; a spreadsheet's error cells become unknown."""
    column = ReadColumn(texts(series))
    if is_text(series):
        wrong = pd.Series(column.values, dtype=object).isin(_ERROR_CELLS).to_numpy()
        column.drop(causes.ERROR_CELL, wrong, None)
    return column


def first_word(series: pd.Series) -> ReadColumn:
    """Return the text before the first comma, semicolon or slash."""
    words = texts(series)
    return ReadColumn(over_distinct(words, lambda text: _BETWEEN.split(text, maxsplit=1)[0].strip() or None))
