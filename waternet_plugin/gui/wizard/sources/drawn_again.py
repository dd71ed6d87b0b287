"""Lines of a drawing that are the pipes of another file once more: a drawing of valves shows them, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.gui.wizard.sources.source import LayerSource

# Share of the drawn lines whose both ends are ends of such pipes.
_LEAST = 0.9
# Whole drawings are compared: their lines may be drawn anew, as near as this, m.
_NEAR_M = 0.5
# Eastings differ by the number of their zone only.
_ZONE_M = 1e6


def leave_drawn_again_out(sources: Sequence[LayerSource]) -> None:
    """Untick what is drawn once more, and say of what file it is; nothing else is changed.

    Parameters
    ----------
    sources
        What is brought in together.
    """
    pipes = [source for source in sources if source.ready and source.table == "pipe" and source.has_shapes]
    known = [pipe for pipe in pipes if not pipe.is_drawn]
    for source in pipes:
        # It is said once: who ticked it since wants it.
        may_be = source.is_drawn and not source.why_left
        same = next((one for one in known if may_be and _is_same(source, one)), None)
        if same is not None:
            source.taken = False
            text = tr(
                "Its lines are the pipes of {name} once more, so they are left out. Tick it to take them."
            )
            source.why_left = text.format(name=same.name)


def _ends(source: LayerSource) -> Array:
    """Return first and last vertex of each line, (n, 4), eastings without the number of a zone."""
    import numpy as np

    from waternet_plugin.core.exchange.adoption.duplicates.like_lines import line_ends

    found = line_ends(np.asarray(source.wanted_rows.geometry.to_numpy(), dtype=object))
    ends = found[np.isfinite(found).all(axis=1)]
    ends[:, [0, 2]] %= _ZONE_M
    return ends


def _is_same(drawn: LayerSource, pipes: LayerSource) -> bool:
    """Return whether nearly all lines end where pipes do."""
    import numpy as np
    import shapely

    one, other = _ends(drawn), _ends(pipes)
    if not len(one) or not len(other):
        return False
    tree = shapely.STRtree(shapely.points(other.reshape(-1, 2)))
    near = tree.query(shapely.points(one.reshape(-1, 2)), predicate="dwithin", distance=_NEAR_M)[0]
    meets = np.zeros(2 * len(one), dtype=bool)
    meets[near] = True
    return bool(meets.reshape(-1, 2).all(axis=1).mean() >= _LEAST)
