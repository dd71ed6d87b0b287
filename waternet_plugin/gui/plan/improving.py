"""A plan that is shown already goes on getting better, in rounds, until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plan.replanning import show_newest
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.gui.panes.section import PanelSection
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.renewal.recorded_plans import SearchLimits

# Seconds of the first round; one that wins nothing is followed by one of twice its length.
_FIRST_S = 5.0
_SHARE_DIGITS = 2

_under_way: WeakKeyDictionary[Any, Improving] = WeakKeyDictionary()


class Improving:
    """Plans again and again from the plan that is shown; each better one takes its place.

    Parameters
    ----------
    section
        Shows the progress, with the button that stops it.
    asked
        The parameters of the plan.
    limits
        When it has come near enough to the best possible, and how long a round without success is.
    """

    def __init__(
        self, session: Session, section: PanelSection, asked: dict[str, Any], limits: SearchLimits
    ) -> None:
        self._session, self._section, self._limits = session, section, limits
        self._asked = {"NETWORK": session.network_path, **asked, "GAP": limits.last_gap}
        self._seconds = _FIRST_S
        self._run: Any = None

    def begin(self, results: dict[str, Any]) -> None:
        """Go on from a plan that was made just now, where it can still get better."""
        stop(self._session)
        _under_way[self._session] = self
        self._go_on(results)

    def _go_on(self, results: dict[str, Any]) -> None:
        left = float(results["GAP_LEFT"])
        if left <= self._limits.last_gap or self._seconds > self._limits.round_s:
            self._end(left)
            return
        asked = {**self._asked, "IMPROVES": str(results["PLAN_ID"]), "TIME_LIMIT": self._seconds}
        self._run = self._session.run_algorithm(
            "planrenewal",
            asked,
            self._round_done,
            # By a person, or since the plan was changed otherwise: the plan that is shown stays.
            failed=lambda _error: self.forget(),
            section=self._section,
        )

    def _round_done(self, results: dict[str, Any]) -> None:
        if _under_way.get(self._session) is not self:
            return
        if results["BATCH_ID"]:
            show_newest(self._session, lambda _batch, _plan: self._go_on(results))
        else:
            self._seconds *= 2
            self._go_on(results)

    def _end(self, left: float) -> None:
        self.forget()
        share = amounts.share(left, _SHARE_DIGITS)
        self._session.say(tr("The plan is within {share} of the best possible.").format(share=share))

    def forget(self) -> None:
        """Hear no answer any more."""
        if _under_way.get(self._session) is self:
            del _under_way[self._session]

    def cancel(self) -> None:
        """Stop; the plan that is shown stays."""
        self.forget()
        if self._run is not None:
            self._run.cancel()


def stop(session: Session) -> None:
    """Stop improving the plan of a session: somebody else decides about it now."""
    running = _under_way.get(session)
    if running is not None:
        running.cancel()
