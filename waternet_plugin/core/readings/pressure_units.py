"""Pressures that are too high to be in MPa: metres or bar that were taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waternet_plugin.core.texts import shortened, tr

MOST = "pressure.most_mpa"


@dataclass(frozen=True)
class UnitQuestion:
    """What is asked of pressures that are too high to be in MPa.

    Parameters
    ----------
    sentence
        What is wrong and how a mapping answers it.
    text
        The same where the answer is chosen beside it.
    likely_unit
        The unit in which they are as in most networks.
    """

    sentence: str
    text: str
    likely_unit: str


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
    high = _high(usual_mpa, most_mpa)
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
    return _filled(text, usual_mpa, high, most_mpa, example)


def unit_question(
    usual_mpa: Mapping[str, float], most_mpa: float, likely_unit: str, example: str
) -> UnitQuestion | None:
    """Return what is asked of readings that are being imported, None where no meter reads too high.

    Parameters
    ----------
    usual_mpa
        The median of each meter's pressures, MPa.
    most_mpa
        The highest pressure that is believed, MPa: setting MOST.
    likely_unit
        The suggested answer.
    example
        How a mapping says it.
    """
    sentence = other_unit_sentence(usual_mpa, most_mpa, example)
    if not sentence:
        return None
    text = tr("{points}: pressures above {most} MPa, such as {value}. In which unit are they in the file?")
    return UnitQuestion(sentence, _filled(text, usual_mpa, _high(usual_mpa, most_mpa), most_mpa), likely_unit)


def _high(usual_mpa: Mapping[str, float], most_mpa: float) -> list[str]:
    return [name for name, mpa in sorted(usual_mpa.items()) if mpa > most_mpa]


def _filled(
    text: str, usual_mpa: Mapping[str, float], high: list[str], most_mpa: float, example: str = ""
) -> str:
    value = f"{usual_mpa[high[0]]:.4g}"
    return text.format(points=shortened(high), most=f"{most_mpa:g}", value=value, example=example)
