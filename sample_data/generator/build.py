"""Put the town together."""

from __future__ import annotations

from . import (
    base,
    care,
    drains,
    estates,
    faults,
    history,
    leakage,
    levels,
    oldcentre,
    programmes,
    users,
    volumes,
    water,
    works,
    zones,
)
from .layout import SEED
from .rand import Dice
from .site import Streets
from .town import Town


def build(*, clean: bool = False, seed: int = SEED) -> Town:
    """Return the whole town; ``clean`` leaves out the planted faults."""
    town = Town()
    mains = water.mains(town, Dice(seed, "mains"))
    sewers, corners = drains.street_drains(town, Dice(seed, "drains"))
    ends = drains.river_side(town, sewers, corners)
    works.build(town, mains)
    works.reclaimed(town, ends["plant"])
    streets = Streets(mains, sewers)
    estates.build_estates(town, streets, seed)
    oldcentre.build(town, streets, seed)
    oldcentre.back_houses(town, seed)
    water.abandoned(town)
    town.lay_pipes()
    oldcentre.link_customers(town)
    levels.set_levels(town)
    levels.supply_heights(town, Dice(seed, "cover"))
    base.draw(town)
    zones.draw(town)
    history.condition(town)
    history.failures(town, seed)
    history.inspections(town, seed)
    history.readings(town, seed, clean=clean)
    volumes.volumes(town, seed)
    care.month(town)
    users.record(town, seed)
    programmes.plan(town, seed)
    leakage.record(town, seed)
    if not clean:
        faults.plant(town)
    return town
