"""Lists in the width of a side pane."""

from __future__ import annotations

from waternet_plugin.gui.panel.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.row_table import RowsView

# The marks are narrower than the style's headings.
_LEAST_PX = 18


def make_narrow(view: RowsView) -> RowsView:
    """Let a list fit a side pane, and return it."""
    view.horizontalHeader().setMinimumSectionSize(_LEAST_PX)
    small = sized(view.font(), NOTE_PT + 0.5)
    view.setFont(small)
    view.horizontalHeader().setFont(small)
    return view
