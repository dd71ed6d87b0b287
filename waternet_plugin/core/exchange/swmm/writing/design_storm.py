"""A design storm: the hyetograph of Chicago by the intensity formula of Chinese standards."""

from __future__ import annotations

import math

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

_MINUTES = 60.0


def storm_mm_h(settings: Settings) -> tuple[Array, float]:
    """Return the mean intensity of each step in mm/h, (steps,), and the length of a step in minutes.

    The intensity of a storm of t minutes is A (1 + C lg P) / (t + b)^n in mm/min (GB 50014); over the storm
    it follows Keifer and Chu (1957), with the peak at r of its length.
    """
    a, c, b, n, years, share, length_min, step_min = (
        settings.real(f"exchange.swmm_storm_{name}")
        for name in ("a_mm_min", "c", "b_min", "n", "years", "peak_share", "length_min", "step_min")
    )
    strength = a * (1.0 + c * math.log10(years))

    def depth_mm(minutes: Array, part: float) -> Array:
        """Return the depth from the peak to so many minutes away from it, on one side of it."""
        whole = minutes / part
        return np.asarray(part * strength * whole / (whole + b) ** n)

    edges = np.append(np.arange(0.0, length_min, step_min), length_min)
    away = edges - share * length_min
    before = -depth_mm(np.maximum(-away, 0.0), share)
    after = depth_mm(np.maximum(away, 0.0), 1.0 - share)
    depth = np.diff(before + after)
    return depth / np.diff(edges) * _MINUTES, step_min
