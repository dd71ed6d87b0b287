"""Pressures of proposed areas: EPANET computes them once the cards are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.core.dma.hydraulics import HydraulicCheck
    from waternet_plugin.core.dma.proposal.proposing import Proposals
    from waternet_plugin.gui.session.session import Session


class PressureLook:
    """Computes pressures of all solutions, and the water age of the one that is looked at.

    Parameters
    ----------
    session
        Runs the work.
    told
        Called with what is known of each solution.
    shown
        Called with the share that is done, None when nothing is under way.
    """

    def __init__(
        self,
        session: Session,
        told: Callable[[dict[str, HydraulicCheck]], Any],
        shown: Callable[[float | None], Any],
    ) -> None:
        self._session, self._told, self._shown = session, told, shown
        self._proposals: Proposals | None = None
        self._key = ""
        self._checks: dict[str, HydraulicCheck] = {}
        # Solutions whose water ages were asked for.
        self._aged: set[str] = set()
        self._stop: Callable[[], Any] | None = None
        self.is_busy = False

    def begin(self, proposals: Proposals | None) -> None:
        """Take up other proposals, or none; what is under way for the ones before is cancelled."""
        self.cancel()
        self._proposals, self._checks, self._aged, self._key = proposals, {}, set(), ""

    def look_at(self, key: str) -> None:
        """Compute what is not known yet of a solution that is looked at."""
        self._key = key
        proposals = self._proposals
        if proposals is None or self.is_busy:
            return
        check = self._checks.get(key)
        if check is None:
            wanted = dict(proposals.solutions)
        elif check.dead_ends and key not in self._aged:
            wanted = {key: proposals.solutions[key]}
        else:
            return
        self._aged.add(key)
        self.is_busy = True

        def work(network: Any, progress: Any) -> dict[str, HydraulicCheck]:
            from waternet_plugin.operations.hydraulics.check_hydraulics import check_hydraulics

            return check_hydraulics(network, wanted, progress, looked_at=key)

        self._session.run(
            tr("Compute pressures of proposed areas"),
            on_network(self._session.network_path, work),
            partial(self._found, proposals),
            failed=partial(self._failed, proposals),
            section=self,
        )

    def cancel(self) -> None:
        """Stop what is under way."""
        if self._stop is not None:
            self._stop()

    def _found(self, proposals: Proposals, found: dict[str, HydraulicCheck]) -> None:
        self.is_busy = False
        if proposals is self._proposals:
            self._checks.update(found)
            self._told(self._checks)
        # Another card may have been clicked meanwhile, or other proposals made.
        if self._key:
            self.look_at(self._key)

    def _failed(self, proposals: Proposals, error: WaterNetError) -> None:
        from waternet_plugin.operations.hydraulics.check_hydraulics import unchecked

        if proposals is self._proposals:
            self._aged = set(proposals.solutions)
            missing = {name: one for name, one in proposals.solutions.items() if name not in self._checks}
            self._found(proposals, unchecked(missing, error.message))
        else:
            self._found(proposals, {})

    # Long work.

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Show how far the work is."""
        self._stop = on_cancel or self._stop
        self._shown(fraction)

    def hide_progress(self) -> None:
        """Say that the work has ended."""
        self._stop = None
        self._shown(None)
