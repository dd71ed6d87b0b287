"""Several files of one run: each that is decided tells where the others lie, and what is left is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import FileAnswers
from waternet_plugin.core.places.deciding.place_claims import place_claims
from waternet_plugin.core.places.deciding.place_decision import PlaceDecision, decide_place
from waternet_plugin.core.places.grid_change import change_between
from waternet_plugin.core.places.reading import X_EAST, Reading, place
from waternet_plugin.core.schema.settings import Settings

# Where there is no network yet, places are compared in this system until one is decided; any zone would do.
COMPARED_IN = "EPSG:4547"
# Points of a file that tell the others where it lies.
_TELLING = 400


@dataclass(frozen=True)
class FileToPlace:
    """A file of which the coordinate system is to be decided.

    Parameters
    ----------
    facts
        Its numbers and words; of a file with shapes, x and y of some vertices.
    crs
        What the file itself or a person names, '' for none.
    is_drawn
        Whether x is known to be east, as in shapes.
    is_answered
        Whether a person named the system, which is then not asked again.
    """

    facts: FileFacts
    crs: str = ""
    is_drawn: bool = False
    is_answered: bool = False


@dataclass(frozen=True)
class FilePlace:
    """What was decided about one file: ``reading`` None is open, with the candidates to ask about."""

    reading: Reading | None
    evidence: tuple[DecisionEvidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class FilesPlaced:
    """What was decided about the files of a run.

    Parameters
    ----------
    files
        In the order of the files.
    crs
        Of the network; of one that is still to be made, the first that a file names or has, '' for none.
    compared_in
        What ``east`` and ``north`` of candidates are in.
    """

    files: tuple[FilePlace, ...]
    crs: str
    compared_in: str


def decide_files(
    files: Sequence[FileToPlace], network: NetworkFacts | None, settings: Settings, *, crs: str = ""
) -> FilesPlaced:
    """Decide where files lie, the surest first; each that is decided speaks for those near it.

    Parameters
    ----------
    files
        All files of the run that have coordinates.
    network
        Where the network lies; None for one that is still to be made.
    crs
        Of a network that is still to be made, as a person chose it; '' for not yet.
    """
    # What was decided in the light of what is known now, by file; each file that is placed adds to it.
    tried: dict[int, FilePlace] = {}
    if network is not None:
        crs, known = network.crs, network
    else:
        known = NetworkFacts(crs or COMPARED_IN)
        if not crs:
            tried = {number: _decided(file, known, settings) for number, file in enumerate(files)}
            crs = _own_system(files, tried)
            if crs and crs != known.crs:
                known, tried = NetworkFacts(crs), {}
    decided_places: dict[int, FilePlace] = {}
    # What names its system speaks first; the others wait until one near them has spoken.
    order = sorted(range(len(files)), key=lambda number: not files[number].crs)

    def is_placed(number: int) -> bool:
        if number not in tried:
            tried[number] = _decided(files[number], known, settings)
        return tried[number].reading is not None

    while True:
        number = next((index for index in order if index not in decided_places and is_placed(index)), None)
        if number is None:
            break
        decided_places[number] = tried[number]
        reading = decided_places[number].reading
        if reading is not None:
            known = _with_file(known, files[number].facts, reading)
        tried.clear()
    return FilesPlaced(
        tuple({**tried, **decided_places}[number] for number in range(len(files))), crs, known.crs
    )


def _claimed(file: FileToPlace, network: NetworkFacts, settings: Settings) -> PlaceDecision:
    answers = FileAnswers({"axes": X_EAST} if file.is_drawn else {})
    claims = place_claims(file.facts, answers)
    if file.crs:
        words = (DecisionEvidence("declared", {"words": file.crs[:80]}),)
        claims = replace(claims, crs=file.crs, datums=(), meridians=(), crs_evidence=words, words_agree=True)
        claims = replace(claims, crs_is_answer=file.is_answered)
    return decide_place(file.facts, network, claims, settings)


def _decided(file: FileToPlace, network: NetworkFacts, settings: Settings) -> FilePlace:
    decision = _claimed(file, network, settings)
    evidence, candidates = decision.crs.evidence, decision.crs.candidates
    if decision.reading is not None:
        return FilePlace(decision.reading, evidence)
    declared = Reading(X_EAST, file.crs) if file.crs else None
    if declared is not None and len(candidates) < 2:
        # Systems of other datums have no exact way to the network; the adoption knows others.
        return FilePlace(declared, evidence)
    only = candidates[0].reading if len(candidates) == 1 else None
    if only is not None and not network.has_assets and only.transform_set is None:
        # Nothing speaks against the one reading that the numbers allow.
        return FilePlace(only, (*evidence, *candidates[0].evidence))
    return FilePlace(None, evidence, candidates)


def _own_system(files: Sequence[FileToPlace], tried: Mapping[int, FilePlace]) -> str:
    """Return the first projected system that a file names or that numbers and words leave, '' for none."""
    for number in sorted(tried, key=lambda number: not files[number].crs):
        reading = tried[number].reading
        if reading is not None and read_crs(reading.crs).is_projected:
            return reading.crs
    return ""


def _with_file(network: NetworkFacts, facts: FileFacts, reading: Reading) -> NetworkFacts:
    """Return what is known with the places of a file among the assets, named after it."""
    if reading.transform_set is None and change_between(reading.crs, network.crs) is None:
        return network
    rows = facts.rows
    rows = rows[np.linspace(0, len(rows) - 1, min(_TELLING, len(rows))).astype(np.int64)]
    xy = np.column_stack(place(facts.first[rows], facts.second[rows], reading, network.crs))
    xy = xy[np.isfinite(xy).all(axis=1)]
    names: Array = np.full(len(xy), facts.name, dtype=object)
    before = network.asset_ids
    if before is None:
        before = np.full(len(network.asset_xy), "", dtype=object)
    return replace(
        network, asset_xy=np.concatenate([network.asset_xy, xy]), asset_ids=np.concatenate([before, names])
    )
