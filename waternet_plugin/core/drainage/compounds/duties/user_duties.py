"""Duties at drainage users: permits, and visits."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.duties.done_work import DoneWork
from waternet_plugin.core.drainage.compounds.duties.duty_rows import (
    CUSTOMER,
    INTERVAL,
    NO_PERMIT,
    PERMIT,
    PERMIT_ENDS,
    SERVICE,
    after,
    duty_rows,
)
from waternet_plugin.core.drainage.compounds.work_hours import hours_of
from waternet_plugin.core.frames import stacked
from waternet_plugin.core.network.analysis import permits
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.settings import Settings


def user_duties(
    customers: pd.DataFrame, work: DoneWork, as_of: datetime.date, settings: Settings
) -> pd.DataFrame:
    """Return permits to get or to renew, and the visits of users who need one or are key users; no residents.

    A user without a permit is due on the day that is asked about; a permit is due on its last day.
    """
    rows = TableRows("customer", customers)
    needs, has_permit = permits.needs_permit(rows, settings), permits.has_permit(rows)
    ends, today = rows.date("permit_until"), np.datetime64(as_of, "D")
    due_on = np.where(has_permit, ends, today)
    is_resident = rows.among("kind", permits.RESIDENTS)
    wanted = np.flatnonzero((needs | (has_permit & ~is_resident)) & ~np.isnat(due_on))
    to_get = duty_rows(
        PERMIT,
        CUSTOMER,
        rows.ids[wanted],
        due_on[wanted],
        np.where(has_permit, PERMIT_ENDS, NO_PERMIT)[wanted],
        hours=hours_of("permit", settings),
        notice_d=settings.integer("drainage.permit_notice_d"),
    )
    is_key = rows.among("key_user", ("yes",))
    visited = np.flatnonzero(needs | (is_key & ~is_resident))
    visit_d = np.where(
        is_key[visited],
        settings.integer("drainage.key_user_visit_d"),
        settings.integer("drainage.user_visit_d"),
    )
    last_on = work.last((SERVICE,), rows.ids[visited])
    visits = duty_rows(
        SERVICE,
        CUSTOMER,
        rows.ids[visited],
        after(last_on, visit_d),
        INTERVAL,
        hours=hours_of("service", settings),
        interval_d=visit_d,
        last_on=last_on,
    )
    return stacked([to_get, visits])
