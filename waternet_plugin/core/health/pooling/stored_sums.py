"""Sums as arrays by name, as they are stored, and the hash of sums."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums

Stored = TypeVar("Stored")


def digest_of(sums: Any) -> str:
    """Return the hash of sums: equal ones have the same."""
    digest = hashlib.sha256()
    for name, array in sorted(stored_arrays(sums).items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def stored_arrays(sums: Any) -> dict[str, Array]:
    """Return dataclasses of whole numbers and keyed sums as arrays by name."""
    arrays: dict[str, Array] = {}
    for field in fields(sums):
        value = getattr(sums, field.name)
        if isinstance(value, KeyedSums):
            for side in ("keys", "values"):
                for name, column in getattr(value, side).items():
                    texts = column.dtype == object
                    arrays[f"{field.name}/{side}/{name}"] = column.astype("U") if texts else column
        else:
            # More than 64 bits may be needed.
            arrays[field.name] = np.array(str(value))
    return arrays


def sums_of_arrays(kind: type[Stored], arrays: Mapping[str, Array]) -> Stored:
    """Return what `stored_arrays` took apart."""
    made: dict[str, Any] = {}
    for name, array in arrays.items():
        field, *inner = name.split("/")
        if not inner:
            made[field] = int(str(array))
            continue
        sides = made.setdefault(field, {"keys": {}, "values": {}})
        sides[inner[0]][inner[1]] = array.astype(object) if array.dtype.kind == "U" else array
    return kind(
        **{
            name: KeyedSums(value["keys"], value["values"]) if isinstance(value, dict) else value
            for name, value in made.items()
        }
    )
