"""How many zones each part of the network gets, within the bounds of size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.partition.two_way_moves import SizeBounds
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

# Sums in another order differ in the last digits.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class ZoneCounts:
    """Bounds of the zones and how many each part gets.

    Parameters
    ----------
    bounds
        Of each zone.
    parts
        Number of zones of each part (parts,); 0 for parts that get none.
    """

    bounds: SizeBounds
    parts: Array

    @property
    def count(self) -> int:
        """Number of zones."""
        return int(self.parts.sum())


def zone_counts(
    options: ProposalOptions, size: Array, supplied: Array, largest: float, pipe: str
) -> ZoneCounts:
    """Return bounds and numbers of zones.

    Parameters
    ----------
    options
        What is asked.
    size
        Size of each part.
    supplied
        Parts with a way to a source; the others get no zone.
    largest
        Size of the largest pipe of those parts.
    pipe
        Its id.

    Raises
    ------
    InputError
        When no number of zones keeps the bounds; names them.
    """
    if not supplied.any():
        raise InputError(
            tr("No pipe to divide has a way to a source. Check sources and closed valves of the network.")
        )
    total = float(size[supplied].sum())
    if total <= 0:
        raise InputError(
            tr("The pipes have no {size_by}, so zones have no size. Choose another SIZE_BY.").format(
                size_by=options.size_by
            )
        )
    mean = options.target_size or total / (options.count or 1)
    low, high = options.shares()
    least = mean * low if options.min_size is None else options.min_size
    most = mean * high if options.max_size is None else options.max_size
    if options.count is not None:
        _refuse_count(options.count, (least, most), int(total / least) if least else 0, -int(-total // most))
    if least > most:
        raise InputError(
            tr(
                "With zones of {mean} on average, MIN_SIZE {least} is greater than MAX_SIZE {most}. Change "
                "one of them."
            ).format(mean=said(mean), least=said(least), most=said(most))
        )
    # A zone has at least something to it.
    least = max(least, mean * 1e-6)
    if largest > most:
        raise InputError(
            tr(
                "Pipe {pipe} has a size of {largest} and a zone may have {most} at most (MAX_SIZE). Ask for "
                "fewer zones or a greater MAX_SIZE, or divide the pipe."
            ).format(pipe=pipe, largest=said(largest), most=said(most))
        )
    bounds = SizeBounds(least * (1 + _ROUNDING), most * (1 - _ROUNDING))
    chosen = supplied & (size >= least)
    fewest = np.where(chosen, np.ceil(size / most - _ROUNDING), 0).astype(np.int64)
    greatest = np.where(chosen, np.floor(size / least + _ROUNDING), 0).astype(np.int64)
    # A part between the sizes of some and one more zones is not divided evenly enough: fewer is safe.
    fewest = np.minimum(fewest, greatest)
    wished = np.where(chosen, np.clip(np.round(size / mean), fewest, greatest), 0).astype(np.int64)
    if options.count is not None:
        wished = _with_count(options.count, size, (fewest, greatest, wished), (least, most))
    if not wished.sum():
        raise InputError(
            tr(
                "No part of the network is as large as the smallest zone, {least} (MIN_SIZE). Lower it."
            ).format(least=said(least))
        )
    return ZoneCounts(bounds, wished)


def _with_count(
    count: int, size: Array, counts: tuple[Array, Array, Array], bounds: tuple[float, float]
) -> Array:
    fewest, greatest, wished = counts
    _refuse_count(count, bounds, int(greatest.sum()), int(fewest.sum()))
    wished = wished.copy()
    while wished.sum() != count:
        step = 1 if wished.sum() < count else -1
        can = wished < greatest if step > 0 else wished > fewest
        # The part whose zones come nearest to the others takes one more or gives one up.
        after = size / np.maximum(wished + step, 1)
        order = np.where(can, after if step > 0 else -after, -np.inf)
        wished[int(np.argmax(order))] += step
    return np.asarray(wished)


def _refuse_count(count: int, bounds: tuple[float, float], most: int, least: int) -> None:
    """Refuse a number of zones above the most or below the least that bounds allow."""
    if bounds[0] > 0 and count > most:
        raise InputError(
            tr(
                "{count} zones are too many: with at least {least} each (MIN_SIZE), at most {most} are "
                "possible. Lower COUNT or MIN_SIZE."
            ).format(count=count, least=said(bounds[0]), most=most)
        )
    if count < least:
        raise InputError(
            tr(
                "{count} zones are too few: with at most {most} each (MAX_SIZE), at least {least} are "
                "needed. Raise COUNT or MAX_SIZE."
            ).format(count=count, most=said(bounds[1]), least=least)
        )


def said(value: float) -> str:
    """Return a size as people read it."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
