"""What a person answered and what the file's words say about axes and CRS."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.places.deciding.decision_facts import Declared, FileFacts
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import FileAnswers
from waternet_plugin.core.places.deciding.said_words import (
    axes_said,
    codes_said,
    datums_said,
    meridians_said,
)
from waternet_plugin.core.places.zones import datum_of


@dataclass(frozen=True)
class PlaceClaims:
    """Claims about axes and CRS, before any number is looked at.

    Parameters
    ----------
    axes, crs
        What is claimed, empty without a claim.
    axes_is_answer, crs_is_answer
        Whether a person said so; else the file's words do.
    datums, meridians
        Datums and central meridians (degrees) that the words name where they name no complete CRS.
    axes_evidence, crs_evidence
        The words.
    words_agree
        False where the file's words name different CRS.
    angles
        The answer how degrees are written, '' for none.
    """

    axes: str = ""
    crs: str = ""
    axes_is_answer: bool = False
    crs_is_answer: bool = False
    datums: tuple[str, ...] = ()
    meridians: tuple[float, ...] = ()
    axes_evidence: tuple[DecisionEvidence, ...] = ()
    crs_evidence: tuple[DecisionEvidence, ...] = ()
    words_agree: bool = True
    angles: str = ""


def said(words: str) -> DecisionEvidence:
    """Return the evidence that a file says something in these words."""
    return DecisionEvidence("declared", {"words": words[:120]})


def disagreement(words: str, others: str) -> DecisionEvidence:
    """Return the evidence that a file says two things that can't both be."""
    return DecisionEvidence("words_disagree", {"words": words[:120], "others": others[:120]})


def _axes_claim(facts: FileFacts, answers: FileAnswers) -> tuple[str, bool, tuple[DecisionEvidence, ...]]:
    answered = answers.values.get("axes")
    if answered:
        return answered, True, (DecisionEvidence("answered", {"value": answered}),)
    heading = axes_said(facts.first_heading, facts.second_heading)
    declared = facts.declared.get("axes")
    if declared and heading and declared.value != heading.value:
        return "", False, (disagreement(declared.words, heading.words),)
    claim = declared or heading
    return (claim.value, False, (said(claim.words),)) if claim else ("", False, ())


def _declared_crs(facts: FileFacts) -> dict[str, str]:
    """Return the CRS that the file names, each with its words."""
    codes = dict(codes_said(facts.texts))
    declared: Declared | None = facts.declared.get("crs")
    if declared is not None:
        value = declared.value.strip()
        codes.setdefault(f"EPSG:{value}" if value.isdecimal() else value, declared.words)
    readable = {}
    for crs, words in codes.items():
        try:
            read_crs(crs)
        except InputError:
            continue
        readable[crs] = words
    return readable


def place_claims(facts: FileFacts, answers: FileAnswers) -> PlaceClaims:
    """Return the claims about one file's axes and CRS.

    Parameters
    ----------
    facts
        The file.
    answers
        A person's answers, which go before all words.
    """
    axes, axes_is_answer, axes_evidence = _axes_claim(facts, answers)
    if answers.crs:
        return PlaceClaims(
            axes,
            answers.crs,
            axes_is_answer,
            crs_is_answer=True,
            axes_evidence=axes_evidence,
            crs_evidence=(DecisionEvidence("answered", {"value": answers.crs}),),
            angles=answers.values.get("angles", ""),
        )
    named = _declared_crs(facts)
    datums, meridians = datums_said(facts.texts), meridians_said(facts.texts)
    # Readers know words of their formats that are not in the texts.
    if "datum" in facts.declared:
        datums.setdefault(facts.declared["datum"].value, facts.declared["datum"].words)
    if "meridian" in facts.declared:
        meridians.setdefault(float(facts.declared["meridian"].value), facts.declared["meridian"].words)
    sentences = list(dict.fromkeys([*named.values(), *datums.values(), *meridians.values()]))
    crs = next(iter(named), "")
    agree = len(named) <= 1 and len(datums) <= 1 and len(meridians) <= 1
    if crs and datums and datum_of(crs) not in datums:
        agree = False
    evidence = tuple(said(words) for words in sentences)
    if not agree:
        codes = [*named, *datums, *(f"{meridian:g}°" for meridian in meridians)]
        evidence = (disagreement(codes[0], codes[-1]), *evidence)
    return PlaceClaims(
        axes,
        crs if agree else "",
        axes_is_answer,
        False,
        tuple(datums) if agree else (),
        tuple(meridians) if agree else (),
        axes_evidence,
        evidence,
        agree,
        answers.values.get("angles", ""),
    )
