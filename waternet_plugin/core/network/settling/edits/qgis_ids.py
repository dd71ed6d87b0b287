"""Ids that QGIS makes of others, where an id must not stand twice."""

from __future__ import annotations

import re
from typing import Optional

_SUFFIXED = re.compile(r"(.+?)(?:_[0-9]+)+")


def is_derived(asset: Optional[str], source: Optional[str]) -> bool:
    """Return whether nobody gave a part its id: it has none, or what QGIS makes of that of the whole pipe."""
    return asset is None or (source is not None and before_suffix(asset) == source)


def before_suffix(asset: Optional[str]) -> Optional[str]:
    """Return the id that QGIS may have made an id of, by an underscore and a number; None for another."""
    match = None if asset is None else _SUFFIXED.fullmatch(asset)
    return None if match is None else match.group(1)
