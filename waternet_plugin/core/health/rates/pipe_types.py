"""Types of pipes: alike in material, diameter and laying year, on which most of a rate and a cost depends.

A million pipes are of a few thousand types, so what depends on these alone is computed once a type.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import CompactFrame, made_of
from waternet_plugin.core.health.coded_columns import coded
from waternet_plugin.core.health.numbered_values import numbered

# The number of each pipe's type.
TYPE = "type_number"
_COLUMNS = ("material", "diameter_mm", "install_year")


@dataclass(frozen=True)
class PipeTypes:
    """The types of pipes.

    ``number`` is the type of each pipe, ``pipes`` the material, diameter_mm and install_year of each type.
    """

    number: Array
    pipes: CompactFrame


def type_numbers(pipes: pd.DataFrame) -> Array:
    """Return the number of each pipe's type; parameters as of `types_of`."""
    number = coded(pipes["material"])[0]
    for name in _COLUMNS[1:]:
        # Unknown is the first of them.
        of_column, distinct = pd.factorize(pipes[name].to_numpy(float))
        number = number * (len(distinct) + 1) + of_column + 1
    return numbered(number)[1]


def types_of(pipes: pd.DataFrame) -> PipeTypes:
    """Return the types of pipes.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year; `TYPE` where the types are numbered already.
    """
    number = pipes[TYPE].to_numpy() if TYPE in pipes.columns else type_numbers(pipes)
    # A pipe of each type, the first of all for types of which none is left.
    row = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    row[number[::-1]] = np.arange(len(number))[::-1]
    return PipeTypes(number, made_of({name: pipes[name].iloc[row].array for name in _COLUMNS}))
