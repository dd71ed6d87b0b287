"""Why a reading is not written: numbers for arrays, and the reason that each stands for."""

from __future__ import annotations

NO_METER, UNKNOWN_METER, NO_TIME, BAD_TIME, SKIPPED_TIME, IMPOSSIBLE_TIME = 1, 2, 3, 4, 5, 6
NO_VALUE, BAD_VALUE, REPEATED, STORED, OTHER_VALUE, NO_QUANTITY = 7, 8, 9, 10, 11, 12
# By their numbers; the first stands for a reading that is written.
READING_REASONS = (
    *("", "no_meter", "unknown_meter", "no_time", "bad_time", "skipped_time", "impossible_time"),
    *("no_value", "bad_value", "repeated_reading", "stored_reading", "other_value"),
    "no_quantity",
)
