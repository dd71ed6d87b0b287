"""Which standard a defect's code belongs to: CJJ 181 by its list, EN 13508-2 and PACP by their shape."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.inspections.crew_cells import code_and_grade

CJJ_181, PACP, EN_13508 = "cjj_181", "pacp", "en_13508"
STANDARDS = (CJJ_181, EN_13508, PACP)
# The main code of EN 13508-2 (pipes B, manholes D, notes AE) with its characterisations and the mark of a
# stretch; PACP is letters alone, none of which begin as a code of EN for pipes does.
_EN = re.compile(r"(?:AE|B[A-D]|D[A-D])[A-Z]{1,7}(?:\s.*)?")
_PACP = re.compile(r"(?!B[A-D][A-Z])[A-Z]{1,5}")
# Codes of CJJ 181 that PACP has not.
_CJJ_ALONE = frozenset("PL BX CK QF TJ TL AJ CJ JG ZW CQ SG FZ".split())


def _fits(code: str, standard: str) -> bool:
    if standard == CJJ_181:
        return code_and_grade(code)[0] is not None
    shape = code.strip().upper()
    if standard == EN_13508:
        return _EN.fullmatch(shape) is not None
    if standard == PACP:
        return shape not in _CJJ_ALONE and _PACP.fullmatch(shape) is not None
    return True


def strange_codes(codes: Array, standard: str) -> tuple[str, ...]:
    """Return the codes that are none of a standard, each once, sorted.

    Parameters
    ----------
    codes
        As recorded, None where there is none.
    standard
        A code of the domain inspection_standard; `other` takes all.
    """
    distinct = {str(code) for code in pd.unique(np.asarray(codes, dtype=object)) if not pd.isna(code)}
    return tuple(sorted(code for code in distinct if not _fits(code, standard)))


def spoken(codes: Array) -> tuple[str, ...]:
    """Return the standards that all of some codes fit; all three for no codes."""
    return tuple(one for one in STANDARDS if not strange_codes(codes, one))
