"""What is asked of a trace; light, since QGIS asks for it when it starts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr

UPSTREAM, DOWNSTREAM, CONNECTED, TO_SOURCE, SHORTEST = (
    "upstream", "downstream", "connected", "to_source", "shortest",
)  # fmt: skip
DIRECTIONS = (UPSTREAM, DOWNSTREAM, CONNECTED, TO_SOURCE, SHORTEST)
DRY, WET = "dry", "wet"
WEATHERS = (DRY, WET)


@dataclass(frozen=True)
class Rules:
    """How to trace.

    Parameters
    ----------
    direction
        One of DIRECTIONS.
    barriers
        Ids of pipes and nodes that are not passed; a node is reached, a pipe is not.
    stop_kinds
        Kinds of nodes at which the trace ends; they are reached.
    max_distance_m
        How far to go, m; infinite for no limit.
    weather
        In dry weather an interceptor lets sewage go on in its dry outlet only.
    pass_closed
        Whether closed valves and pipes are passed.
    """

    direction: str = CONNECTED
    barriers: tuple[str, ...] = ()
    stop_kinds: tuple[str, ...] = ()
    max_distance_m: float = float("inf")
    weather: str = DRY
    pass_closed: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing but the direction and what is closed limits the trace."""
        limited = self.barriers or self.stop_kinds or self.pass_closed
        return not limited and self.max_distance_m == float("inf")

    def __post_init__(self) -> None:
        for name, value, known in (
            ("DIRECTION", self.direction, DIRECTIONS),
            ("WEATHER", self.weather, WEATHERS),
        ):
            if value not in known:
                message = tr("{name} “{value}” is not known. Choose one of: {known}.")
                raise InputError(message.format(name=name, value=value, known=listed(known)))

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Rules:
        """Return rules from a saved configuration; keys are the names of the parameters.

        Raises
        ------
        InputError
            When a key or value can't be used.
        """
        known = {field.name for field in fields(cls)}
        strange = sorted(set(saved) - known)
        if strange:
            message = tr("CONFIG: “{name}” is not known. Choose one of: {known}.")
            raise InputError(message.format(name=strange[0], known=listed(sorted(known))))
        values = dict(saved)
        try:
            for name in ("barriers", "stop_kinds"):
                if name in values:
                    values[name] = tuple(str(each) for each in values[name])
            if values.get("max_distance_m") is not None:
                values["max_distance_m"] = float(values["max_distance_m"])
            else:
                values.pop("max_distance_m", None)
        except (TypeError, ValueError):
            raise InputError(tr("CONFIG: a list or a number is not valid.")) from None
        return cls(**values)

    def saved(self) -> dict[str, Any]:
        """Return the rules as a saved configuration, without the barriers: these belong to one trace."""
        return {
            "direction": self.direction,
            "stop_kinds": list(self.stop_kinds),
            "max_distance_m": None if self.max_distance_m == float("inf") else self.max_distance_m,
            "weather": self.weather,
            "pass_closed": self.pass_closed,
        }


def direction_labels() -> dict[str, str]:
    """Return the name of each direction by its code."""
    return {
        "upstream": tr("Upstream"),
        "downstream": tr("Downstream"),
        "connected": tr("Everything connected"),
        "to_source": tr("Way to the source"),
        "shortest": tr("Shortest way"),
    }
