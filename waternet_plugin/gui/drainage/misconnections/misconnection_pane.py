"""The pane of misconnections: the list, the chosen one explained on the map, and what is done about it."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, OPEN
from waternet_plugin.core.texts import joined, shortened, tr
from waternet_plugin.gui.drainage.misconnections import misconnection_rows
from waternet_plugin.gui.drainage.misconnections.misconnection_rows import severity_word
from waternet_plugin.gui.issues.action_runner import Actor
from waternet_plugin.gui.issues.actions.accept_line import AcceptLine
from waternet_plugin.gui.network import keep
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.panes.pane import paragraph
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry, menu_switch

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.drainage.listed_misconnections import ListedMisconnections
    from waternet_plugin.store import Network


# How far a click may lie from a diamond, in pixels.
_REACH_PX = 20.0
_MARGIN = 0.15
_LEAST_M = 40.0


class MisconnectionPane(SidePane):
    """Lists drains that are joined to the wrong system; one click explains one."""

    NAME = "wn_misconnections"
    TOPIC = "drainage"
    TABLES = ("pipe", "node", "compound", "customer", "issue", "reading", "setting")
    ICON = "findmisconnections"
    ALGORITHM = "findmisconnections"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows drains that are joined to the wrong system, and the way their water takes."),
            tr("Why wrong"),
        )

    def build(self) -> QWidget:
        """Return tool, list and card."""
        from waternet_plugin.operations.drainage.listed_misconnections import ListedMisconnections

        self.setWindowTitle(tr("Misconnections"))
        self._nothing = self.found = ListedMisconnections()
        self.chosen: dict[str, Any] | None = None
        self._shows_closed = False
        self._rule = ""
        self.actor = Actor(self.session, self, self._busy_changed)
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list, the card of the chosen one, and what is done about it."""
        page = QWidget(parent)
        self.list = narrow_list(misconnection_rows.columns(), "wn_misconnections_list", page, self.explain)
        self.rules = ChoiceBox(
            "wn_misconnections_rule",
            accessibleName=tr("Rule"),
            toolTip=tr("List the findings of one rule"),
            chosen=self._show_rule,
        )
        upper = QWidget(page)
        vertical(self.rules, (self.list, 1), parent=upper, spacing=4, margins=0)
        side = QWidget(page)
        self.card = pane.Prose("wn_misconnections_card", side)
        self.accepting = AcceptLine(self.session, self.accept_for, side, "wn_misconnections")
        self.accept_button = pane.button(
            tr("Accept…"),
            "wn_misconnections_accept",
            self.accepting.ask,
            side,
            toolTip=tr("Give a reason; the finding is removed from the list"),
        )
        self.order_button = pane.button(
            tr("Work item"),
            "wn_misconnections_order",
            self.order,
            side,
            toolTip=tr("Write a work order to have a crew correct it"),
        )
        buttons = horizontal((self.accept_button, 1), (self.order_button, 1))
        vertical((self.card, 1), self.accepting, buttons, parent=side, spacing=4, margins=0)
        split = divided((upper, 2), (side, 3), parent=page)
        vertical((split, 1), parent=page, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer what was accepted, a table and layers of their own."""
        menu_switch(menu, tr("Show accepted ones too"), "wn_misconnections_closed", toggled=self._show_closed)
        menu_entry(menu, tr("Save as CSV…"), "wn_misconnections_csv", self._save)
        menu_entry(menu, tr("Keep as layers"), "wn_misconnections_keep", self._keep)

    def make_tool(self) -> PickTool:
        """Return the tool that picks a finding."""
        return PickTool(self.session, self.picked, topic=self.TOPIC)

    # Reading.

    def refresh(self) -> None:
        """Look for misconnections in the network as it is now."""

        def work(network: Network, progress: Progress) -> ListedMisconnections:
            from waternet_plugin.operations.drainage.listed_misconnections import list_misconnections

            return list_misconnections(network, progress)

        self.read_network(tr("Looking for misconnections"), work, self.show_found)

    def show_found(self, found: ListedMisconnections) -> None:
        """Show what was found; the one that was explained stays so, at first the most urgent one."""
        is_first = not self.shows_answer
        self.found = found
        self.headline.setText(found.summary[0] if found.summary else "")
        self.place_note.setText(joined(found.summary[1:]))
        self.show_answer()
        wanted = self.chosen["issue_id"] if self.chosen else ""
        self._fill_rules()
        rows = self._listed()
        self.list.set_rows(rows)
        kept = next((row for row in rows if row["issue_id"] == wanted), None)
        if kept is not None:
            self.explain(kept, zooms=False)
        elif rows:
            # What comes next after one was closed is not jumped to.
            self.explain(rows[0], zooms=is_first)
        else:
            self.chosen = None
            self.card.setHtml("")
            self.overlay.show([], misconnection_rows.marks(rows), self.crs)
        self._busy_changed()

    def _of_state(self) -> list[dict[str, Any]]:
        return [row for row in self.found.rows if self._shows_closed or row["state"] == OPEN]

    def _listed(self) -> list[dict[str, Any]]:
        return [row for row in self._of_state() if self._rule in ("", row["rule_id"])]

    def _fill_rules(self) -> None:
        """Offer the rules that found anything; the one that shows stays, as long as it is there."""
        choices = misconnection_rows.rule_choices(self._of_state())
        if self._rule not in (one for one, _words in choices):
            self._rule = ""
        self.rules.fill(choices, self._rule)

    def _show_rule(self, rule: str) -> None:
        self._rule = rule
        self.show_found(self.found)

    def _show_closed(self, shows: bool) -> None:
        self._shows_closed = shows
        self.show_found(self.found)

    # Explaining.

    def picked(self, pick: Pick) -> None:
        """Explain the finding that was clicked."""
        reach = self.session.iface.mapCanvas().mapSettings().mapUnitsPerPixel() * _REACH_PX
        near = [(math.hypot(row["x"] - pick.x_m, row["y"] - pick.y_m), row) for row in self._listed()]
        at = [one for one in near if one[0] <= reach]
        named = [one for one in near if pick.pipe_id in (one[1]["pipe_id"], one[1]["other_id"])]
        if not at and not named:
            self.tell(tr("No misconnection is recorded there. Click a diamond."))
            return
        self.tell("")
        self.explain(min(at or named, key=lambda one: one[0])[1], zooms=False)

    def explain(self, row: dict[str, Any], *, zooms: bool = True) -> None:
        """Draw the way from the compound to the outfall, let both drains flash, and say why it is wrong."""
        self.chosen = row
        self.card.setHtml(card(row))
        self.accepting.hide()
        self._select(row)
        lines, signs = misconnection_rows.explained(self.found, row)
        others = misconnection_rows.marks([one for one in self._listed() if one is not row])
        self.overlay.show(lines, [*signs, *others, *misconnection_rows.marks([row])], self.crs)
        shapes = [self._shape(name) for name in (row["pipe_id"], row["other_id"]) if name in self.found.pipes]
        if zooms:
            self._zoom_round(row)
        canvas = self.session.iface.mapCanvas()
        if shapes and hasattr(canvas, "flashGeometries"):
            canvas.flashGeometries(shapes, self.crs)
        self._busy_changed()

    def _select(self, row: dict[str, Any]) -> None:
        if any(one["issue_id"] == row["issue_id"] for one in self.list.chosen):
            # Several rows are chosen, this one among them.
            return
        self.list.choose_where("issue_id", row["issue_id"])

    def _shape(self, name: str) -> QgsGeometry:
        shape = QgsGeometry()
        shape.fromWkb(self.found.pipes[name])
        return shape

    def _zoom_round(self, row: dict[str, Any]) -> None:
        """Show the whole way."""
        shapes = [self._shape(name) for name in (*row["way"], row["other_id"]) if name in self.found.pipes]
        if not shapes:
            return
        box = QgsGeometry.unaryUnion(shapes).boundingBox()
        box.grow(max(_LEAST_M, _MARGIN * max(box.width(), box.height())))
        self.session.zoom_to(box)

    # What is done about one.

    def _busy_changed(self) -> None:
        row = self.chosen
        self.accept_button.setEnabled(row is not None and row["state"] == OPEN and not self.actor.is_busy)
        self.order_button.setEnabled(row is not None and not self.actor.is_busy)

    def accept_for(self, reason: str) -> None:
        """Accept what is chosen in the list for a reason, as one batch that can be undone."""
        rows = [row for row in self.list.chosen if row["state"] == OPEN]
        if not rows:
            return
        from waternet_plugin.operations.drainage.accept_misconnections import (
            AcceptMisconnectionsRequest,
            accept_misconnections,
        )

        ids = [row["issue_id"] for row in rows]
        request = AcceptMisconnectionsRequest(ids, reason, tr("Find misconnections"))
        text = tr("Accepted: {what}", "a name").format(what=shortened([row["pipe_id"] for row in rows]))

        def done() -> None:
            self.session.say(text, "success", (tr("Undo"), lambda: self.actor.undo(self.refresh)))
            self.refresh()

        self.actor.decide(text, lambda network: accept_misconnections(network, request).batch_id, done)

    def order(self) -> None:
        """Write a work order for the chosen one, as one batch that can be undone."""
        row = self.chosen
        if row is None:
            return
        text = tr("Work order {item} to correct {asset} is written.")
        work_orders.order_assets(
            self.session, self, [row["pipe_id"]], text, table="pipe", type="repair", note=order_note(row)
        )

    def _save(self) -> None:
        wanted = (*misconnection_rows.columns()[1:], *misconnection_rows.further_columns())
        pane.save_rows(self.session, self, wanted, self._listed, "misconnections")

    def _keep(self) -> None:
        parameters = {"NETWORK": self.session.network_path}
        keep.keep(
            self.session, "findmisconnections", parameters, tr("misconnections", "name of a file"), self
        )

    def forget(self) -> None:
        """Forget what was found."""
        self.found = self._nothing
        self.chosen = None
        self._rule = ""
        self._fill_rules()
        self.actor.forget()
        self.list.set_rows([])


def card(row: dict[str, Any]) -> str:
    """Return the card as HTML."""
    rule = catalogue()[row["rule_id"]]
    parts = [
        paragraph(tr("{code}: {title}").format(code=row["rule"], title=rule.title), bold=True, points=10),
        paragraph(str(row["reasons"])),
        _table(_facts(row)),
        paragraph(rule.fix),
    ]
    if row["state"] == ACCEPTED:
        parts.append(paragraph(tr("Accepted: {reason}").format(reason=row["state_reason"]), bold=True))
    return "".join(parts)


def _facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    facts = [
        (
            tr("Priority"),
            tr("{priority} ({severity})").format(
                priority=amounts.number(row["priority"]), severity=severity_word(row)
            ),
        ),
        (tr("Users behind"), amounts.number(row["users"])),
        (tr("Drains behind"), amounts.length(float(row["length_m"]))),
    ]
    if row["other_id"]:
        facts.append((tr("Joined to") if row["certainty"] != "near" else tr("Close to"), row["other_id"]))
    if row["outfall_id"]:
        text = tr("{outfall}, %n drain(s)", "", len(row["way"])).format(outfall=row["outfall_id"])
        facts.append((tr("Reaches outfall"), text))
    return facts


def _table(facts: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><td>{html.escape(name)}</td><td align="right"><b>{html.escape(str(value))}</b></td></tr>'
        for name, value in facts
    )
    return f'<table width="100%" cellpadding="1">{cells}</table><p style="margin:0 0 4px 0"></p>'


def order_note(row: dict[str, Any]) -> str:
    """Return what a crew is told in a work order."""
    rule = catalogue()[row["rule_id"]]
    return tr("{code}: {title}. {fix}").format(code=row["rule"], title=rule.title, fix=rule.fix)
