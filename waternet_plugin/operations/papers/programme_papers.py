"""Papers of programmes: the report of a month, and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.operations.papers.data_state import paper_head
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult, SubjectPaper
from waternet_plugin.operations.programmes.programme_reports import ledger_report, month_report
from waternet_plugin.store.network import Network

_ALL = ""


def make_month_reports(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the report of a month of each programme, of all programmes as one where none is named."""

    def report(programme: str, part: Progress) -> Report:
        return month_report(network, programme, request.told, request.day, part)

    return _papers(network, request, report, progress)


def make_ledgers(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the ledger of each programme, of all programmes as one where none is named."""

    def report(programme: str, part: Progress) -> Report:
        return ledger_report(network, programme, request.day, part)

    return _papers(network, request, report, progress)


def _papers(
    network: Network,
    request: PaperRequest,
    report: Callable[[str, Progress], Report],
    progress: Progress,
) -> PapersResult:
    head = paper_head(network, request)
    subjects = request.subjects or (_ALL,)
    papers = []
    for number, programme in enumerate(subjects):
        part = progress.part(number / len(subjects), (number + 1) / len(subjects))
        papers.append(SubjectPaper(programme, replace(report(programme, part), foot=head.foot)))
    if len(papers) == 1:
        return PapersResult(head, tuple(papers), papers[0])
    first, *others = (paper.report for paper in papers)
    chapters = [part for other in others for part in (replace(other, chapters=()), *other.chapters)]
    figures = {"programmes": {paper.subject: dict(paper.report.figures) for paper in papers}}
    whole = replace(first, figures=figures, chapters=(*first.chapters, *chapters))
    return PapersResult(head, tuple(papers), SubjectPaper("", whole))
