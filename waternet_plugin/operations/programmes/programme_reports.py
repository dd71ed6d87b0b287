"""The report of a month of a programme, and its ledger."""

from __future__ import annotations

import datetime

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import Month, refuse_month_to_come
from waternet_plugin.core.programmes.age_classes import age_classes, reference_day
from waternet_plugin.core.programmes.programme_items import ProgrammeItems
from waternet_plugin.core.programmes.stated_targets import StatedTarget, stated_targets
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.programmes.ledger_page import ledger_page
from waternet_plugin.core.reports.programmes.month_page import month_page
from waternet_plugin.core.schema.settings import Settings
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
    network
        The network.
    programme
        Code of the programme, '' for all.
    month
        The month.
    as_of
        The day on which the items are looked at.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    InputError
        For a programme that there is not, without any item, or a month that has not begun.
    """
    refuse_month_to_come(month, as_of)
    progress.at(0.0, tr("Reading the items of the programme"))
    items, settings = _items(network, programme, as_of), network.settings()
    progress.at(0.5, tr("Adding up the month"))
    due_day = min(max(settings.integer(_DUE_DAY), 1), _LAST_DAY)
    return month_page(
        items,
        programme,
        month,
        targets=_targets(items, programme, settings),
        due_day=due_day,
        network=network.title,
    )


def ledger_report(
    network: Network, programme: str, as_of: datetime.date, progress: Progress = SILENT
) -> Report:
    """Return the ledger of a programme: each item once, the proposals of the next year, what is to put right.

    Parameters
    ----------
    network
        The network.
    programme
        Code of the programme, '' for all.
    as_of
        The day on which the items are looked at.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    InputError
        For a programme that there is not, or without any item.
    """
    progress.at(0.0, tr("Reading the items of the programme"))
    items, settings = _items(network, programme, as_of), network.settings()
    progress.at(0.5, tr("Writing the ledger"))
    reference = reference_day(settings, as_of)
    return ledger_page(
        items,
        programme,
        ages=age_classes(items.frame["delivered_on"], reference, settings),
        reference=reference,
        targets=_targets(items, programme, settings),
        network=network.title,
    )


def _items(network: Network, programme: str, as_of: datetime.date) -> ProgrammeItems:
    items = read_items(network, programme, as_of)
    if not len(items):
        message = tr("There are no items of this programme. Bring in its list as the table {table} first.")
        raise InputError(message.format(table=TABLE))
    return items


def _targets(items: ProgrammeItems, programme: str, settings: Settings) -> tuple[StatedTarget, ...]:
    programmes = items.texts("programme")
    codes = [programme] if programme else sorted(set(programmes))
    return tuple(
        target
        for code in codes
        for target in stated_targets(items.chosen(programmes == code), code, settings)
    )
