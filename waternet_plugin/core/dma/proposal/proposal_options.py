"""What is asked of a proposal of metered areas."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr

SIZE_BY = ("customers", "households", "demand", "length")
FEWEST_DEVICES, MOST_EVEN, CHEAPEST = "fewest_devices", "most_even", "cheapest"
SOLUTIONS = (FEWEST_DEVICES, MOST_EVEN, CHEAPEST)
_LEAST_SHARE, _MOST_SHARE = 0.5, 1.5


@dataclass(frozen=True)
class ProposalOptions:
    """What is asked of a proposal.

    Parameters
    ----------
    count
        Number of new zones; None where ``target_size`` tells it.
    target_size
        Usual size of a zone, in the unit of ``size_by``.
    size_by
        What the size of a zone is counted by, one of SIZE_BY: customers, households, demand in m³/d, length
        in m.
    min_size, max_size
        Bounds of the size; None for half and one and a half of the mean.
    max_inlets
        Most meters that measure into a zone.
    trunk_dn_mm
        Pipes of this diameter and more belong to no zone; None for none.
    fixed_zones
        Ids of zones that keep their pipes.
    solution
        What is best, one of SOLUTIONS.
    seed
        Seed of all random choices.
    """

    count: int | None = None
    target_size: float | None = None
    size_by: str = "customers"
    min_size: float | None = None
    max_size: float | None = None
    max_inlets: int = 2
    trunk_dn_mm: float | None = None
    fixed_zones: tuple[str, ...] = ()
    solution: str = FEWEST_DEVICES
    seed: int = 0

    def check(self) -> None:
        """Refuse what no proposal can be made of.

        Raises
        ------
        InputError
            Naming the option.
        """
        if self.size_by not in SIZE_BY:
            raise InputError(_unknown("SIZE_BY", self.size_by, SIZE_BY))
        if self.solution not in SOLUTIONS:
            raise InputError(_unknown("SOLUTION", self.solution, SOLUTIONS))
        if (self.count is None) == (self.target_size is None):
            raise InputError(
                tr("Give either COUNT, the number of zones, or TARGET_SIZE, the size of a zone.")
            )
        for name, value in (
            ("COUNT", self.count),
            ("TARGET_SIZE", self.target_size),
            ("MAX_SIZE", self.max_size),
            ("MAX_INLETS", self.max_inlets),
            ("TRUNK_DN", self.trunk_dn_mm),
        ):
            if value is not None and not value > 0:
                raise InputError(tr("{name} is not greater than 0. Give a greater number.").format(name=name))
        if self.min_size is not None and self.min_size < 0:
            raise InputError(tr("MIN_SIZE is below 0. Give 0 or more."))
        if None not in (self.min_size, self.max_size) and self.min_size > self.max_size:  # type: ignore[operator]
            raise InputError(tr("MIN_SIZE is greater than MAX_SIZE. Swap them."))

    def shares(self) -> tuple[float, float]:
        """Return the usual bounds as shares of the mean size."""
        return _LEAST_SHARE, _MOST_SHARE


def _unknown(name: str, value: str, known: tuple[str, ...]) -> str:
    return tr("“{value}” is not a value of {name}. Choose one of {known}.").format(
        value=value, name=name, known=listed(known)
    )
