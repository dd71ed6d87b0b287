"""Ids that QGIS makes of others, where an id must not stand twice."""

from __future__ import annotations

import re
from typing import Optional

_SUFFIXED = re.compile(r"(.+?)(?:_[0-9]+)+")


def before_suffix(asset: Optional[str]) -> Optional[str]:
    """Return the id that QGIS may have made an id of, by an underscore and a number; None for another."""
    match = None if asset is None else _SUFFIXED.fullmatch(asset)
    return None if match is None else match.group(1)
