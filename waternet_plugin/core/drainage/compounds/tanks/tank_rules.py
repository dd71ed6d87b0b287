"""What a network's settings say about tanks: their kinds, limits and cycles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waternet_plugin.core.drainage.compounds.tanks.tank_norm import NormTerms
from waternet_plugin.core.schema.settings import Settings

SEPTIC = "septic_tank"
# A kind that the list names and that has no limits of its own has those of this one.
_OTHERS = "sediment_tank"


@dataclass(frozen=True)
class TankRules:
    """The limits that tanks are judged by; mappings by kind.

    Parameters
    ----------
    kinds
        Kinds of nodes that are tanks.
    full_share
        Share of the liquid depth at which a tank is full.
    default_d, longest_d
        Cycle of a tank of which nothing else is known, and the longest that is allowed, days.
    norm
        Terms of the norm of septic tanks.
    norm_shortest_d
        Days below which its result is not taken.
    household_persons
        Persons of a household.
    notice_d
        Days ahead in which a cleaning counts as due.
    far_times
        From how many times the fill by the norm on a tank is far fuller than that.
    """

    kinds: tuple[str, ...]
    full_share: Mapping[str, float]
    default_d: Mapping[str, int]
    longest_d: Mapping[str, int]
    norm: NormTerms
    norm_shortest_d: int
    household_persons: float
    notice_d: int
    far_times: float

    @classmethod
    def from_settings(cls, settings: Settings) -> TankRules:
        """Return the limits that a network's settings say."""
        kinds = settings.words("drainage.tanks")

        def by_kind(name: str) -> dict[str, float]:
            others = settings.real(f"{name}.{_OTHERS}")
            return {kind: settings.real_or(f"{name}.{kind}", others) for kind in kinds}

        return cls(
            kinds,
            by_kind("drainage.tank.full_share"),
            {kind: int(days) for kind, days in by_kind("drainage.tank.default_d").items()},
            {kind: int(days) for kind, days in by_kind("drainage.tank.longest_d").items()},
            NormTerms.from_settings(settings),
            settings.integer("drainage.tank.shortest_d"),
            settings.real("drainage.persons_per_household"),
            settings.integer("drainage.tank.notice_d"),
            settings.real("drainage.tank.far_times"),
        )
