"""The window of proposals: how many zones, then three solutions side by side; one is kept as a scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QHBoxLayout, QProgressBar, QPushButton, QSpinBox

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma.proposals.pressure_look import PressureLook
from waternet_plugin.gui.dma.proposals.solution_card import SolutionCard, card_rows
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.core.dma.hydraulics import HydraulicCheck
    from waternet_plugin.core.dma.proposal.proposing import Proposals
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.dma.propose_dma import ProposeDmaResult

_WIDTH, _HEIGHT = 840, 420
_COUNT, _SIZE_BY, _INLETS = "dma/count", "dma/size_by", "dma/max_inlets"
_MOST_ZONES = 2000


def size_words() -> dict[str, str]:
    """Return what people call the ways to count the size of a zone."""
    return {
        "customers": tr("customers"),
        "households": tr("households"),
        "demand": tr("demand"),
        "length": tr("length"),
    }


def hydraulic_note(check: HydraulicCheck) -> str:
    """Return what a card says of pressure and water age."""
    lines = [line for line in (check.sentence(), check.age_sentence()) if line]
    return "\n".join(line[:1].upper() + line[1:] for line in lines)


class ProposalWindow(QDialog):
    """Asks for a number of zones and compares three solutions.

    Parameters
    ----------
    session
        Runs the work.
    show
        Shows a solution on the map.
    kept
        Called with the id of the scenario that was kept.
    """

    def __init__(self, session: Session, show: Callable[[Any], Any], kept: Callable[[str], Any]) -> None:
        super().__init__(
            session.iface.mainWindow(), objectName="wn_proposals", windowTitle=tr("Propose metered areas")
        )
        self.session, self._show, self._kept = session, show, kept
        self.proposals: Proposals | None = None
        self.cards: dict[str, SolutionCard] = {}
        self._on_cancel: Callable[[], Any] | None = None
        self._pressures = PressureLook(session, self._say_pressures, self._show_share)
        self.count = QSpinBox(
            self,
            objectName="wn_proposals_count",
            minimum=1,
            maximum=_MOST_ZONES,
            value=int(session.remembered(_COUNT, 4)),
        )
        self.size_by = QComboBox(self, objectName="wn_proposals_size_by")
        for code, word in size_words().items():
            self.size_by.addItem(word, code)
        self.size_by.setCurrentIndex(max(0, self.size_by.findData(session.remembered(_SIZE_BY, "customers"))))
        self.inlets = QSpinBox(
            self,
            objectName="wn_proposals_inlets",
            minimum=1,
            maximum=9,
            value=int(session.remembered(_INLETS, 2)),
        )
        self.button = QPushButton(
            tr("Propose"),
            self,
            objectName="wn_proposals_start",
            default=True,
            clicked=lambda _checked=False: self.start(),
        )
        self.button.setFixedHeight(28)
        self.hint = Hint("wn_proposals_hint", self)
        self._bar = QProgressBar(
            self, objectName="wn_proposals_bar", textVisible=False, minimum=0, maximum=1000, visible=False
        )
        self._bar.setFixedHeight(6)
        self._row = QHBoxLayout(spacing=8)
        vertical(self._question(), self.hint, self._bar, (self._row, 1), parent=self, spacing=8, margins=12)
        self.hint.say(
            tr("Every zone is one piece and fed by at most so many inlets; nothing changes in the network.")
        )
        self.resize(_WIDTH, _HEIGHT)

    def _question(self) -> QHBoxLayout:
        return horizontal(
            plain_label(tr("Zones"), self),
            self.count,
            plain_label(tr("alike in"), self),
            self.size_by,
            plain_label(tr("at most"), self),
            self.inlets,
            plain_label(tr("inlets"), self),
            1,
            self.button,
            spacing=8,
        )

    def start(self) -> None:
        """Compute the solutions."""
        from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
        from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma

        self.session.remember(_COUNT, self.count.value())
        self.session.remember(_SIZE_BY, str(self.size_by.currentData()))
        self.session.remember(_INLETS, self.inlets.value())
        options = ProposalOptions(
            count=self.count.value(),
            size_by=str(self.size_by.currentData()),
            max_inlets=self.inlets.value(),
        )

        def work(network: Any, progress: Any) -> ProposeDmaResult:
            return propose_dma(network, ProposeDmaRequest(options, wants_pressures=False), progress)

        self.button.setEnabled(False)
        self._pressures.begin(None)
        self.session.run(
            self.windowTitle(),
            on_network(self.session.network_path, work),
            self._show_cards,
            failed=self._failed,
            section=self,
        )

    def _failed(self, error: WaterNetError) -> None:
        self.button.setEnabled(True)
        self.hint.say(error.message)

    def _show_cards(self, result: ProposeDmaResult) -> None:
        from waternet_plugin.core.dma.proposal.proposing import solution_name

        self.proposals = result.proposals
        self.button.setEnabled(True)
        for card in self.cards.values():
            self._row.removeWidget(card)
            card.deleteLater()
        self.cards = {}
        for key in self.proposals.solutions:
            rows = card_rows(self.proposals.figures(key), self.proposals.options.size_by, result.currency)
            name = solution_name(key)
            card = SolutionCard(key, name[:1].upper() + name[1:], rows, self)
            card.say(tr("Pressures are being computed."))
            card.picked.connect(self.show_solution)
            card.kept.connect(self.keep)
            self._row.addWidget(card, 1)
            self.cards[key] = card
        self.hint.say(tr("Click a card to see the solution on the map."))
        self._pressures.begin(self.proposals)
        self.show_solution(self.proposals.chosen)

    def show_solution(self, key: str) -> None:
        """Show a solution on the map."""
        for each, card in self.cards.items():
            card.choose(each == key)
        if self.proposals is not None:
            self._show(self.proposals.solutions[key])
            self._pressures.look_at(key)

    def _say_pressures(self, checks: dict[str, HydraulicCheck]) -> None:
        for key, check in checks.items():
            if key in self.cards:
                self.cards[key].say(hydraulic_note(check))

    def _show_share(self, share: float | None) -> None:
        """Show how far EPANET is, unless other work of the window shows its own share."""
        if self._on_cancel is not None:
            return
        self._bar.setVisible(share is not None)
        self._bar.setValue(round(1000 * (share or 0.0)))

    def keep(self, key: str) -> None:
        """Keep a solution as a scenario, by the algorithm that finds the same one again."""
        from waternet_plugin.core.dma.proposal.proposing import solution_name

        if self.proposals is None:
            return
        self._pressures.cancel()
        options = self.proposals.options
        parameters = {
            "NETWORK": self.session.network_path,
            "COUNT": options.count,
            "SIZE_BY": options.size_by,
            "MAX_INLETS": options.max_inlets,
            "SOLUTION": key,
            "SEED": options.seed,
            "SCENARIO": tr("Proposal: {count} zones, {solution}").format(
                count=options.count, solution=solution_name(key)
            ),
        }

        def done(results: dict[str, Any]) -> None:
            self.close()
            self._kept(str(results["SCENARIO_ID"]))

        self.session.run_algorithm("proposedma", parameters, done, failed=self._failed, section=self)

    # Long work.

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Show how far the work is."""
        self._on_cancel = on_cancel or self._on_cancel
        self._bar.setValue(round(1000 * fraction))
        self._bar.show()

    def hide_progress(self) -> None:
        """Long work ended."""
        self._on_cancel = None
        self._bar.hide()
        self.button.setEnabled(True)

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        session = getattr(self, "session", None)
        if session is not None and help_key.answers(event, lambda: session, "dma"):
            return True
        return bool(super().event(event))

    def reject(self) -> None:
        """Cancel what runs; else close."""
        if self._on_cancel is not None:
            self._on_cancel()
        elif self._pressures.is_busy:
            self._pressures.cancel()
        else:
            super().reject()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Cancel what runs, and take the solution off the map."""
        if self._on_cancel is not None:
            self._on_cancel()
        self._pressures.begin(None)
        self._show(None)
        super().closeEvent(event)
