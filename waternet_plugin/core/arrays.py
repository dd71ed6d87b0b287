"""The type of the arrays that every room computes with."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

# Any array of NumPy; the element type is said in words.
Array = NDArray[Any]
