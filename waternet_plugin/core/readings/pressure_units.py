"""Pressures that are too high to be in MPa: metres or bar that were taken for it."""

from __future__ import annotations

from collections.abc import Mapping

from waternet_plugin.core.texts import shortened, tr

MOST = "pressure.most_mpa"


def other_unit_sentence(usual_mpa: Mapping[str, float], most_mpa: float, example: str = "") -> str:
    """Return which meters read in another unit and what to do, '' for none.

    Parameters
    ----------
    usual_mpa
        The median of each meter's pressures, MPa.
    most_mpa
        The highest pressure that is believed, MPa: setting MOST.
    example
        How a mapping says the unit, of readings that are being imported; '' of those that are stored.
    """
    high = [name for name, mpa in sorted(usual_mpa.items()) if mpa > most_mpa]
    if not high:
        return ""
    if example:
        text = tr(
            "{points}: pressures above {most} MPa, such as {value}. Are they metres or bar? Give their unit "
            "in the mapping, for example {example}."
        )
    else:
        text = tr(
            "{points}: pressures above {most} MPa, such as {value}. Are they metres or bar? Import these "
            "readings again with their unit."
        )
    value = f"{usual_mpa[high[0]]:.4g}"
    return text.format(points=shortened(high), most=f"{most_mpa:g}", value=value, example=example)
