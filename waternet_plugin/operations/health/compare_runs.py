"""Say pipe by pipe what changed between two assessments; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.risk import comparability, comparing
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.setting_words import changes_sentence
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class CompareRequest:
    """Which assessments are compared.

    Attributes
    ----------
    earlier, later
        Their ids; '' for the one before the other, and for the newest.
    with_geometry
        Whether the pipes of the result shall have their lines.
    """

    earlier: str = ""
    later: str = ""
    with_geometry: bool = True


@dataclass(frozen=True)
class CompareResult(PlainFrames):
    """Two runs compared.

    Parameters
    ----------
    earlier, later
        Their ids.
    pipes
        Each pipe with its classes, rates and change.
    counts
        The pipes of each change.
    other
        What was set otherwise, in a sentence; '' for nothing.
    lines
        The answer in sentences.
    """

    earlier: str
    later: str
    pipes: pd.DataFrame
    counts: dict[str, int]
    other: str
    lines: tuple[str, ...]


def compare_runs(
    network: Network, request: CompareRequest = CompareRequest(), progress: Progress = SILENT
) -> CompareResult:
    """Compare two assessments pipe by pipe.

    Parameters
    ----------
    request
        Which assessments; the last two where none is named.

    Raises
    ------
    InputError
        When a run is not there, or there are no two.
    """
    runs = network.read("assessment_run", ["run_id", "parameters"], geometry=False)
    both = _chosen(runs, request.earlier, request.later)
    columns = ["pipe_id", "class", "rate_per_100km_y"]
    sides = []
    for place, run in enumerate(both):
        progress.at(0.1 + 0.3 * place, tr("Reading run {run}").format(run=run))
        sides.append(network.read("assessment", columns, where={"run_id": run}, geometry=False))
    asked = runs.set_index("run_id")["parameters"]
    other = comparability.changed(*(stored_object(asked[run]) for run in both))
    changes = comparing.compare_runs(*sides, alike=comparability.classes_alike(other))
    progress.at(0.7, tr("Writing"))
    found = changes["change"].value_counts()
    counts = {change: int(found.get(change, 0)) for change in comparing.CHANGES}
    lines = [
        tr(
            "From {first} to {second}: {worse} pipes got worse, {better} better, {new} are new, {gone} gone."
        ).format(
            first=both[0],
            second=both[1],
            worse=counts["worse"],
            better=counts["better"],
            new=counts["new"],
            gone=counts["gone"],
        )
    ]
    sentence = ""
    if other:
        rates = (changes["rate_a"] - changes["rate_b"]).abs() > 1e-9 * changes["rate_a"]
        sentence = changes_sentence(other, int(rates.sum()))
        lines.append(sentence)
    if request.with_geometry:
        shapes = network.read("pipe", ["pipe_id"]).set_index("pipe_id")[GEOMETRY_COLUMN]
        changes = changes.assign(geom=shapes.reindex(changes["pipe_id"]).to_numpy())
    return CompareResult(*both, changes, counts, sentence, tuple(lines))


def _chosen(runs: pd.DataFrame, first: str, second: str) -> tuple[str, str]:
    """Return the two runs: the last two where none is named, else the one before or the newest."""
    # In the order in which they were added.
    ids = runs["run_id"].tolist()
    alone = tr("Two assessments are needed for a comparison. Assess health again, then compare.")
    for run in (first, second):
        if run and run not in ids:
            message = tr("There is no assessment {run}. Available: {runs}.")
            raise InputError(message.format(run=run, runs=listed(ids) or "–"))
    if not second:
        others = [run for run in ids if run != first]
        if not others:
            raise InputError(alone)
        second = others[-1]
    if not first:
        earlier = ids[: ids.index(second)]
        if not earlier:
            message = tr("There is no assessment before {run}. Specify the one to compare it with.")
            raise InputError(message.format(run=second) if len(ids) > 1 else alone)
        first = earlier[-1]
    return first, second
