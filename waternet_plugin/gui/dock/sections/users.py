"""Users and meters: who is supplied with how much, the meters due within a year, and the ways to lists."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.users.user_summary import UserSummary


def _read(network: Any) -> UserSummary:
    """Read what the section shows."""
    from waternet_plugin.operations.users.user_summary import user_summary

    return user_summary(network)


class UsersSection(PanelSection):
    """How many users there are and what they need a day; a click ranks them."""

    KEY = "users"
    READ = staticmethod(_read)
    TOPIC = "users"
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.summary: UserSummary | None = None
        self.due = self.add_link("due")
        show = partial(open_pane_of, session)
        self._rank, self._show_due = partial(show, "users"), partial(show, "meters", which="due")
        self.add_menu_actions(
            (tr("Meters due…"), self._show_due, "wn_users_menu_meters"),
            (tr("Meter tree…"), partial(show, "meter_tree", starts=True), "wn_users_menu_tree"),
            (tr("Compounds to renovate…"), partial(show, "renovation"), "wn_users_menu_renovation"),
            (tr("Contracts…"), partial(show, "contracts"), "wn_users_menu_contracts"),
            (tr("Public use…"), partial(show, "public"), "wn_users_menu_public"),
            (tr("Users on the map"), partial(session.show_theme, "users"), "wn_users_menu_map"),
        )

    def title(self) -> str:
        """Return the title."""
        return tr("Users and meters")

    def _show(self, summary: UserSummary) -> None:
        self.summary = summary
        if not summary.users and not summary.meters:
            self.set_empty(
                tr("Shows who takes how much and which meters are due, once there are users or meters."),
                tr("Bring in data"),
                self.session.open_wizard,
            )
            return
        figure = tr("%n user(s)", "", summary.users)
        if summary.demand_m3d is not None:
            demand = tr("{m3} m³/d").format(m3=amounts.number(summary.demand_m3d))
            figure = tr("{users}, {demand}").format(users=figure, demand=demand)
        self.set_figure(figure, self._rank)
        self.figure.setToolTip(literal(tr("Click for the users by what they took.")))
        self.set_note(tr("%n meter(s) in use", "", summary.meters))
        self.set_button(tr("Rank"), self._rank, tr("Users by what they took: the top, a band, a sample"))
        self.due.set_figure(tr("%n meter(s) due within a year", "", summary.meters_due), self._show_due)
        self.due.setToolTip(
            literal(tr("%n of them overdue. Click for the list and the map.", "", summary.meters_overdue))
        )
        self.due.setVisible(bool(summary.meters))
