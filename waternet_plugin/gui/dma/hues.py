"""Eight colours for zones, so given that neighbours are never alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.bridge.styling.zones import hue_colours

# The colours of the screen, whatever the map's palette.
HUES = hue_colours(Look("screen", "en"))


def given_hues(wanted: Mapping[int, int | None], neighbours: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the number of a hue for each zone.

    Parameters
    ----------
    wanted
        Zones with the hue that is kept for each, None where none is.
    neighbours
        Pairs of zones that meet.
    """
    beside: dict[int, set[int]] = {zone: set() for zone in wanted}
    for one, other in neighbours:
        if one in beside and other in beside and one != other:
            beside[one].add(other)
            beside[other].add(one)
    given: dict[int, int] = {}
    for zone in sorted(wanted, key=lambda each: (wanted[each] is None, each)):
        taken = {given[other] for other in beside[zone] if other in given}
        own = wanted[zone]
        free = [hue for hue in range(len(HUES)) if hue not in taken] or list(range(len(HUES)))
        kept = None if own is None else own % len(HUES)
        given[zone] = kept if kept in free else min(free, key=lambda hue: (hue - zone) % len(HUES))
    return given
