"""The network itself: how long, how many pipes, when it was last written and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QDateTime, QLocale, Qt
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.dock.actions import algorithm_menu
from waternet_plugin.gui.dock.tools import open_pane_of, open_window_of
from waternet_plugin.gui.network import add_field
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.section import NOTE_PT, ElidedLabel, FigureLink, PanelSection, sized
from waternet_plugin.gui.panes.steps.widgets import keep_place
from waternet_plugin.gui.start import beginning, recent
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.core.reports.health.statistics import Statistics
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.contents.network_figures import NetworkFigures


def _read_figures(network: Any) -> NetworkFigures:
    """Read what takes the same moment for any number of pipes."""
    from waternet_plugin.operations.contents.network_figures import network_figures

    return network_figures(network)


def _read_statistics(network: Any) -> Statistics:
    """Read how long the pipes are."""
    from waternet_plugin.operations.contents.network_figures import pipe_statistics

    return pipe_statistics(network)


def _families(statistics: Statistics) -> frozenset[str]:
    """Return the families of systems that have pipes in use; none at all where there is no pipe yet."""
    known = domain("system")
    there = [share.code for share in statistics.shares["system"] if share.pipes and share.code in known]
    return frozenset(known[code].family for code in there) if there else frozenset(("supply", "drain"))


def when(moment: Any) -> str:
    """Write a moment in local time: the clock today, else the day."""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    if local.date() == QDateTime.currentDateTime().date():
        return str(local.toString("HH:mm"))
    return str(local.toString("yyyy-MM-dd"))


def whom(name: str) -> str:
    """Return who wrote: “you” for the person at this computer."""
    from waternet_plugin.store import default_user

    return tr("you") if name == default_user() else name


class NetworkSection(PanelSection):
    """Length and number of pipes as a link to the statistics; the last save; undo, backups, algorithms."""

    KEY = "network"
    TOPIC = "panel"
    FOLDS = False

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.statistics: Statistics | None = None
        self._newest: Mapping[str, Any] | None = None
        self.length = FigureLink(self, objectName="wn_section_network_length")
        self.length.set_side(Qt.AlignmentFlag.AlignLeft)
        self.head.insertWidget(0, self.length)
        self._neighbours = ElidedLabel(
            self, objectName="wn_section_network_neighbours", font=sized(self.font(), NOTE_PT)
        )
        # Its room is kept: it comes by itself, and must not move a button away under a click.
        keep_place(self._neighbours)
        self._neighbours.setFixedHeight(self._neighbours.fontMetrics().height())
        self.body.addWidget(self._neighbours)
        self.open_work = self.add_link("open_work")
        self.open_work.setToolTip(
            tr("Work items that are not closed, and repairs without a check of the map. Click for the list.")
        )
        self._show_neighbours(session.neighbours.programs)
        session.neighbours.changed.connect(self._show_neighbours)
        session.network_changed.connect(self._forget)
        self.add_menu_action(tr("Undo the last batch"), self._undo, "wn_network_undo", kind="undo")
        self.add_menu_actions(
            (tr("Batches…"), partial(open_window_of, session, "batches"), "wn_network_batches"),
            (tr("Who changed what…"), self._show_changes, "wn_network_changes"),
        )
        self.menu.addSeparator()
        self.add_menu_actions(
            (tr("Add field…"), self._add_field, "wn_network_add_field"),
            (tr("Add code…"), self._add_code, "wn_network_add_code"),
            kind="own",
        )
        self.menu.addSeparator()
        self.add_menu_actions(
            (tr("Back up now"), self._back_up, "wn_network_back_up"),
            (tr("Backups…"), partial(open_window_of, session, "backups"), "wn_network_backups"),
        )
        self._algorithms: QMenu | None = None
        # Made when it is wanted: all algorithms take a while.
        self.menu.aboutToShow.connect(self._add_algorithms)

    def _add_algorithms(self) -> None:
        if self._algorithms is None:
            self._algorithms = algorithm_menu(self.session, self.menu)
            self.menu.addSeparator()
            self.menu.addMenu(self._algorithms)

    def _show_neighbours(self, programs: tuple[str, ...]) -> None:
        """Say which other programs have the network open."""
        tip = tr(
            "Another program also has this network open. Nothing is lost: what is saved there is seen here. "
            "If two people change the same field of a row, Save asks which version to keep."
        )
        text = tr("also open in {who}").format(who=listed(programs)) if programs else ""
        self._neighbours.set_text(text, tip if programs else "")
        self._neighbours.setVisible(bool(programs))

    def _forget(self) -> None:
        """Another network has other pipes."""
        self.statistics = self._newest = None

    def refresh(self, session: Session) -> None:
        """Read the figures anew."""
        self.read(_read_figures, self._show_figures)

    def _show_figures(self, figures: NetworkFigures) -> None:
        """Show who saved last, then read the pipes, which takes longer."""
        if figures.own:
            from waternet_plugin.bridge.project import own_forms

            # A column that another program added is in no form yet, and a new code in no style.
            own_forms.refresh(QgsProject.instance(), figures.own)
            if own_forms.lack_codes(QgsProject.instance(), figures.own):
                add_field.show_codes(self.session)
        self.session.set_given_name(figures.name)
        self.session.set_own_role(figures.role)
        self.open_work.set_figure(
            tr("Open work: {n}").format(n=amounts.number(figures.open_work)),
            partial(open_pane_of, self.session, "work"),
        )
        self.open_work.setVisible(figures.open_work > 0)
        self._newest = figures.newest
        if self.statistics is None or self.statistics.pipes:
            self._say_who_saved()
        self.read(_read_statistics, self._show_statistics)

    def _show_statistics(self, statistics: Statistics) -> None:
        self.statistics = statistics
        self.session.set_families(_families(statistics))
        recent.set_length(self.session.network_path, statistics.length_m)
        tip = tr("Pipes in use. Click for the statistics by system, DN, material and age.")
        self.length.set_figure(amounts.length(statistics.length_m), self._open_statistics)
        self.length.setToolTip(literal(tip))
        self.set_figure(tr("%n pipe(s)", "", statistics.pipes), self._open_statistics)
        self.figure.setToolTip(literal(tip))
        self.set_button("")
        if statistics.pipes:
            self._say_who_saved()
            return
        self.set_note(tr("no pipe yet"), beginning.how_to_draw())
        self.set_button(
            tr("Draw a pipe"), lambda: beginning.draw_pipe(self.session), tr("Or bring in files with pipes.")
        )

    def _say_who_saved(self) -> None:
        newest = self._newest
        if newest is None:
            return
        text = tr("saved {when}, {who}").format(when=when(newest["at"]), who=whom(str(newest["by"])))
        moment = QLocale().toString(
            QDateTime.fromSecsSinceEpoch(int(newest["at"].timestamp())), QLocale.FormatType.ShortFormat
        )
        self.set_note(text, f"{moment}  {newest['by']}  {newest['name'] or ''}".strip())

    def _open_statistics(self) -> None:
        from waternet_plugin.gui.dock.dialogs.statistics_window import StatisticsWindow

        if self.statistics is not None:
            window = StatisticsWindow(self.session, self.statistics, self.session.iface.mainWindow())
            self.session.show_window(window)

    def _undo(self) -> None:
        """Undo the last batch; that can be undone, so it asks only where some of it would stay."""

        def done(results: dict[str, Any]) -> None:
            again = (tr("Redo"), lambda: self.undo_batch(str(results["BATCH_ID"])))
            self.session.say(undoing.done_text(results), "info", again)

        undoing.undo(self.session, "", done, section=self)

    def undo_batch(self, batch: str) -> None:
        """Undo a batch; a window asks where some of it would stay."""
        undoing.undo(
            self.session, batch, lambda results: self.session.say(undoing.done_text(results)), section=self
        )

    def _show_changes(self) -> None:
        from waternet_plugin.gui.batches.changes_in_view import open_changes

        open_changes(self.session)

    def _add_field(self) -> None:
        self.session.show_window(
            add_field.AddFieldDialog(self.session, self, self.session.iface.mainWindow())
        )

    def _add_code(self) -> None:
        self.session.open_algorithm("addcode", {"NETWORK": self.session.network_path})

    def _back_up(self) -> None:
        path = self.session.network_path

        def done(copy: Any) -> None:
            action = (tr("Show the folder"), partial(file_dialogs.open_folder, copy))
            self.session.say(tr("The network was copied to {path}.").format(path=copy), "info", action)

        self.session.run(
            tr("Backing up the network"),
            on_network(path, lambda network, progress: network.backup(progress)),
            done,
            section=self,
        )
