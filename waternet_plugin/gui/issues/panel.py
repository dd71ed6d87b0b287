"""The pane of issues: the list at the left, the issue in hand at the right, one click an issue."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
)
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues import buttons, explaining, filtering, grades, layer_sight, words
from waternet_plugin.gui.issues.accept_line import AcceptLine
from waternet_plugin.gui.issues.acting import Actor
from waternet_plugin.gui.issues.deeds import Deeds
from waternet_plugin.gui.issues.filter_bar import FilterBar
from waternet_plugin.gui.issues.hand import Hand
from waternet_plugin.gui.issues.listing import IssueList
from waternet_plugin.gui.issues.marking import Marking
from waternet_plugin.gui.issues.recorded import Issue, Recorded, read_issues
from waternet_plugin.gui.issues.tree import severity_colour
from waternet_plugin.gui.panel import pane

# Clicks and arrow keys tell of one row twice.
_PICK_MS = 60
_MOVED_MS = 300


class IssuePane(pane.Pane):
    """Lists issues, explains the one in hand, shows it on the map, fixes and accepts."""

    NAME = "wn_issues"
    TOPIC = "issues"
    TABLES = ("issue", "pipe", "node", "setting")

    def build(self) -> QWidget:
        """Return the filters over list and issue."""
        self.found: Recorded | None = None
        self.listed = filtering.Shown()
        self._wanted: dict[str, Any] = {}
        self._turn = 0
        self._picked = ""
        self.shows_grades = False
        self.marking = Marking(self.session.iface.mapCanvas())
        self.sight = layer_sight.LayerSight(self.session)
        self.setWindowTitle(tr("Issues"))
        inside = QWidget(self)
        self.actor = Actor(self.session, self, self._update)
        self.deeds = Deeds(self)
        self.hand = Hand(self.session, self._placed, self._planned, inside)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(4)
        self.filter = FilterBar(inside)
        self.filter.changed.connect(self._list)
        layout.addWidget(self.filter)
        split = QSplitter(Qt.Orientation.Horizontal, inside)
        split.setChildrenCollapsible(False)
        self.list = IssueList(self.filter.reset, split)
        self.list.tree.picked.connect(self._pick)
        split.addWidget(self.list)
        split.addWidget(self._issue_side(split))
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([330, 390])
        layout.addWidget(split, 1)
        self._wait = QTimer(inside)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_PICK_MS)
        self._wait.timeout.connect(lambda: self.show_issue(self._picked))
        self._moved = QTimer(inside)
        self._moved.setSingleShot(True)
        self._moved.setInterval(_MOVED_MS)
        self._moved.timeout.connect(self._list)
        self.session.iface.mapCanvas().extentsChanged.connect(self._map_moved)
        self._update()
        return inside

    def _issue_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent)
        side.setMinimumWidth(240)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(4)
        self.prose = pane.Prose("wn_issues_answer", side)
        self.prose.anchorClicked.connect(lambda url: self._follow(url.toString()))
        self.accepting = AcceptLine(self.session, self.deeds.accept_for, side)
        self.buttons = buttons.IssueButtons(self, side)
        self.bar = buttons.ProgressLine(side)
        layout.addWidget(self.prose, 1)
        # Above what is clicked, so that nothing moves under the pointer.
        layout.addWidget(self.bar)
        layout.addWidget(self.accepting)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.buttons)
        layout.addLayout(line)
        return side

    # Reading and listing.

    def ask(self, **wanted: Any) -> None:
        """Go to the next issue (``next``), to one (``issue``), or to the grades (``grades``)."""
        self.sight.show()
        if wanted.get("grades"):
            self.show_grades()
        if self.found is None or not wanted:
            self._wanted = {**self._wanted, **wanted}
            self.refresh()
        else:
            self._go(wanted)

    def _go(self, wanted: dict[str, Any]) -> None:
        # So that N, F and A are heard.
        self.list.tree.setFocus()
        if wanted.get("issue"):
            self.show_issue(str(wanted["issue"]))
        elif wanted.get("next"):
            self.go_on()

    def read_on(self, following: Issue | None) -> None:
        """Read the issues anew and take one of them in hand."""
        self._wanted = {"issue": following.issue_id} if following else {}
        self.refresh()

    def refresh(self) -> None:
        """Read the issues anew."""
        path = self.session.network_path
        if not path:
            return
        self._turn += 1
        turn = self._turn

        def work(_progress: Any) -> Recorded:
            from waternet_plugin import store

            with store.open_network(path) as network:
                return read_issues(network)

        def done(found: Recorded) -> None:
            # While a fix and its check are under way, the list waits for both.
            if turn == self._turn and path == self.session.network_path and not self.actor.is_busy:
                self._read(found)

        self.session.run(tr("Reading the issues"), work, done, is_quiet=True)

    def _read(self, found: Recorded) -> None:
        self.found = found
        self.filter.offer_rules(found)
        self._list()
        wanted, self._wanted = self._wanted, {}
        before = self.hand.issue
        now = found.by_id.get(before.issue_id) if before is not None else None
        if wanted:
            self._go(wanted)
        elif before is None:
            self._explain()
        elif now is None:
            self._take(None)
        elif now != before:
            self._take(now)
        if self.shows_grades:
            self.show_grades()

    def _list(self) -> None:
        if self.found is None:
            return
        wanted = self.filter.wanted(self._view())
        self.listed = filtering.shown(self.found, wanted, str(self.filter.grouping.currentData()))
        current = self.hand.issue.issue_id if self.hand.issue else ""
        self.list.show_issues(self.listed, self.found, current)
        self._say_title()
        self._update()

    def _say_title(self) -> None:
        if self.found is None:
            return
        mend = self.found.open_roots
        errors = sum(issue.severity == "error" for issue in mend)
        title = tr("Issues: {n} to fix, {errors}").format(n=len(mend), errors=words.errors(errors))
        self.setWindowTitle(title if self.found.is_checked or self.found.issues else tr("Issues"))

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """The network's coordinates."""
        layer = self.session.layer("pipe")
        settings = self.session.iface.mapCanvas().mapSettings()
        return layer.crs() if layer is not None else settings.destinationCrs()

    def _view(self) -> filtering.Box | None:
        """Return the visible part of the map in the network's coordinates."""
        canvas = self.session.iface.mapCanvas()
        box, source, target = canvas.extent(), canvas.mapSettings().destinationCrs(), self.crs
        if source.isValid() and target.isValid() and source != target:
            try:
                change = QgsCoordinateTransform(source, target, QgsProject.instance())
                box = change.transformBoundingBox(box)
            except QgsCsException:
                return None
        return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    def _map_moved(self) -> None:
        if self.filter.area.isChecked() and not self.isHidden():
            self._moved.start()

    # The issue in hand.

    def _pick(self, issue_id: str) -> None:
        self._picked = issue_id
        self._wait.start()

    def show_issue(self, issue_id: str) -> None:
        """Take an issue in hand: explain it, go there on the map."""
        issue = self.found.by_id.get(issue_id) if self.found else None
        if issue is None:
            return
        self.list.tree.choose(issue_id)
        self._take(issue)

    def _take(self, issue: Issue | None) -> None:
        self.shows_grades = self.shows_grades and issue is None
        self.accepting.hide()
        self.marking.clear()
        self.hand.take(issue, self.found.pipes if self.found else 0)
        self._explain()
        self._update()
        self._tell_section()

    def _tell_section(self) -> None:
        """Let the section of the dock name the issue that comes next."""
        section = self.session.iface.mainWindow().findChild(QWidget, "wn_section_issues")
        current = self.hand.issue
        if section is not None and current is not None:
            section.show_next(self.listed.after(current.issue_id))

    def _explain(self) -> None:
        if self.shows_grades:
            return
        if self.found is None or self.hand.issue is None:
            self.prose.setHtml(explaining.overview(self.found) if self.found else "")
            return
        place = self.prose.verticalScrollBar().value()
        self.prose.setHtml(
            explaining.explanation(
                self.hand.issue,
                self.found,
                places=self.hand.places,
                preview=self.hand.preview,
                is_waiting=self.hand.is_waiting,
                can_be_fixed=self.hand.can_be_fixed,
            )
        )
        self.prose.verticalScrollBar().setValue(place)

    def _placed(self) -> None:
        """Go there: the assets are known."""
        issue, places = self.hand.issue, self.hand.places
        if issue is None or places is None:
            return
        if places.view is not None:
            self.session.zoom_to(places.view)
            self.marking.show(places.shapes, issue.place, severity_colour(issue.severity), self.crs)
            self.marking.flash(places.shapes, self.crs)
        self._explain()

    def _planned(self) -> None:
        """Show what the fix does, in words and on the map."""
        if self.hand.preview is not None and self.hand.places is not None:
            self.marking.show_after(self.hand.preview.shapes, self.crs)
        self._explain()
        self._update()

    def _follow(self, target: str) -> None:
        """Answer a link: an asset, an issue, an area, what a fix does."""
        kind, _colon, name = target.partition(":")
        if f"{kind}:" == explaining.ISSUE_LINK:
            self.show_issue(name)
        elif f"{kind}:" == explaining.DRY_RUN_LINK:
            self.hand.work_out(section=self)
        elif f"{kind}:" == grades.AREA_LINK:
            self._zoom_to_area(name)
        elif f"{kind}:" == explaining.ASSET_LINK:
            self._open_asset(*name.split("/", 1))

    def _open_asset(self, table: str, asset_id: str) -> None:
        """Let an asset flash and open its form, where it can be mended by hand."""
        asset = self.hand.places.named(table, asset_id) if self.hand.places else None
        layer = self.session.layer(table)
        if asset is None:
            return
        if asset.wkb:
            self.marking.flash([asset.wkb], self.crs)
        feature = layer.getFeature(asset.fid) if layer is not None else None
        if feature is None or not feature.isValid():
            self.session.say(tr("Its layer is not in this project, so its form can’t be opened."), "warning")
            return
        self.session.iface.openFeatureForm(layer, feature, False, False)

    # Grades.

    def switch_grades(self) -> None:
        """Show the grades, or the issue in hand again."""
        if self.shows_grades:
            self.shows_grades = False
            self._explain()
            self._update()
        else:
            self.show_grades()

    def show_grades(self) -> None:
        """Show how good the data are, area by area."""
        path = self.session.network_path
        self.shows_grades = True
        self.accepting.hide()
        self._update()

        def work(_progress: Any) -> str:
            from waternet_plugin import store

            with store.open_network(path) as network:
                return grades.grades_page(grades.read_grades(network))

        def done(page: str) -> None:
            if self.shows_grades and path == self.session.network_path:
                self.prose.setHtml(page)

        self.session.run(tr("Grading the areas"), work, done, section=self)

    def _zoom_to_area(self, area_id: str) -> None:
        path = self.session.network_path

        def work(_progress: Any) -> filtering.Box | None:
            from waternet_plugin import store

            with store.open_network(path) as network:
                return grades.read_area(network, area_id)

        def done(box: filtering.Box | None) -> None:
            if box is not None and path == self.session.network_path:
                self.session.zoom_to(box)

        self.session.run(tr("Reading an area"), work, done, is_quiet=True)

    # Acting.

    def go_on(self) -> None:
        """Go to the next issue of the list."""
        current = self.hand.issue.issue_id if self.hand.issue else ""
        following = self.listed.after(current)
        if following is not None:
            self.show_issue(following.issue_id)
        elif not self.listed.issues:
            self.session.say(tr("There are no issues in the list."))
        else:
            self.session.say(tr("This is the only issue in the list."))

    def _update(self) -> None:
        self.buttons.update_from()

    # Progress.

    def show_progress(self, fraction: float, on_cancel: Any = None) -> None:
        """Show how far the work is."""
        self.bar.show_progress(fraction, on_cancel)

    def hide_progress(self) -> None:
        """Long work ended."""
        self.bar.hide_progress()

    # Going.

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        self.marking.clear()
        self.sight.restore()
        self.hand.let_go()
        self.actor.forget()
        self.found = None
        self._wanted = {}
        self.listed = filtering.Shown()
        super().closeEvent(event)
