"""What each kind of paper needs of a network, and whether it is there."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.operations.papers.paper_kinds import KINDS, PROGRAMME_ITEMS
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class PaperNeeds:
    """What a kind of paper needs.

    Parameters
    ----------
    kind
        Its code.
    label
        What people call the rows that it is about.
    count
        How many there are.
    subjects
        Id and name of each that may be chosen; none where the paper is about the whole network.
    """

    kind: str
    label: str
    count: int
    subjects: tuple[tuple[str, str], ...] = ()


def paper_needs(network: Network) -> tuple[PaperNeeds, ...]:
    """Return what each kind of paper needs, in the order of the kinds."""
    return tuple(_needs(network, code, kind.table) for code, kind in KINDS.items())


def _needs(network: Network, kind: str, name: str) -> PaperNeeds:
    if not name:
        return PaperNeeds(kind, table("pipe").label, network.count("pipe"))
    if name == PROGRAMME_ITEMS:
        codes = network.read(name, ["programme"], geometry=False)["programme"]
        labels = domain("programme")
        subjects = [(code, labels[code].label) for code in labels if code in set(codes)]
        return PaperNeeds(kind, table(name).label, len(codes), tuple(subjects))
    rows = network.read(name, [f"{name}_id", "name"], geometry=False)
    rows = rows.sort_values(f"{name}_id", kind="stable")
    pairs = zip(rows[f"{name}_id"].tolist(), rows["name"].fillna("").tolist())
    return PaperNeeds(kind, table(name).label, len(rows), tuple((str(key), str(name)) for key, name in pairs))
