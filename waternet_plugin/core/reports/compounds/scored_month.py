"""What the reports about scores of a month rest on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.compound_scores import CompoundScores
from waternet_plugin.core.drainage.compounds.scores.exit_samples import ExitSamples
from waternet_plugin.core.drainage.compounds.scores.intake_points import IntakePoints
from waternet_plugin.core.frames import PlainFrames


@dataclass(frozen=True)
class ScoredMonth(PlainFrames):
    """Scores of a month with what belongs to them.

    Parameters
    ----------
    result
        The scores.
    network
        Its title.
    as_of
        The day on which all is judged.
    compounds
        One row a compound: compound_id, name, team of its grid (None).
    samples
        Samples at the exits of compounds.
    ticks
        What is ticked: list, asset, item, ticked_on.
    intake_points
        Reclaimed water intake points.
    """

    result: CompoundScores
    network: str
    as_of: datetime.date
    compounds: pd.DataFrame
    samples: ExitSamples
    ticks: pd.DataFrame
    intake_points: IntakePoints

    @property
    def names(self) -> dict[str, str | None]:
        """The names of the compounds by their ids."""
        return dict(zip(self.compounds["compound_id"], self.compounds["name"]))
