"""The report of a month of a programme, and its ledger."""

from __future__ import annotations

import datetime

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import Month, refuse_month_to_come
from waternet_plugin.core.programmes.age_classes import age_classes, reference_day
from waternet_plugin.core.programmes.stated_targets import stated_targets
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.programmes.ledger_page import ledger_page
from waternet_plugin.core.reports.programmes.month_page import month_page
from waternet_plugin.core.reports.programmes.programme_subject import ProgrammeSubject
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.programmes.read_items import TABLE, read_items
from waternet_plugin.store.network import Network

_DUE_DAY = "programme.report_day"
_LAST_DAY = 28


def month_report(
    network: Network, programme: str, month: Month, as_of: datetime.date, progress: Progress = SILENT
) -> Report:
    """Return the report of a month: plan, fulfilled, done and rate by unit, in what the items are counted.

    Parameters
    ----------
    network, programme, as_of, progress
        As of `ledger_report`.
    month
        The month.

    Raises
    ------
    InputError
        As of `ledger_report`, and for a month that has not begun.
    """
    refuse_month_to_come(month, as_of)
    subject = _subject(network, programme, as_of, progress)
    progress.at(0.5, tr("Adding up the month"))
    due_day = min(max(network.settings().integer(_DUE_DAY), 1), _LAST_DAY)
    return month_page(subject, month, due_day=due_day)


def ledger_report(
    network: Network, programme: str, as_of: datetime.date, progress: Progress = SILENT
) -> Report:
    """Return the ledger of a programme: each item once, the proposals of the next year, what is to put right.

    Parameters
    ----------
    programme
        Code of the programme, '' for all.
    as_of
        The day on which the items are looked at.

    Raises
    ------
    InputError
        For a programme that there is not, or without any item.
    """
    subject, settings = _subject(network, programme, as_of, progress), network.settings()
    progress.at(0.5, tr("Writing the ledger"))
    reference = reference_day(settings, as_of)
    ages = age_classes(subject.items.frame["delivered_on"], reference, settings)
    return ledger_page(subject, ages=ages, reference=reference)


def _subject(network: Network, programme: str, as_of: datetime.date, progress: Progress) -> ProgrammeSubject:
    """Return the programme that a paper is about, with its items and stated totals."""
    progress.at(0.0, tr("Reading the items of the programme"))
    items = read_items(network, programme, as_of)
    if not len(items):
        message = tr("There are no items of this programme. Bring in its list as the table {table} first.")
        raise InputError(message.format(table=TABLE))
    programmes, settings = items.texts("programme"), network.settings()
    codes = [programme] if programme else sorted(set(programmes))
    targets = [
        target
        for code in codes
        for target in stated_targets(items.chosen(programmes == code), code, settings)
    ]
    currency = settings.text("general.currency")
    return ProgrammeSubject(programme, items, tuple(targets), network.title, currency)
