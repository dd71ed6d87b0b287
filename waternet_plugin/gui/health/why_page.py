"""What a page of the pane “why” shows, read in one go."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.health import answer_pages, answers, pipe_list, recorded_runs
from waternet_plugin.gui.panel.pane import paragraph
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.gui.health.recorded_runs import Run
    from waternet_plugin.store import Network


@dataclass(frozen=True)
class WhyPage:
    """The answer as HTML, the pipes behind it (None where the list was not asked for), currency and title.

    ``run`` is the run that it is about; ``records_end`` the last day of its records where that was long
    before.
    """

    html: str
    pipes: pipe_list.PipeList | None
    currency: str = ""
    title: str = ""
    run: Run | None = None
    records_end: datetime.date | None = None


def _answer(network: Network, run: Run, mode: str, pipe_id: str, chosen: pd.DataFrame, currency: str) -> str:
    """Return the answer for what the pane is about."""
    if mode == "pipe":
        answer = answers.pipe_answer(network, pipe_id, run)
        if answer is None:
            text = tr("The pipe {pipe_id} is no longer in the network.")
            return paragraph(text.format(pipe_id=pipe_id))
        return answer_pages.pipe_page(answer, currency=currency)
    if mode == "selection":
        if chosen.empty:
            return paragraph(
                tr("No pipe is selected. Select some on the map, and their figures appear here.")
            )
        return answer_pages.selection_page(answers.group_answer(chosen, run))
    return answer_pages.network_page(answers.network_answer(network, run))


def ids_of(network: Network, fids: Collection[int]) -> list[str]:
    """Return the ids of pipes by their row numbers, in table order; unsaved ones have none."""
    if not fids:
        return []
    pipes = network.read("pipe", ["fid", "pipe_id"], geometry=False)
    ids: list[str] = pipes["pipe_id"][pipes["fid"].isin(list(fids))].tolist()
    return ids


def read_page(
    network: Network, *, mode: str, pipe_id: str, ids: Sequence[str], class_: str, with_list: bool
) -> WhyPage:
    """Read the answer for the network, some pipes or one, and the list of pipes beside it.

    Parameters
    ----------
    network
        An open network.
    mode
        ``network``, ``selection`` or ``pipe``.
    pipe_id
        The pipe, for ``pipe``.
    ids
        The selected pipes, for ``selection``; their list then stands beside the answer.
    class_
        The class of the listed pipes for the other modes.
    with_list
        Whether to read the list at all.
    """
    from waternet_plugin.core.reports.health import last_of_records

    run = recorded_runs.read_runs(network).shown
    if run is None:
        text = tr("There is no assessment yet. Assess health to see the answer here.")
        return WhyPage(paragraph(text), pipe_list.PipeList())
    if not run.figures:
        text = tr("Assessment {run} was kept without its figures. Assess health again to see them here.")
        return WhyPage(paragraph(text.format(run=run.run_id)), pipe_list.PipeList())
    currency = network.settings().text("general.currency")
    by_selection = mode == "selection"
    pipes = None
    if by_selection:
        pipes = network.read("pipe_health", answers.COLUMNS, ids=list(ids), geometry=False)
    elif with_list:
        pipes = network.read("pipe_health", answers.COLUMNS, where={"class": class_}, geometry=False)
    html = _answer(network, run, mode, pipe_id, pipes if by_selection else None, currency)
    title = tr("{km} to renew now; why?").format(km=amounts.km(run.renew_now_m))
    listed = None if pipes is None else pipe_list.pipe_list(network, pipes)
    ends = last_of_records(recorded_runs.summary_of(run).window)
    return WhyPage(html, listed, currency, title, run, ends)
