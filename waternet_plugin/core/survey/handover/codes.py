"""Letters of sub-classes, names of points and codes of features as CJJ 61 has them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import domain

# The staged tree consists of links: never resolve them.
_HERE = Path(__file__).parent
# Drinking water has two sub-classes: mains that only transport, and those that feed customers.
DISTRIBUTION, TRANSMISSION = "JP", "SS"
# A pipe has one name in every sub-class.
PIPE = "管线"
FEATURE, APPURTENANCE = "feature", "appurtenance"


class PointName(NamedTuple):
    """What a kind of node is called: in which column, and its names, the more usual first."""

    column: str
    names: tuple[str, ...]


@lru_cache(maxsize=1)
def codes() -> dict[tuple[str, str], str]:
    """Return the code of 8 digits of each name in each sub-class."""
    return {(row["subclass"], row["name"]): row["code"] for row in rows_of(_HERE / "codes.csv")}


@lru_cache(maxsize=1)
def names_by_code() -> dict[str, tuple[str, str]]:
    """Return sub-class and name of each code of 8 digits."""
    return {code: pair for pair, code in codes().items()}


@lru_cache(maxsize=1)
def assumed_subclasses() -> tuple[str, ...]:
    """Return the sub-classes whose codes are not taken from the standard itself."""
    rows = rows_of(_HERE / "codes.csv")
    return tuple(dict.fromkeys(row["subclass"] for row in rows if row["certainty"] == "assumed"))


@lru_cache(maxsize=1)
def point_names() -> dict[str, PointName]:
    """Return what each kind of node is called; junctions are named by their pipes."""
    rows = rows_of(_HERE / "point_names.csv")
    return {row["kind"]: PointName(row["column"], words(row["names"])) for row in rows}


def class_letters(system: str) -> str:
    """Return the letters that the sheets and layers of a system begin with."""
    return domain("system")[system].standard_code


def subclass_letters(system: str, function: object) -> str:
    """Return the letters of the sub-class of a pipe."""
    if system == "potable":
        return TRANSMISSION if function == "transmission" else DISTRIBUTION
    return class_letters(system)


@lru_cache(maxsize=None)
def name_of(kind: str, subclass: str) -> str:
    """Return the name of a kind that the sub-class has a code for, else its usual name."""
    names = point_names()[kind].names
    for name in names:
        if (subclass, name) in codes():
            return name
    return names[-1] if subclass in ("YS", "WS", "HS") else names[0]


def codes_of(subclass: Array, name: Array) -> Array:
    """Return the codes of names, (n,) objects; None where the sub-class has no code for a name."""
    known = codes()
    pairs = list(zip(subclass.tolist(), name.tolist()))
    code_of_pair = np.full(len(pairs), None, dtype=object)
    code_of_pair[:] = [known.get(pair) for pair in pairs]
    return code_of_pair
