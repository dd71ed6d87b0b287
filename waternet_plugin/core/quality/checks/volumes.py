"""Volumes of customers that are out of line: negative, none after use, far above the year before, twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_YEAR_D = 365
# Days are few beside the distance of two customers on one axis.
_APART = np.int64(10_000_000)


def _usable(subject: CheckContext) -> tuple[Array, Array, Array, Array, Array]:
    """Return row of the customer, component, first and last day since 1970, m3; by customer and first day."""
    rows, users = subject.rows("volume"), subject.rows("customer")
    customer = users.row_of(rows.text("customer_id"))
    first, last, volume = rows.date("from_date"), rows.date("to_date"), rows.number("volume_m3")
    good = np.flatnonzero(
        (customer >= 0) & ~np.isnat(first) & ~np.isnat(last) & (last >= first) & np.isfinite(volume)
    )
    component = pd.factorize(pd.Series(rows.text("component"), dtype=object))[0]
    days = [one[good].astype("datetime64[D]").astype(np.int64) for one in (first, last)]
    order = np.lexsort((days[1], days[0], component[good], customer[good]))
    good = good[order]
    return customer[good], component[good], days[0][order], days[1][order], volume[good]


def _day(days: Array) -> Array:
    """Return days since 1970 as they are written."""
    return np.asarray(days.astype("datetime64[D]").astype(str).astype(object))


def volumes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield customers with volumes out of line, each once a rule with the newest of them."""
    users = subject.rows("customer")
    if not len(users) or not len(subject.rows("volume")):
        return
    customer, component, first, last, volume = _usable(subject)
    before, known_d = _year_before(customer, first, last, volume)
    rate = volume / (last - first + 1.0)
    enough = known_d >= subject.real("volume_year_least_d")
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = before / known_d
        high = enough & (mean > 0) & (rate > subject.real("volume_high_times") * mean)
    none = _newest(customer, last) & (volume == 0) & (before > 0)
    for rule, mask in (
        ("volume_negative", volume < 0),
        ("volume_none_after_use", none),
        ("volume_high", high),
        ("volume_overlap", _overlapping(customer, component, first, last)),
    ):
        chosen = np.flatnonzero(mask)
        # One finding a customer: the newest.
        chosen = chosen[np.lexsort((-last[chosen], customer[chosen]))]
        _customer, one_each = np.unique(customer[chosen], return_index=True)
        many = np.bincount(customer[chosen], minlength=len(users))
        row = chosen[one_each]
        yield users.found(
            rule,
            customer[row],
            count=many[customer[row]],
            value=volume[row],
            first=_day(first[row]),
            last=_day(last[row]),
            times=np.nan_to_num(rate[row] / np.where(mean[row] > 0, mean[row], np.nan)),
        )


def _year_before(customer: Array, first: Array, last: Array, volume: Array) -> tuple[Array, Array]:
    """Return what each customer took in the year before a volume begins, m3, and the days known of it.

    A volume counts whole to the year in which its last day lies.
    """
    order = np.lexsort((last, customer))
    place = customer[order].astype(np.int64) * _APART + last[order]
    taken = np.concatenate([[0.0], np.cumsum(volume[order])])
    days = np.concatenate([[0], np.cumsum(last[order] - first[order] + 1)])
    base = customer.astype(np.int64) * _APART
    begin = np.searchsorted(place, base + first - _YEAR_D, side="left")
    # A day in common is usual: the day of a reading ends one bill and begins the next.
    end = np.maximum(np.searchsorted(place, base + first, side="right"), begin)
    own = (last <= first).astype(np.int64)
    return (
        np.asarray(taken[end] - taken[begin] - own * volume),
        np.asarray(days[end] - days[begin] - own * (last - first + 1)),
    )


def _newest(customer: Array, last: Array) -> Array:
    """Return which volumes end with the last day that is known of their customer."""
    newest = np.full(int(customer.max()) + 1 if len(customer) else 0, np.iinfo(np.int64).min)
    np.maximum.at(newest, customer, last)
    return np.asarray(newest[customer] == last)


def _overlapping(customer: Array, component: Array, first: Array, last: Array) -> Array:
    """Return which volumes begin before an earlier one of their customer and component ends."""
    group = customer.astype(np.int64) * (component.max(initial=0) + 1) + component
    ends = np.maximum.accumulate(group * _APART + last) if len(group) else group
    over = np.zeros(len(group), dtype=bool)
    over[1:] = (group[1:] == group[:-1]) & (ends[:-1] > group[1:] * _APART + first[1:])
    return over


CHECKS = (Check(("volume_negative", "volume_none_after_use", "volume_high", "volume_overlap"), volumes),)
