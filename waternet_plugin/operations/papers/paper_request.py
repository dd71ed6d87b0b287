"""A request for papers, and the papers made."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from waternet_plugin.core.months import Month, month_of, refuse_month_to_come
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.papers.paper_words import PaperHead


@dataclass(frozen=True)
class PaperRequest:
    """Which paper is made, of what, and of when.

    Parameters
    ----------
    kind
        One of the kinds of `paper_kinds`.
    subjects
        Ids of compounds or zones, or codes of programmes; empty: all.
    month
        The month of papers that tell of one; None: the one before that of ``as_of``.
    as_of
        The day on which all is judged; that of the computer if None.
    theme
        The theme of a wall map.

    Raises
    ------
    InputError
        For a month to come.
    """

    kind: str
    subjects: tuple[str, ...] = ()
    month: Optional[Month] = None
    as_of: Optional[datetime.date] = None
    theme: str = "system"

    def __post_init__(self) -> None:
        if self.month is not None:
            refuse_month_to_come(self.month, self.day)

    @property
    def day(self) -> datetime.date:
        """The day on which all is judged."""
        return self.as_of or datetime.date.today()

    @property
    def told(self) -> Month:
        """The month that a paper tells of."""
        return self.month or month_of(self.day).plus(-1)


@dataclass(frozen=True)
class SubjectPaper:
    """The paper of one subject.

    ``fits_page`` where it is one page; ``place`` is the shape that its map shows, None without a map.
    """

    subject: str
    report: Report
    fits_page: bool = False
    place: Any = None


@dataclass(frozen=True)
class PapersResult:
    """Papers by subject, and all of them as one.

    Parameters
    ----------
    head
        What all of them say of the network.
    papers
        One a subject; a kind without subjects has one, of ''.
    whole
        All papers as one.
    failed
        Why there is no paper of some subjects, by their ids.
    """

    head: PaperHead
    papers: tuple[SubjectPaper, ...]
    whole: SubjectPaper
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, Any]:
        """What the maps show, by subject."""
        return {paper.subject: paper.place for paper in self.papers if paper.place is not None}
