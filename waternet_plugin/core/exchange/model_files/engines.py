"""Which engine a model file is for, by the sections that only one of them has."""

from __future__ import annotations

import re

_SECTION = re.compile(r"\[([A-Za-z]+)")
_OF_SWMM = ("CONDUIT", "SUBCATCH", "XSECT", "OUTFALL", "RAINGAGE", "SUBAREA", "POLYGON")
_OF_EPANET = ("PIPE", "RESE", "TANK", "VALV", "ENER", "EMIT")


def _begins(text: str, beginnings: tuple[str, ...]) -> bool:
    return any(
        found.group(1).upper().startswith(beginnings) and _begins_line(text, found.start())
        for found in _SECTION.finditer(text)
    )


def _begins_line(text: str, start: int) -> bool:
    return not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t")


def is_swmm_text(text: str) -> bool:
    """Return whether a text has sections of SWMM, and none of EPANET alone."""
    return _begins(text, _OF_SWMM) and not _begins(text, _OF_EPANET)


def is_epanet_text(text: str) -> bool:
    """Return whether a text has sections of EPANET, and none of SWMM alone."""
    return _begins(text, _OF_EPANET) and not _begins(text, _OF_SWMM)
