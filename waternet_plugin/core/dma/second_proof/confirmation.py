"""Whether both proofs of metered areas say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from waternet_plugin.core.dma.second_proof.networkx_proof import SecondProof, version_of
from waternet_plugin.core.dma.second_proof.zone_answer import ZoneAnswer
from waternet_plugin.core.network.model.named_graph import installed_networkx
from waternet_plugin.core.texts import tr

YES, NO, NOT_CHECKED = "yes", "no", "not_checked"


def confirmation_of(zone: str, answers: Mapping[str, ZoneAnswer], proof: SecondProof) -> str:
    """Return YES, NO or NOT_CHECKED for a zone.

    Parameters
    ----------
    zone
        Its id.
    answers
        What the proof by arrays says of each zone.
    proof
        What NetworkX says.
    """
    answer = proof.of_zone.get(zone)
    if answer is None:
        return NOT_CHECKED
    return YES if answer.answer == answers[zone] else NO


def confirmed_word(confirmed: str) -> str:
    """Return the word for YES, NO or NOT_CHECKED."""
    return {YES: tr("yes"), NO: tr("no"), NOT_CHECKED: tr("not checked")}[confirmed]


def confirmed_sentence(confirmed: Sequence[str]) -> str:
    """Say of how many zones both proofs say the same, or that there is only one.

    Parameters
    ----------
    confirmed
        YES, NO or NOT_CHECKED of each zone.
    """
    if all(answer == NOT_CHECKED for answer in confirmed):
        return tr(
            "Not confirmed by a second proof: the Python package networkx is not installed (WaterNet > "
            "Required Python packages…)."
        )
    return tr("Confirmed by NetworkX {version}: {confirmed} of %n area(s).", "", len(confirmed)).format(
        version=version_of(installed_networkx()), confirmed=f"{confirmed.count(YES):,}"
    )
