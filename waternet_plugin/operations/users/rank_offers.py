"""Choices of a ranking of users: periods with volumes, trades of the network's list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.months import month_of
from waternet_plugin.core.users.customer_volumes import CONSUMED
from waternet_plugin.store.network import Network

_MOST_MONTHS = 24


@dataclass(frozen=True)
class RankOffers:
    """Choices of a ranking.

    Parameters
    ----------
    periods
        Years with volumes of users, the latest first, then months, the latest first.
    trades
        Code and label of each trade, those of one's own among them.
    """

    periods: tuple[Period, ...] = ()
    trades: tuple[tuple[str, str], ...] = ()


def rank_offers(network: Network) -> RankOffers:
    """Return the choices of a ranking of the users of a network."""
    codes = network.table("customer").field("trade").codes
    trades = tuple((code, one.label) for code, one in codes.items())
    rows = network.read("volume", ["customer_id", "component", "from_date", "to_date"], geometry=False)
    rows = rows[rows["component"].isin(CONSUMED) & rows["customer_id"].notna()]
    first, last = pd.to_datetime(rows["from_date"]).min(), pd.to_datetime(rows["to_date"]).max()
    if pd.isna(first) or pd.isna(last) or first > last:
        return RankOffers((), trades)
    years = [
        Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        for year in range(last.year, first.year - 1, -1)
    ]
    newest, oldest = month_of(last.date()), month_of(first.date())
    months = [newest.plus(-back) for back in range(_MOST_MONTHS)]
    spans = [Period(month.first, month.last) for month in months if month >= oldest]
    return RankOffers((*years, *spans), trades)
