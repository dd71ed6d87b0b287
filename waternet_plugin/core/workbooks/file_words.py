"""What a file says of its rows beside them: its name and the titles above a table, handed on with a frame."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

_KEY = "file_words"


def with_file_words(frame: pd.DataFrame, words: Iterable[str]) -> pd.DataFrame:
    """Return a frame that knows the words of its file."""
    frame.attrs[_KEY] = tuple(words)
    return frame


def file_words(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the words of a frame's file, and the name of the height datum that its coordinates name."""
    crs = getattr(frame, "crs", None)
    parts = crs.sub_crs_list if crs is not None and crs.is_compound else []
    vertical = tuple(str(part.name) for part in parts if part.is_vertical)
    return (*frame.attrs.get(_KEY, ()), *vertical)
