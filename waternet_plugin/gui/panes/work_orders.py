"""Work orders that panes write: one batch, told in a sentence, with the way to undo it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.work.write_orders import OrderRequest, OrderResult

# So many orders are named one by one.
_NAMED = 5


def order_assets(session: Session, section: Any, asset_ids: Sequence[str], text: str, **wanted: Any) -> None:
    """Write work orders in a task, and say so with the way to undo them.

    Parameters
    ----------
    section
        Shows the progress.
    asset_ids
        The assets.
    text
        What is said of each order, with ``{item}`` and ``{asset}``.
    wanted
        What is ordered, as `OrderRequest` has it.
    """
    from waternet_plugin.operations.work.write_orders import OrderRequest, write_orders

    def work(network: Any, progress: Any) -> Any:
        return write_orders(network, OrderRequest(tuple(asset_ids), **wanted), progress)

    def told(made: OrderResult) -> str:
        return joined(text.format(item=item, asset=asset) for item, asset in zip(made.item_ids, made.assets))

    _write(session, section, work, told)


def order_trace(session: Session, section: Any, outfall: str) -> None:
    """Write a work order to trace what reaches an outfall, as `order_assets` does."""
    order_assets(
        session,
        section,
        [outfall],
        tr("Work order {item} to trace outfall {asset} is written."),
        table="node",
        type="trace",
        note=tr("Trace what reaches this outfall."),
    )


def order_groups(session: Session, section: Any, requests: Sequence[OrderRequest]) -> None:
    """Write orders of several kinds as one batch in a task, and say so with the way to undo them."""
    from waternet_plugin.operations.work.write_orders import OrderGroups, write_order_groups

    def work(network: Any, progress: Any) -> Any:
        return write_order_groups(network, OrderGroups(tuple(requests)), progress)

    write_together(session, section, work)


def order_issues(session: Session, section: Any, issue_ids: Sequence[str]) -> None:
    """Write work orders for findings of one rule in a task, and say so with the way to undo them."""
    from waternet_plugin.operations.work.issue_orders import request_of_issues
    from waternet_plugin.operations.work.write_orders import write_orders

    def work(network: Any, progress: Any) -> Any:
        return write_orders(network, request_of_issues(network, issue_ids), progress)

    write_together(session, section, work)


def write_together(session: Session, section: Any, work: Callable[[Any, Any], Any]) -> None:
    """Let an operation write work orders in a task, and say so with the way to undo them."""

    def told(made: OrderResult) -> str:
        return joined(tr("Work order {item} is written.").format(item=item) for item in made.item_ids)

    _write(session, section, work, told)


def _write(
    session: Session, section: Any, work: Callable[[Any, Any], Any], told: Callable[[OrderResult], str]
) -> None:
    def done(made: OrderResult) -> None:
        session.written("work_item")
        count = len(made.item_ids)
        text = told(made) if count <= _NAMED else tr("%n work order(s) written.", "", count)
        if made.left_out:
            text = joined([text, tr("%n have a running one and are left out.", "", len(made.left_out))])
        say_written(session, section, text, made.batch_id)

    session.run(tr("Writing work orders"), on_network(session.network_path, work), done, section=section)


def say_written(session: Session, section: Any, text: str, batch_id: str) -> None:
    """Say what was written, with the way to undo it."""
    session.say(text, "success", (tr("Undo"), partial(undo_batch, session, section, batch_id)))


def undo_batch(session: Session, section: Any, batch_id: str, then: Callable[[], Any] = lambda: None) -> None:
    """Undo a batch whole, then call ``then``."""
    session.run_algorithm(
        "undobatch",
        {"NETWORK": session.network_path, "BATCH": batch_id},
        lambda _results: then(),
        section=section,
    )
