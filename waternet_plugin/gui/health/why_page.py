"""What a page of the pane “why” shows of an explanation of health."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.health import answer_pages, pipe_list
from waternet_plugin.gui.panes.pane import paragraph
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.health.explain_health import HealthExplanation
    from waternet_plugin.operations.health.recorded_runs import Run


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


def _answer(found: HealthExplanation) -> str:
    """Return the answer as HTML."""
    from waternet_plugin.operations.health.explain_health import PIPE, SELECTION
    from waternet_plugin.operations.health.health_answers import PipeAnswer

    if isinstance(found.answer, PipeAnswer):
        return answer_pages.pipe_page(found.answer, currency=found.currency)
    if found.answer is not None:
        page = answer_pages.selection_page if found.about == SELECTION else answer_pages.network_page
        return page(found.answer)
    if found.about == PIPE:
        return paragraph(tr("The pipe {pipe_id} is no longer in the network.").format(pipe_id=found.pipe_id))
    return paragraph(tr("No pipe is selected. Select some on the map, and their figures appear here."))


def page_of(found: HealthExplanation) -> WhyPage:
    """Return the page of an explanation."""
    run = found.run
    if run is None:
        text = tr("There is no assessment yet. Assess health to see the answer here.")
        return WhyPage(paragraph(text), pipe_list.PipeList())
    if not run.figures:
        text = tr("Assessment {run} was kept without its figures. Assess health again to see them here.")
        return WhyPage(paragraph(text.format(run=run.run_id)), pipe_list.PipeList())
    title = tr("{km} to renew now; why?").format(km=amounts.km(run.renew_now_m))
    listed = None if found.pipes is None else pipe_list.pipe_list(found.pipes, found.lines)
    return WhyPage(_answer(found), listed, found.currency, title, run, found.records_end)
