"""The tests of the drawn zone: what came out, why it is to be tested again, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.colours import FAULT, GOOD, WARNING
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.dma import zone_runs
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from waternet_plugin.core.progress import Progress
    from waternet_plugin.core.retests.boundary_changes import BoundaryChange
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.pressure_tests.zone_tests import ZoneTest, ZoneTests

RECORD = "recordzeropressuretest"
# Verdict, sign, colour.
_LOOKS = (("pass", "✓", GOOD), ("fail", "×", FAULT), ("repeat", "?", WARNING))
_SIGNS = {code: sign for code, sign, _colour in _LOOKS}
_COLOURS = {code: colour for code, _sign, colour in _LOOKS}
_TABLES = ("", "zone", "zone_test", "node", "pipe")


def test_columns() -> tuple[TableColumn, ...]:
    """Return what the list of tests shows."""
    return (
        TableColumn("verdict", "", write=lambda _code: "", colour=_COLOURS.get, width=20),
        TableColumn("day", tr("Date"), width=74),
        TableColumn("result", tr("Result"), width=66, wraps=True),
        TableColumn("by", tr("By"), width=50, wraps=True),
        TableColumn("leaks", tr("Leaking valve"), width=84, fills=True, wraps=True),
    )


def test_row(one: ZoneTest) -> dict[str, Any]:
    """Return a test as the list shows it, the result by a sign and a word."""
    labels = domain("test_verdict")
    word = labels[one.verdict].label if one.verdict in labels else one.verdict
    if one.fault_node:
        leaks = one.fault_node
    else:
        # Nobody has looked yet: where the gauges say that it is.
        leaks = tr("{valves}?").format(valves=listed(one.suspects[:2])) if one.suspects else ""
    return {
        "verdict": one.verdict,
        "day": one.day,
        "result": f"{_SIGNS.get(one.verdict, '')} {word}".strip(),
        "by": one.by,
        "leaks": leaks,
    }


def _changed_text(change: BoundaryChange) -> str:
    """Return which field was changed, by whom and when."""
    parts = []
    if change.field:
        field = {one.name: one for one in table(_TABLE_OF[change.reason]).fields}[change.field]
        words = [_value_text(field.domain, value) for value in (change.before, change.after)]
        parts.append(
            tr("{field}: {before} → {after}").format(field=field.label, before=words[0], after=words[1])
        )
    if change.at:
        parts.append(tr("{by}, {at}").format(by=change.by or "?", at=moments.local_of_log(change.at)))
    return joined(f"({part})" for part in parts)


_TABLE_OF = {
    "valve_changed": "node",
    "pipe_changed": "pipe",
    "members_changed": "pipe",
    "pipe_joined": "pipe",
}


def _value_text(code_list: str | None, value: str) -> str:
    if code_list:
        labels = domain(code_list)
        value = labels[value].label if value in labels else value
    return value or tr("unknown")


def state_text(found: ZoneTests) -> str:
    """Return what the tests of a zone come to, and why it is to be tested again."""
    from waternet_plugin.operations.retests.mark_retests import change_sentence

    zone = found.zone_id
    if not found.tests and not found.needs_test:
        return tr(
            "{zone} was never tested. Plan a zero-pressure test: it proves whether the zone is closed."
        ).format(zone=zone)
    if found.change is not None:
        return joined([change_sentence(found.change), _changed_text(found.change)])
    if found.has_failed:
        return tr(
            "{zone} is to be tested again: the last test failed. Repair the valve that leaks first."
        ).format(zone=zone)
    if found.is_marked:
        if not found.marked_at:
            return tr("{zone} is to be tested again.").format(zone=zone)
        text = tr("{zone} is to be tested again: {by} marked it so on {at}.")
        return text.format(zone=zone, by=found.marked_by or "?", at=moments.local_of_log(found.marked_at))
    newest = found.tests[0]
    if newest.verdict != "pass":
        return tr("{zone}: the last test proves nothing and is to be repeated.").format(zone=zone)
    if not newest.next_test_on:
        return tr("{zone} is proven closed: nothing on its boundary has changed since the test.").format(
            zone=zone
        )
    text = tr(
        "{zone} is proven closed: nothing on its boundary has changed since the test. The next one is due on "
        "{day}."
    )
    return text.format(zone=zone, day=newest.next_test_on)


class ZoneTestsPage(QWidget):
    """The tab of tests.

    Parameters
    ----------
    session
        Reads the network, and runs what is asked for.
    model
        Says which zone is drawn.
    plan_test
        Plans the test of that zone.
    parent
        Owner.
    """

    def __init__(
        self,
        session: Session,
        model: DrawingModel,
        plan_test: Callable[[], Any],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName="wn_dma_tests_page")
        self.session, self.model = session, model
        self._asked = ""
        self.note = plain_label(
            "",
            self,
            objectName="wn_dma_tests_note",
            wordWrap=True,
            font=sized(self.font(), NOTE_PT + 0.5),
            textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        self.list = make_narrow(RowsView(test_columns(), "wn_dma_tests", self))
        buttons = [
            pane.tool(text, f"wn_dma_tests_{name}", click, self, toolTip=literal(tip))
            for algorithm, name, text, click, tip in (
                (
                    zone_runs.TEST_PLAN,
                    "plan",
                    tr("Test plan…"),
                    plan_test,
                    tr("Zero-pressure test of the chosen zone, as a PDF"),
                ),
                (
                    RECORD,
                    "record",
                    tr("Record a test…"),
                    self.record,
                    tr("Judge a test by the readings of its gauges, imported or typed in"),
                ),
            )
            if zone_runs.has(algorithm)
        ]
        vertical(self.note, (self.list, 1), WrappingRow(*buttons), parent=self, spacing=4, margins=4)
        model.replaced.connect(self.read)
        model.zone_changed.connect(self.read)
        session.data_changed.connect(self._data_changed)

    def _data_changed(self, name: str) -> None:
        if name in _TABLES and not sip.isdeleted(self):
            self.read()

    def read(self) -> None:
        """Read the tests of the drawn zone."""
        zone, path = self.model.zone_id, self.session.network_path
        self._asked = zone
        if not zone or not path:
            self.list.set_rows([])
            self.note.setText(tr("Choose a zone of the list to see its tests."))
            return

        def work(_progress: Progress) -> ZoneTests:
            from waternet_plugin import store
            from waternet_plugin.operations.pressure_tests.zone_tests import zone_tests

            with store.open_network(path) as network:
                return zone_tests(network, zone)

        def done(found: ZoneTests) -> None:
            # Another zone may have been chosen meanwhile.
            if not sip.isdeleted(self) and self._asked == found.zone_id:
                self.show_tests(found)

        self.session.run(tr("Reading the tests"), work, done, is_quiet=True)

    def show_tests(self, found: ZoneTests) -> None:
        """Show what was read."""
        self.list.set_rows([test_row(one) for one in found.tests])
        self.note.setText(state_text(found))

    def record(self) -> None:
        """Open the dialog that records a test of the drawn zone."""
        zone = self.model.zone_id
        if not zone:
            self.session.say(tr("Choose a zone of the list first: its test is recorded."), "warning")
            return
        self.session.open_algorithm(RECORD, {"NETWORK": self.session.network_path, "ZONE": zone})
