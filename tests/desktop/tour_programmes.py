"""Pictures of a programme: section, pane with its table by unit, compounds by how they stand to the plan."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Hands, Script  # noqa: E402
from qgis.utils import plugins  # noqa: E402

HANDS = Hands()
SESSION = plugins["waternet_plugin"].session


def programmes(take: Callable[[str], None], settle: Callable[..., Script]) -> Script:
    """Take the section, the pane, and the map of the programme."""
    HANDS.reveal("wn_section_programme")
    yield from settle(1)
    take("programme_section")
    SESSION.show_theme("programme")
    HANDS.find("wn_section_programme_figure").click()
    pane = SESSION.window("wn_programme")
    yield lambda: pane.summary is not None and SESSION.is_idle
    yield from settle(2)
    take("programme_pane")
    place = next(place for place, row in enumerate(pane.items.rows) if row["compound_id"] == "XQ-26")
    pane.items.selectRow(place)
    pane.items.picked.emit(pane.items.rows[place])
    yield from settle(2)
    take("programme_refused")
    pane.close()
    SESSION.show_theme("system")
