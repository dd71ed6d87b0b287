"""Why a drain has its class: three reasons as text, the inspection first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.sewers.inspected import DEFECTS, NO_DEFECT, Inspected
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr

_STRONGEST = 3
_MUCH, _LITTLE = 1.2, 0.8


class NotRated:
    """Why a drain is not rated; the first that applies."""

    CODES = ("not_in_use", "connector", "no_length", "nothing_known")

    @staticmethod
    def sentences() -> dict[str, str]:
        """Return the sentence of each code."""
        return {
            "not_in_use": tr("Not assessed: not in use on that day."),
            "connector": tr("Not assessed: a connector is not a pipe in the ground."),
            "no_length": tr("Not assessed: its length is unknown or 0."),
            "nothing_known": tr("Not assessed: its year is unknown and it was never inspected."),
        }


def _inspection(seen: Inspected, row: int) -> str:
    """Return what the last inspection of a drain said."""
    date = seen.date[row]
    when = tr("date unknown") if np.isnat(date) else str(date)
    if seen.source[row] == NO_DEFECT:
        return tr("inspected {when}: no structural defect").format(when=when)
    codes = domain("defect_code")
    names = [
        codes[code].label if code in codes else code
        for code in str(seen.codes[row] or "").split(";")
        if code and code != "None" and isinstance(seen.codes[row], str)
    ]
    grade = f"{seen.structural[row]:g}"
    text = (
        tr("inspected {when}: worst defect of grade {grade}")
        if seen.source[row] == DEFECTS
        else tr("inspected {when}: structural grade {grade}")
    ).format(when=when, grade=grade)
    return f"{text} ({listed(names)})" if names else text


def reasons_of(
    seen: Inspected,
    *,
    material: pd.Series,
    age: Array,
    factor: Array,
    blockages: Array,
    blockage_years: float,
    why: Array,
) -> Array:
    """Return up to three reasons of each drain as one text; of those not rated, why not.

    Parameters
    ----------
    seen
        Inspections.
    material, age, factor
        Material, age in years, and how much more often a drain of its material is bad than others here.
    blockages, blockage_years
        Blockages and cleanings of each, and over how many years.
    why
        Why it is not rated, a place in `NotRated.CODES`; -1 for rated.
    """
    codes, sentences = domain("material"), NotRated.sentences()
    words = material.fillna("unknown").to_numpy(dtype=object)
    often = tr("its material does worse here than other drains")
    seldom = tr("its material does better here than other drains")
    between = tr("; ", "between reasons")
    texts = np.empty(len(why), dtype=object)
    known = seen.known
    for row in range(len(why)):
        if why[row] >= 0:
            texts[row] = sentences[NotRated.CODES[int(why[row])]]
            continue
        reasons = [_inspection(seen, row)] if known[row] else [tr("never inspected")]
        label = codes[words[row]].label if words[row] in codes else str(words[row])
        reasons.append(
            tr("{material}, year unknown").format(material=label)
            if np.isnan(age[row])
            else tr("{material}, {age} years old").format(material=label, age=f"{max(age[row], 0):.0f}")
        )
        if blockages[row] > 0:
            reasons.append(
                tr("blocked or cleaned {count} times in {years} years").format(
                    count=f"{blockages[row]:.0f}", years=f"{blockage_years:.0f}"
                )
            )
        if factor[row] >= _MUCH:
            reasons.append(often)
        elif factor[row] <= _LITTLE:
            reasons.append(seldom)
        texts[row] = between.join(reasons[:_STRONGEST])
    return texts
