"""A Windows of China in a process: whoever opens a text without saying its encoding gets GBK.

A plugin of pytest (``-p support.cp936``), loaded before anything else is.
"""

from __future__ import annotations

import builtins
import io
import locale
from typing import Any

ENCODING = "cp936"

# What callers hand over who say nothing.
_UNSAID = (None, "locale")
_open = io.open
_Wrapper = io.TextIOWrapper


def open_as_there(
    file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None, *args: Any, **options: Any
) -> Any:
    """Open a file as ``open`` does there."""
    if encoding in _UNSAID and "b" not in mode:
        encoding = ENCODING
    return _open(file, mode, buffering, encoding, *args, **options)


class WrapperThere(_Wrapper):
    """Texts over bytes, such as what another program says."""

    def __init__(self, buffer: Any, encoding: str | None = None, *args: Any, **options: Any) -> None:
        super().__init__(buffer, ENCODING if encoding in _UNSAID else encoding, *args, **options)


builtins.open = io.open = open_as_there  # type: ignore[assignment]
io.TextIOWrapper = WrapperThere  # type: ignore[misc]
locale.getpreferredencoding = lambda _setlocale=True: ENCODING  # type: ignore[assignment]
