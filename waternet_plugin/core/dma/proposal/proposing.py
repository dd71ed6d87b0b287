"""Proposals of metered areas: three solutions of one question, each divided, fed and priced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.proposal.partition.two_way_moves import SizeBounds
from waternet_plugin.core.dma.proposal.partition.zone_refinement import Effort
from waternet_plugin.core.dma.proposal.proposal_options import (
    CHEAPEST,
    FEWEST_DEVICES,
    MOST_EVEN,
    SOLUTIONS,
    ProposalOptions,
)
from waternet_plugin.core.dma.proposal.proposal_question import ProposalQuestion
from waternet_plugin.core.dma.proposal.proposed_zones import Proposal
from waternet_plugin.core.dma.proposal.stored_proposal import lost_to
from waternet_plugin.core.dma.proposal.zone_counts import said
from waternet_plugin.core.dma.proposal.zone_search import search_zones
from waternet_plugin.core.dma.verdict.cut_off import LostSupply
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class Proposals:
    """The solutions of one question.

    Parameters
    ----------
    solutions
        By their names, SOLUTIONS.
    chosen
        Name of the one that was asked for.
    bounds
        Least and greatest size of a zone.
    mean
        Mean size of the zones.
    options
        What was asked.
    lost
        Who is without water once a solution is built, by its name.
    """

    solutions: dict[str, Proposal]
    chosen: str
    bounds: SizeBounds
    mean: float
    options: ProposalOptions
    lost: Mapping[str, LostSupply]

    def figures(self, name: str) -> dict[str, Any]:
        """Return the numbers of a solution by name, with who is without water."""
        lost = self.lost[name]
        cut_off = {
            "cut_off_pipes": len(lost.pipes),
            "cut_off_customers": None if lost.users is None else lost.users.customers,
            "cut_off_households": None if lost.users is None else lost.users.households,
        }
        return {**self.solutions[name].figures(), **cut_off}

    @property
    def best(self) -> Proposal:
        """The solution that was asked for."""
        return self.solutions[self.chosen]


def propose_zones(
    model: DmaModel, options: ProposalOptions, settings: Settings, progress: Progress = SILENT
) -> Proposals:
    """Return three solutions.

    Parameters
    ----------
    options
        What is asked.
    settings
        Prices and kinds in force.

    Raises
    ------
    InputError
        When no zones keep the bounds; names them.
    """
    options.check()
    question = ProposalQuestion(model, options, settings)
    proposals: list[Proposal] = []
    for number, solution in enumerate(SOLUTIONS):
        part = progress.part(number / len(SOLUTIONS), (number + 1) / len(SOLUTIONS))
        part.at(0.0, tr("Dividing the network: {solution}").format(solution=solution_name(solution)))
        answer = search_zones(
            question.task,
            question.cut_ends(solution),
            (options.seed, number),
            effort=Effort(evenness=0.5 if solution == MOST_EVEN else 0.0),
            tight=question.tight(solution),
            progress=part,
        )
        if answer is not None:
            proposals.append(question.proposal(*answer))
        elif not proposals:
            raise InputError(_impossible(question))
    best = {
        FEWEST_DEVICES: min(proposals, key=lambda proposal: (proposal.devices, proposal.cost)),
        MOST_EVEN: min(proposals, key=lambda proposal: (proposal.spread, proposal.devices)),
        CHEAPEST: min(proposals, key=lambda proposal: (proposal.cost, proposal.devices)),
    }
    return Proposals(
        best,
        options.solution,
        question.counts.bounds,
        float(best[options.solution].size.mean()),
        options,
        {name: lost_to(model, proposal) for name, proposal in best.items()},
    )


def solution_name(solution: str) -> str:
    """Return what people call an objective."""
    return {
        FEWEST_DEVICES: tr("fewest devices"),
        MOST_EVEN: tr("most even sizes"),
        CHEAPEST: tr("lowest cost"),
    }[solution]


def _impossible(question: ProposalQuestion) -> str:
    bounds, counts = question.counts.bounds, question.counts
    return tr(
        "No division into {count} zones keeps every size between {least} (MIN_SIZE) and {most} (MAX_SIZE). "
        "Widen these bounds or change COUNT."
    ).format(count=counts.count, least=said(bounds.least), most=said(bounds.most))
