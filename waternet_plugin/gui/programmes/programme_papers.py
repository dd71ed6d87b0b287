"""The papers of a programme as windows ask for them: the month's report and the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waternet_plugin.gui.panes.report_files import make_and_show

if TYPE_CHECKING:
    from waternet_plugin.core.months import Month
    from waternet_plugin.core.reports.document import Report
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.network import Network


def show_month(session: Session, programme: str, month: Month, *, section: Any = None) -> None:
    """Write the report of a month in a task and open it."""

    def make(network: Network) -> Report:
        from waternet_plugin.operations.programmes.programme_reports import month_report

        return month_report(network, programme, month, datetime.date.today())

    _show(session, make, f"{programme}_{month.text}", section)


def show_ledger(session: Session, programme: str, *, section: Any = None) -> None:
    """Write the ledger in a task and open it."""

    def make(network: Network) -> Report:
        from waternet_plugin.operations.programmes.programme_reports import ledger_report

        return ledger_report(network, programme, datetime.date.today())

    _show(session, make, f"{programme}_ledger", section)


def _show(session: Session, make: Callable[[Network], Report], name: str, section: Any) -> None:
    path = session.network_path

    def made() -> Report:
        from waternet_plugin import store

        with store.open_network(path) as network:
            return make(network)

    make_and_show(session, made, name, section=section)
