"""The flow unit of a file that names none, and what its sizes become with each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class OpenFlowUnit:
    """What a file without flow unit leaves open.

    Parameters
    ----------
    least, most
        Its smallest and largest size as it stands there.
    suggestion
        The likely unit.
    millimetres
        In one unit of size, by flow unit.
    labels
        What people read of each flow unit.
    """

    least: float
    most: float
    suggestion: str
    millimetres: Mapping[str, float]
    labels: Mapping[str, str]

    def sizes_mm(self, flow: str) -> tuple[float, float]:
        """Return what the sizes become with a flow unit, mm."""
        factor = self.millimetres[flow]
        return self.least * factor, self.most * factor
