"""Work orders that panes write: one batch, told for each order, with the way to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session


def order_pipes(session: Session, section: Any, pipe_ids: Sequence[str], text: str, **wanted: Any) -> None:
    """Write work orders in a task, and say so with the way to undo them.

    Parameters
    ----------
    session
        What the windows share.
    section
        Shows the progress.
    pipe_ids
        The pipes.
    text
        What is said of each order, with ``{item}`` and ``{pipe}``.
    wanted
        What is ordered, as `OrderRequest` has it.
    """
    from waternet_plugin.operations.leakage.write_orders import OrderRequest, write_orders

    def work(network: Any, progress: Any) -> Any:
        return write_orders(network, OrderRequest(tuple(pipe_ids), **wanted), progress)

    def undo(batch: str) -> None:
        parameters = {"NETWORK": session.network_path, "BATCH": batch}
        session.run_algorithm("undobatch", parameters, lambda _results: None, section=section)

    def done(made: Any) -> None:
        session.written("work_item")
        orders = zip(made.item_ids, dict.fromkeys(pipe_ids))
        session.say(
            joined(text.format(item=item, pipe=pipe) for item, pipe in orders),
            "success",
            (tr("Undo"), lambda: undo(made.batch_id)),
        )

    session.run(tr("Writing work orders"), on_network(session.network_path, work), done, section=section)
