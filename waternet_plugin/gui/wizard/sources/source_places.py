"""Where the files of the wizard lie: decided for all of them together, with the questions that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.coordinates import LON_LAT, read_crs
from waternet_plugin.core.places.deciding.candidate_points import ghosts
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import joined
from waternet_plugin.gui.wizard.sources import row_coordinates
from waternet_plugin.gui.wizard.sources.source import EVIDENCE, GUESSED, PERSON, LayerSource

if TYPE_CHECKING:
    from waternet_plugin.core.places.deciding.several_files import FilePlace, FileToPlace


@dataclass(frozen=True)
class OpenPlace:
    """One question: the files that may lie at the same places, and the places."""

    sources: tuple[LayerSource, ...]
    candidates: tuple[Candidate, ...]


@dataclass
class SourcePlaces:
    """What was decided about the places of the sources.

    ``network`` is where the open network lies, as far as it was read; ``metric_crs`` the system that the
    numbers of the files leave for a network to be made, '' for none; ``compared_in`` what the places of
    candidates are in.
    """

    network: NetworkFacts | None = None
    metric_crs: str = ""
    compared_in: str = ""
    _open: dict[int, FilePlace] = field(default_factory=dict)
    _files: dict[int, FileToPlace] = field(default_factory=dict)
    _why: dict[int, str] = field(default_factory=dict)
    _questions: tuple[OpenPlace, ...] = ()
    # What the last decision rested on: places are not compared again while that stays.
    _decided: tuple[Any, ...] | None = None

    def decide(
        self, ready: Sequence[LayerSource], network_crs: str, *, is_new: bool, given_crs: str = ""
    ) -> None:
        """Decide where the sources lie that nobody has placed, and note what is open.

        Parameters
        ----------
        ready
            The wanted sources.
        network_crs
            Of the open network, '' for none.
        is_new
            Whether the rows go to a network that is still to be made.
        given_crs
            What a person chose for that one, '' for nothing yet.
        """
        from waternet_plugin.core.places.deciding.several_files import decide_files

        sources = [source for source in ready if row_coordinates.needs_coordinates(source)]
        known = (id(self.network), network_crs, is_new, given_crs)
        if self._decided == (known, _state_of(sources)):
            return
        files = [(source, _file(source)) for source in sources]
        found = [(source, file) for source, file in files if file is not None]
        network = None if is_new else self.network or NetworkFacts(network_crs)
        crs = given_crs if is_new else ""
        placed = decide_files([file for _source, file in found], network, Settings(), crs=crs)
        self._open, self._why = {}, {}
        self._files = {id(source): file for source, file in found}
        self.compared_in = placed.compared_in
        self.metric_crs = _metric(placed.crs) if is_new else ""
        for (source, file), place in zip(found, placed.files):
            self._why[id(source)] = joined(one.text for one in place.evidence)
            one = _without_sets(place)
            if crs and one.reading is None:
                one = _chosen(one, crs)
            if one.reading is None and one.candidates:
                self._open[id(source)] = one
                source.set_crs("")
            elif one.reading is not None and not file.crs:
                _take(source, one, EVIDENCE)
        self._questions = self._grouped(sources)
        self._decided = (known, _state_of(sources))

    def is_open(self, source: LayerSource) -> bool:
        """Return whether several places fit a source and nobody has chosen."""
        return id(source) in self._open

    def is_bare(self, source: LayerSource) -> bool:
        """Return whether nothing says where a source lies, and no network is there to tell it by."""
        there = self.network is not None and self.network.has_assets
        named = source.mapping.crs or source.own_crs is not None or self.is_open(source)
        return row_coordinates.needs_coordinates(source) and not named and not there

    def degrees(self, source: LayerSource) -> tuple[Any, Any] | None:
        """Return longitudes and latitudes that columns of a source hold, (n,) each; None where none do."""
        file = self._files.get(id(source))
        if file is None or not all(row_coordinates.axes(source)) or not source.mapping.crs:
            return None
        if not read_crs(source.mapping.crs).is_geographic:
            return None
        first, second = (one[file.facts.rows] for one in (file.facts.first, file.facts.second))
        return (second, first) if len(second) and np.median(np.abs(second)) > 90.0 else (first, second)

    def why(self, source: LayerSource) -> str:
        """Return what speaks for the place of a source, in sentences."""
        return self._why.get(id(source), "")

    @property
    def questions(self) -> tuple[OpenPlace, ...]:
        """What is asked: one question for all files that the same readings fit."""
        return self._questions

    def _grouped(self, sources: Sequence[LayerSource]) -> tuple[OpenPlace, ...]:
        groups: dict[tuple[tuple[str, str], ...], list[LayerSource]] = {}
        for source in sources:
            if self.is_open(source):
                key = tuple(
                    (candidate.value, _axes(candidate)) for candidate in self._open[id(source)].candidates
                )
                groups.setdefault(tuple(sorted(key)), []).append(source)
        return tuple(
            OpenPlace(tuple(those), self._open[id(those[0])].candidates) for those in groups.values()
        )

    def answer(self, asked: OpenPlace, place: int) -> None:
        """Take one of the places for all files of a question."""
        chosen = asked.candidates[place]
        for source in asked.sources:
            fitting = self._open.pop(id(source), None)
            if fitting is None:
                continue
            for candidate in fitting.candidates:
                if (candidate.value, _axes(candidate)) == (chosen.value, _axes(chosen)):
                    _take(source, replace(fitting, reading=candidate.reading), PERSON)
        self._questions = tuple(question for question in self._questions if question is not asked)

    def ghosts(self, asked: OpenPlace) -> list[tuple[int, Any]]:
        """Return the places of each candidate of a question, (n, 2) in what candidates are compared in."""
        parts: dict[str, list[Any]] = {}
        for source in asked.sources:
            for ghost in ghosts(
                self._files[id(source)].facts, NetworkFacts(self.compared_in), asked.candidates
            ):
                parts.setdefault(ghost.letter, []).append(ghost.xy)
        letters = [candidate.letter for candidate in asked.candidates]
        return [(letters.index(letter), np.concatenate(several)) for letter, several in parts.items()]


def _state_of(sources: Sequence[LayerSource]) -> tuple[Any, ...]:
    """Return what a decision about sources rests on."""
    return tuple(
        (
            (source.origin, id(source.frame), len(source.frame)),
            source.table,
            source.basis,
            source.placed_by,
            source.mapping.crs,
            tuple(source.mapping.geometry.items()),
            tuple(source.mapping.layers),
        )
        for source in sources
    )


def _axes(candidate: Candidate) -> str:
    return "" if candidate.reading is None else candidate.reading.axes


def _file(source: LayerSource) -> FileToPlace | None:
    from waternet_plugin.operations.adoption.adoption_places import file_to_place

    mapping = source.mapping
    if source.placed_by != PERSON and source.basis == GUESSED and mapping.crs != LON_LAT:
        # What was guessed is the system of the others, which is not evidence.
        mapping = replace(mapping, crs="")
    found = file_to_place(source.name, source.wanted_rows, mapping, source.table, texts=source.titles)
    return found and replace(found, is_answered=source.placed_by == PERSON)


def _without_sets(place: FilePlace) -> FilePlace:
    """Return what was decided without transform sets, which only surveys are read by."""
    from waternet_plugin.core.places.deciding.place_decision import letter

    kept = [
        candidate
        for candidate in place.candidates
        if candidate.reading is not None and candidate.reading.transform_set is None
    ]
    lettered = (replace(one, letter=letter(number)) for number, one in enumerate(kept))
    return replace(place, candidates=tuple(lettered))


def _chosen(place: FilePlace, crs: str) -> FilePlace:
    """Return the candidate in the system that a person chose for the network, if it is the only one."""
    fitting = [candidate for candidate in place.candidates if candidate.value == crs]
    return replace(place, reading=fitting[0].reading) if len(fitting) == 1 else place


def _take(source: LayerSource, place: FilePlace, by: str) -> None:
    from waternet_plugin.operations.adoption.adoption_places import with_place

    mapping = with_place(replace(source.mapping, crs=""), source.frame, source.table, place)
    if mapping != source.mapping:
        source.mapping = mapping
    if source.axes is not None and "x" in mapping.geometry:
        source.axes = {axis: column for axis, column in mapping.geometry.items() if axis != "z"}
    source.placed_by = by


def _metric(crs: str) -> str:
    from waternet_plugin.store.metric import metric_crs

    try:
        return crs if crs and metric_crs(crs) else ""
    except InputError:
        return ""
