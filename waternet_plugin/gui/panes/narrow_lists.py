"""Lists in the width of a side pane."""

from __future__ import annotations

from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.row_table import RowsView

# The marks are narrower than the style's headings, and so is a bar than where there is room.
_LEAST_PX, _BAR_PX = 14, 10


def make_narrow(view: RowsView) -> RowsView:
    """Let a list fit a side pane, and return it."""
    view.horizontalHeader().setMinimumSectionSize(_LEAST_PX)
    view.verticalScrollBar().setFixedWidth(_BAR_PX)
    small = sized(view.font(), NOTE_PT + 0.5)
    view.setFont(small)
    view.horizontalHeader().setFont(small)
    return view
