"""Work that is started from a section of the dock, and its result that shows itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.gui.panes.options import Options
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store.network import Network


class RunOptions(Options):
    """Options of an algorithm; a subclass says its ``ALGORITHM``, its parameters and what shows then.

    Parameters
    ----------
    name, start_text
        As `Options` has them.
    section
        The section that shows the progress.
    """

    ALGORITHM = ""

    def __init__(
        self, name: str, start_text: str, session: Session, section: PanelSection, parent: QWidget
    ) -> None:
        super().__init__(name, start_text, self._run, parent)
        self._session = session
        self._section = section

    def parameters(self) -> dict[str, Any] | None:
        """Return the parameters of what was typed; None after saying what is wrong with it."""
        raise NotImplementedError

    def show_newest(self, results: dict[str, Any]) -> None:
        """Show what has just come out; ``results`` are those of the algorithm."""
        raise NotImplementedError

    def _run(self) -> None:
        parameters = self.parameters()
        if parameters is None:
            return
        self.hide()
        self._session.run_algorithm(
            self.ALGORITHM,
            {"NETWORK": self._session.network_path, **parameters},
            self.show_newest,
            failed=self._failed,
            section=self._section,
        )

    def _failed(self, error: Any) -> None:
        if isinstance(error, CancelledError):
            self._session.say_error(error)
            return
        # What was typed stays, with the reason under it.
        self.say(error.message)


def show_result(
    session: Session,
    title: str,
    choose: Callable[[Any], tuple[Any, bool]],
    show_on_map: Callable[[Session, Any], None],
    open_pane: Callable[[], Any],
) -> None:
    """Show a recorded result on the map and in its pane.

    Parameters
    ----------
    title
        What the task is called.
    choose
        Makes the result the shown one in an open network, in the task; returns it, None where there is
        none, and whether another one was shown before.
    show_on_map
        Turns the map to it.
    """
    path = session.network_path

    def chosen(network: Network, _progress: Progress) -> tuple[Any, bool, Any]:
        # It needs packages, which a section shows itself without.
        from waternet_plugin.operations.rows.pipes_box import pipes_box

        result, changed = choose(network)
        # What was found concerns the whole network.
        return result, changed, None if result is None else pipes_box(network)

    def in_this_network(step: Callable[[], Any]) -> None:
        if path == session.network_path and not session.is_closed:
            step()

    def done(found: Any) -> None:
        result, changed, box = found
        if path != session.network_path or result is None:
            return
        if changed:
            session.written("setting")
        steps = [partial(show_on_map, session, result), open_pane, session.run_changed.emit]
        if box is not None:
            steps.insert(2, partial(session.zoom_to, box))
        for step in steps:
            session.turns.add(partial(in_this_network, step))

    session.run(title, on_network(path, chosen), done, is_quiet=True)
