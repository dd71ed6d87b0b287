"""The words of a scale, and the round lengths of its bar."""

from __future__ import annotations

import math


def round_length(limit_m: float) -> float:
    """Return the longest of 1, 2, 2.5, 5 times a power of ten that fits."""
    power = 10.0 ** math.floor(math.log10(limit_m))
    return max(factor * power for factor in (1.0, 2.0, 2.5, 5.0) if factor * power <= limit_m)


def scale_words(scale: float) -> str:
    """Write a scale as people do, 1:1,000."""
    return f"1:{scale:,.0f}" if scale == round(scale) else f"1:{scale:,}"
