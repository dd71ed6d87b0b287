"""The failures of a network with a pipe each: as they were matched, or matched while they are read."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.health.matching.past import NO_PAST, Past
from waternet_plugin.core.health.risk.assessment import FAILURE_COLUMNS
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import MATCH_RADIUS, Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class FailureRecords(PlainFrames):
    """Failures as the network has them.

    ``unmatched`` says whether some were never matched,
    ``needs_coordinates`` whether pipes and failures are read with their geometry to know where they
    count; ``past`` is what the change log tells of them, where some are to be matched.
    """

    rows: pd.DataFrame
    unmatched: bool
    needs_coordinates: bool
    past: Past

    def match(
        self, pipes: pd.DataFrame, settings: Settings, progress: Progress = SILENT
    ) -> matching.MatchResult | None:
        """Return the match of every failure, None where all of them have one already.

        Parameters
        ----------
        pipes
            `matching.PIPE_COLUMNS` with geometry.
        """
        if not self.unmatched:
            return None
        progress.at(0.0, tr("Matching failures that have no match yet"))
        return matching.match_failures(
            self.rows,
            pipes,
            radius_m=matched_within_m(settings),
            past=self.past,
            settings=settings,
            progress=progress,
        )

    def with_matches(self, matched: matching.MatchResult | None) -> pd.DataFrame:
        """Return the failures with the matches that were found, as they are where nothing was looked for."""
        return self.rows if matched is None else matching.with_matches(self.rows, matched)


def matched_within_m(settings: Settings) -> float:
    """Return the radius by which failures are matched, that of the last match where there was one."""
    return settings.real_or(MATCH_RADIUS, matching.RADIUS_M)


def read_failures(network: Network) -> FailureRecords:
    """Return the failures of a network, with all that rating and matching need of them."""
    columns = dict.fromkeys([*FAILURE_COLUMNS, *matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
    rows = network.read("failure", list(columns))
    unmatched = bool(rows["match_state"].isna().any())
    past = past_of(network) if unmatched else NO_PAST
    return FailureRecords(
        rows,
        unmatched,
        unmatched or bool((rows["match_state"] == matching.AMBIGUOUS).any()),
        past,
    )


def past_of(network: Network) -> Past:
    """Return what the change log tells of reported ids, and of matches that edits gave."""
    return Past(
        network.pipe_changes(),
        network.made_at("failure"),
        network.linked_by_edits("failure", "pipe_id"),
    )
