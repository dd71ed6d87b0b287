"""What a planner asks for: amounts and limits, packages locked to a year, packages dropped."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.texts import listed, tr

DROP = "drop"
NOT = "!"
_MOST_YEARS = 50
# Whole cents of larger sums no longer fit the numbers that hold them.
_MOST_MONEY = 1e13


@dataclass(frozen=True)
class PlanLimits:
    """Amounts and limits of a plan.

    Attributes
    ----------
    budget
        Money a year.
    start_year, years
        First year and number of years.
    min_length_share
        Share of the rated length wished for in each year, 0 to 1; what is missing is reported.
    district_cap
        Most packages of one district in one year; None for no limit.
    discount_rate
        Per year; None for the setting.
    strategy
        ``plan`` ranks by benefit per cost; the others are the simple rules to compare with.
    time_limit_s
        For the search, seconds; 0 for the greedy choice only; None for the setting.
    seed
        For ``random``.
    gap
        Share of the bound below which the search goes on, 0 to 1; None for the setting.

    Raises
    ------
    InputError
        For what no plan can be made of.
    """

    budget: float
    start_year: int
    years: int = 5
    min_length_share: float = 0.0
    district_cap: int | None = None
    discount_rate: float | None = None
    strategy: str = "plan"
    time_limit_s: float | None = None
    seed: int = 0
    gap: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.budget) and 0.01 <= self.budget <= _MOST_MONEY):
            raise InputError(tr("BUDGET must be an amount per year greater than 0, such as 5000000."))
        if not 1900 <= self.start_year <= 2200:
            message = tr("START_YEAR {year} is not a valid year for a plan. Give one such as 2027.")
            raise InputError(message.format(year=self.start_year))
        if not 1 <= self.years <= _MOST_YEARS:
            raise InputError(tr("YEARS must be from 1 to {most}.").format(most=_MOST_YEARS))
        if not 0 <= self.min_length_share <= 1:
            raise InputError(tr("MIN_LENGTH_SHARE is a share from 0 to 1; write 0.02 for 2 %."))
        if self.district_cap is not None and self.district_cap < 1:
            raise InputError(
                tr("DISTRICT_CAP must be 1 or more packages per year; leave it empty for no limit.")
            )
        if self.discount_rate is not None and not 0 <= self.discount_rate < 1:
            raise InputError(tr("DISCOUNT_RATE must be at least 0 and less than 1; write 0.025 for 2.5 %."))
        if self.gap is not None and not 0 <= self.gap <= 1:
            raise InputError(tr("GAP is a share from 0 to 1; write 0.005 for 0.5 %."))
        if self.time_limit_s is not None and not (
            math.isfinite(self.time_limit_s) and self.time_limit_s >= 0
        ):
            raise InputError(
                tr(
                    "TIME_LIMIT must be a number of seconds; 0 takes the first plan without looking for a "
                    "better one."
                )
            )
        if self.strategy not in STRATEGIES:
            message = tr("STRATEGY “{strategy}” is not known. Choose one of {known}.")
            raise InputError(message.format(strategy=self.strategy, known=listed(STRATEGIES)))


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return id and word of each entry of ``id:year; id:drop`` or of a JSON object."""
    if text.lstrip().startswith("{"):
        try:
            return [(str(key), str(value)) for key, value in parse_json(text, unique_keys=True).items()]
        except ValueError as error:
            message = tr("FIXED is not valid JSON: {reason}. Write project:year pairs, such as P-12:2028.")
            raise InputError(message.format(reason=error)) from error
    entries = [entry.strip() for entry in re.split(r"[;\n]", text) if entry.strip()]
    pairs = []
    for entry in entries:
        name, colon, word = entry.rpartition(":")
        if not colon or not name.strip():
            message = tr("FIXED: “{entry}” is not understood. Write project:year or project:drop.")
            raise InputError(message.format(entry=entry))
        pairs.append((name.strip(), word.strip()))
    return pairs


@dataclass(frozen=True)
class PlanConstraints:
    """What a planner decided by hand: year each project is locked to, projects dropped, years forbidden."""

    locked: Mapping[str, int] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    forbidden: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The projects that are named."""
        return sorted({*self.locked, *self.dropped, *self.forbidden})


NO_WISHES = PlanConstraints()


def parse_fixed(text: str, *, start_year: int, years: int) -> PlanConstraints:
    """Return what FIXED says of the projects that it names.

    Parameters
    ----------
    text
        ``P-12:2028;P-77:drop;P-5:!2027,!2028``: locked to a year, dropped, not in these years; one entry a
        line or separated by semicolons, or the same as JSON.
    start_year, years
        The span of the plan; a year outside is refused.

    Raises
    ------
    InputError
        When an entry can't be understood.
    """
    locked: dict[str, int] = {}
    dropped: set[str] = set()
    forbidden: dict[str, frozenset[int]] = {}
    last = start_year + years - 1
    for name, word in _pairs(text):
        if name in locked or name in dropped or name in forbidden:
            raise InputError(tr("FIXED contains project {name} twice. Keep one entry.").format(name=name))
        if word.casefold() == DROP:
            dropped.add(name)
            continue
        banned = word.startswith(NOT)
        parts = [part.strip().lstrip(NOT) for part in word.split(",")] if banned else [word]
        if not all(entry.isdecimal() and start_year <= int(entry) <= last for entry in parts):
            raise InputError(
                tr(
                    "FIXED: {name} has “{word}”; write a year from {first} to {last}, drop, or !year for a "
                    "year in which it must not be built."
                ).format(name=name, word=word, first=start_year, last=last)
            )
        if banned:
            forbidden[name] = frozenset(int(entry) for entry in parts)
        else:
            locked[name] = int(word)
    return PlanConstraints(locked, frozenset(dropped), forbidden)


def named_now(wishes: PlanConstraints, ids: Collection[str]) -> PlanConstraints:
    """Return wishes for projects as they are named now: earlier plans put P- before ids that begin with it.

    Raises
    ------
    InputError
        When FIXED names projects that are not among ``ids``.
    """
    known = set(ids)
    now = {name: name if name in known else name.removeprefix("P-") for name in wishes.names}
    strange = [name for name, packages in now.items() if packages not in known]
    if strange:
        message = tr("FIXED contains unknown projects: {names}. Use the ids from the list of projects.")
        raise InputError(message.format(names=listed(strange[:10])))
    return PlanConstraints(
        {now[name]: year for name, year in wishes.locked.items()},
        frozenset(now[name] for name in wishes.dropped),
        {now[name]: years for name, years in wishes.forbidden.items()},
    )
