"""Verify laid pipes before backfilling: evidence is added, and the one verdict of each given anew."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.survey.verification import verdict_words
from waternet_plugin.core.survey.verification.known_of_pipe import PipeVerdict
from waternet_plugin.core.survey.verification.pipe_evidence import KnownPipe, photo_evidence
from waternet_plugin.core.survey.verification.stored_verdicts import (
    PLANNED,
    PREFIX,
    TABLE,
    is_enough,
    override_of,
    verdict_row,
    with_entries,
)
from waternet_plugin.core.survey.verification.verdict import judge
from waternet_plugin.core.texts import joined, shortened, tr
from waternet_plugin.operations.attachments.attachment_rows import attachment_row, not_there
from waternet_plugin.operations.checks.known_pipes import known_pipe
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.survey.verdict_rows import read_into_use
from waternet_plugin.operations.written import Written
from waternet_plugin.store import attachments
from waternet_plugin.store.attachments import CopiedFiles, KeptFile
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.foreign.photo_facts import photo_facts
from waternet_plugin.store.network import Network

KIND = "verify"
# Verdicts, each worse than the one before.
_WORSE = ("pass", "open", "fail")


@dataclass(frozen=True)
class VerifyRequest:
    """What is added to the evidence of pipes; what is left out stays as it was.

    Parameters
    ----------
    pipe_ids
        The pipes, each once.
    material_verified_by, material_verified_on
        Who compared the material with the plan, and when.
    backfilled_on
        When the trench was closed.
    photos
        Photos and documents, copied beside the network.
    override_by, override_reason
        Who takes the pipes into use whatever the verdict, and why.

    Raises
    ------
    InputError
        Without a pipe, for photos of several, for half an override, and for a day to come.
    """

    pipe_ids: tuple[str, ...]
    material_verified_by: str = ""
    material_verified_on: Optional[datetime.date] = None
    backfilled_on: Optional[datetime.date] = None
    photos: tuple[Path, ...] = ()
    override_by: str = ""
    override_reason: str = ""

    def __post_init__(self) -> None:
        if not self.pipe_ids:
            raise InputError(tr("PIPE is empty. Enter the id of the pipe to verify."))
        if self.photos and len(self.pipe_ids) > 1:
            raise InputError(tr("A photo shows one pipe. Enter one id, or leave PHOTOS empty."))
        if bool(self.override_by.strip()) != bool(self.override_reason.strip()):
            raise InputError(tr("An override needs both a name and a reason. Enter both, or neither."))
        if self.material_verified_on is not None and not self.material_verified_by.strip():
            raise InputError(tr("The material was verified, but not by whom. Enter MATERIAL_VERIFIED_BY."))
        for one in (self.material_verified_on, self.backfilled_on):
            if one is not None and one > datetime.date.today() + datetime.timedelta(days=1):
                raise InputError(
                    tr("{day} is yet to come. Enter the day on which it was done.").format(day=one)
                )


@dataclass(frozen=True)
class VerifyResult(Written):
    """The verdicts that were written.

    Parameters
    ----------
    verdict
        ``pass``, ``open`` or ``fail``; of several pipes the worst.
    sentence
        Each verdict with its reasons, and whether the pipe is in use now.
    """

    verdict: str
    sentence: str


def verify_pipe(
    network: Network,
    request: VerifyRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[VerifyResult], Any] = no_outputs,
) -> VerifyResult:
    """Add evidence to pipes and write the verdict on each; on pass or override a planned pipe is in use.

    Raises
    ------
    InputError
        For an unknown pipe, and for a photo that is none.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _verify(network, request, progress, before_commit), progress)


def _verify(
    network: Network,
    request: VerifyRequest,
    progress: Progress,
    before_commit: Callable[[VerifyResult], Any],
) -> VerifyResult:
    seen = network.position()
    known = _known_pipes(network, request.pipe_ids)
    with attachments.keeping(network, request.photos) as copies:
        judged = [_with_evidence(network, one, request, copies.files) for one in known]
        title = tr("Verify {pipe}").format(pipe=shortened(request.pipe_ids))
        with network.write(KIND, name=title, seen=seen, progress=progress) as batch:
            return finish(batch, _put(batch, network, request, judged, copies), before_commit)


def _known_pipes(network: Network, names: Sequence[str]) -> list[KnownPipe]:
    """Return what is known of pipes; each must be there and have a line."""
    rows = {row["pipe_id"]: row for row in network.rows_where("pipe", "pipe_id", list(names)).values()}
    found = []
    for name in names:
        if name not in rows:
            raise InputError(tr("There is no pipe {pipe} in this network. Check its id.").format(pipe=name))
        found.append(known_pipe(network, rows[name]))
        if len(found[-1].evidence.line) < 2:
            raise InputError(tr("Pipe {pipe} has no line. Draw it before it is verified.").format(pipe=name))
    return found


def _with_evidence(
    network: Network, known: KnownPipe, request: VerifyRequest, kept: Sequence[KeptFile]
) -> KnownPipe:
    verified_on = request.material_verified_on
    if request.material_verified_by.strip() and verified_on is None:
        verified_on = known.evidence.material_verified_on or datetime.date.today()
    rows = _attachment_rows(network, str(known.pipe["pipe_id"]), kept)
    new = photo_evidence(row for row in rows if row["kind"] == "photo")
    photos = {photo.attachment_id: photo for photo in (*known.evidence.photos, *new)}
    return with_entries(
        known,
        material_verified_by=request.material_verified_by.strip(),
        material_verified_on=verified_on,
        backfilled_on=request.backfilled_on,
        photos=tuple(photos.values()),
    )


def _attachment_rows(network: Network, asset: str, kept: Sequence[KeptFile]) -> list[dict[str, Any]]:
    """Return a row of ``attachment`` for each file of a pipe, once."""
    rows = {
        one.attachment_id: attachment_row(one, photo_facts(one.path, network.crs), table="pipe", asset=asset)
        for one in kept
    }
    return list(rows.values())


def _put(
    batch: Batch, network: Network, request: VerifyRequest, known: Sequence[KnownPipe], copies: CopiedFiles
) -> VerifyResult:
    """Put the verdicts and what they rest on into a batch."""
    given = (request.override_by.strip(), request.override_reason.strip())
    settings = network.settings()
    copies.put_in_place()
    verdicts, sentences, taken = [], [], []
    for one in known:
        name = str(one.pipe["pipe_id"])
        found = judge(one.evidence, settings)
        override = given if any(given) else override_of(one.newest)
        new = not_there(network, _attachment_rows(network, name, copies.files))
        row = verdict_row(one, found, name=batch.next_id(TABLE, PREFIX), override=override)
        if new:
            batch.insert("attachment", pd.DataFrame(new))
        batch.insert(TABLE, pd.DataFrame([row], dtype=object))
        is_taken = is_enough(row) and one.pipe.get("status") == PLANNED
        if is_taken:
            taken.append((one.pipe, one.evidence.surveyed_on))
        verdicts.append(found.verdict)
        sentences.append(_sentence(name, found, override, is_taken=is_taken))
    for table, rows in read_into_use(network, taken).items():
        batch.update(table, rows)
    return VerifyResult("", max(verdicts, key=_WORSE.index), joined(sentences))


def _sentence(name: str, found: PipeVerdict, override: tuple[str, str], *, is_taken: bool) -> str:
    """Return what was found, in a sentence or two."""
    label = domain("verification_verdict")[found.verdict].label
    text = tr("{pipe}: {verdict} ({reasons}).") if found.reasons else tr("{pipe}: {verdict}.")
    parts = [text.format(pipe=name, verdict=label, reasons=verdict_words.said(found.reasons))]
    if any(override):
        parts.append(tr("Overridden by {name}: {reason}.").format(name=override[0], reason=override[1]))
    if is_taken:
        parts.append(tr("The pipe is in use now."))
    return joined(parts)
