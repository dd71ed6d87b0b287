"""What papers say of the network: its title, the day, the edition and the state of the data."""

from __future__ import annotations

from waternet_plugin.core.reports.papers.paper_words import PaperHead
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.contents.recorded_batches import recorded_batches
from waternet_plugin.operations.papers.paper_request import PaperRequest
from waternet_plugin.store.network import Network

_BETWEEN = " · "


def paper_head(network: Network, request: PaperRequest) -> PaperHead:
    """Return what all papers of a run say of the network.

    The edition is that of the map book printed last; the state of the data is the newest batch.
    """
    parts = [request.day.isoformat()]
    editions = network.read("edition", ["edition", "made_on"], geometry=False).dropna(subset=["edition"])
    edition = str(int(editions["edition"].max())) if len(editions) else ""
    if edition:
        parts.append(tr("edition {number}").format(number=edition))
    batches = recorded_batches(network)
    if batches:
        newest = batches[0]
        text = tr("data of {day}, batch {batch}")
        parts.append(text.format(day=newest["at"].date().isoformat(), batch=newest["batch_id"]))
    title = network.settings().text("printing.title").strip() or network.title
    return PaperHead(title, request.day, _BETWEEN.join(parts), network.own_codes(), edition)
