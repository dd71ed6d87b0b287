"""Dates with clock times as files write them, as milliseconds of the clock and, where given, the offset."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.day_words import in_figures
from waternet_plugin.core.units import DAY_MS, DAY_S

UNKNOWN_MS = np.iinfo(np.int64).min
_EPOCH = datetime.date(1970, 1, 1)
# Days of spreadsheets count from 1899-12-30; these are of 1954 to 2119.
_SHEET_DAYS, _SHEET_EPOCH_DAYS = (20_000.0, 80_000.0), 25_569
_CLOCK = (
    r"(?:[T\s,]*(上午|下午|AM|PM)?\s*(\d{1,2})(?:[:：时点](\d{1,2})"
    r"(?:[:：分](\d{1,2})(?:[.,](\d{1,9}))?秒?)?分?|[时点]整?))?"
)
_OFFSET = r"\s*(AM|PM)?\s*(Z|UTC|[+-]\d{2}:?(?:\d{2})?)?"
_YMD = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?\s*" + _CLOCK + _OFFSET, re.IGNORECASE
)
_DMY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})\s*" + _CLOCK + _OFFSET, re.IGNORECASE)
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})[T\s]?(?:(\d{2})(\d{2})(\d{2})?)?" + r"(Z)?", re.IGNORECASE)


@dataclass(frozen=True)
class WrittenTimes:
    """Times of W texts.

    Parameters
    ----------
    clock_ms
        Clock time as milliseconds since 1970-01-01 00:00 of the same clock, ``UNKNOWN_MS`` unknown (W,).
    offset_min
        Minutes that the clock is ahead of UTC, NaN where the text says none (W,).
    is_ambiguous
        Whether day and month of the texts may be swapped.
    """

    clock_ms: Array
    offset_min: Array
    is_ambiguous: bool = False


def _moment(
    day: tuple[int, int, int], clock: tuple[str | None, ...], half: str, offset: str
) -> tuple[int, float]:
    """Return milliseconds and offset; a ValueError for what is not a time."""
    hour, minute, second = (int(one or 0) for one in clock[:3])
    part = (clock[3] or "0")[:3].ljust(3, "0")
    half = half.upper()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in ("PM", "下午") else 0)
    # 24:00 ends a day.
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise ValueError
    days = (datetime.date(*day) - _EPOCH).days
    found = days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + int(part)
    if not offset:
        return found, np.nan
    if offset.upper() in ("Z", "UTC"):
        return found, 0.0
    figures = offset[1:].replace(":", "").ljust(4, "0")
    minutes = int(figures[:2]) * 60 + int(figures[2:])
    return found, float(-minutes if offset[0] == "-" else minutes)


def _one(word: str, order: str) -> tuple[int, float] | None:
    """Return milliseconds and offset of a text, None where it is not a time; ``order`` is dmy or mdy."""
    found = _YMD.fullmatch(word)
    swapped = None if found else _DMY.fullmatch(word)
    run = None if found or swapped else _RUN.fullmatch(word)
    try:
        if found:
            parts = found.groups()
            day = (int(parts[0]), int(parts[1]), int(parts[2]))
        elif swapped:
            parts = swapped.groups()
            first, second = int(parts[0]), int(parts[1])
            day = (int(parts[2]), second, first) if order != "mdy" else (int(parts[2]), first, second)
        elif run:
            figures = run.groups()
            day = (int(figures[0]), int(figures[1]), int(figures[2]))
            return _moment(day, (figures[3], figures[4], figures[5], None), "", figures[6] or "")
        else:
            number = float(word)
            if not _SHEET_DAYS[0] <= number <= _SHEET_DAYS[1]:
                return None
            # Sheets keep a time as a part of a day: seconds are what is left of its exactness.
            return round((number - _SHEET_EPOCH_DAYS) * DAY_S) * 1000, np.nan
        return _moment(day, parts[4:8], parts[3] or parts[8] or "", parts[9] or "")
    except ValueError:
        return None


def _order_of(words: tuple[str, ...]) -> str:
    """Return dmy or mdy by the texts whose day is above 12, '' where nothing tells or no text asks."""
    firsts, seconds, any_swapped = set(), set(), False
    for word in words:
        found = _DMY.fullmatch(word)
        if found:
            any_swapped = True
            firsts.add(int(found.group(1)))
            seconds.add(int(found.group(2)))
    if not any_swapped:
        return "ymd"
    is_dmy, is_mdy = max(firsts) > 12, max(seconds) > 12
    if is_dmy == is_mdy:
        return ""
    return "dmy" if is_dmy else "mdy"


def _in_standard_form(words: tuple[str, ...]) -> Array | None:
    """Return the milliseconds of texts that are all YYYY-MM-DD HH:MM, with seconds or without; else None."""
    made = np.array(words, dtype=np.str_)
    width = made.dtype.itemsize // 4
    if width not in (16, 19) or len({len(word) for word in words}) != 1:
        return None
    signs = np.frombuffer(made.tobytes(), dtype="<u4" if made.dtype.byteorder != ">" else ">u4").reshape(
        -1, width
    )
    places = {4: "-", 7: "-", 10: " T", 13: ":", 16: ":"}
    for place, allowed in places.items():
        if place < width and not np.isin(signs[:, place], [ord(sign) for sign in allowed]).all():
            return None
    try:
        return made.astype("datetime64[ms]").astype(np.int64)
    except ValueError:
        return None


def written_times(words: tuple[str, ...], take: str = "") -> WrittenTimes:
    """Return the times of texts.

    Parameters
    ----------
    words
        Texts of one column, each once.
    take
        dmy or mdy where that is known.
    """
    offset = np.full(len(words), np.nan)
    plain = _in_standard_form(words) if words else np.zeros(0, np.int64)
    if plain is not None:
        return WrittenTimes(plain, offset)
    words = tuple(in_figures(word) for word in words)
    order = take if take in ("dmy", "mdy") else _order_of(words)
    clock = np.full(len(words), UNKNOWN_MS)
    for place, word in enumerate(words):
        read = None if not order and _DMY.fullmatch(word) else _one(word, order)
        if read is not None:
            clock[place], offset[place] = read
    return WrittenTimes(clock, offset, not order)
