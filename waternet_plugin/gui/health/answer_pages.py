"""The answers on health, written as a page to read."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable

from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.health.pipe_list import class_colour, label
from waternet_plugin.gui.panes.pane import paragraph
from waternet_plugin.gui.widgets.amounts import km, length, money, number, share, times
from waternet_plugin.operations.health.health_answers import FailureRow, GroupAnswer, PipeAnswer

_TITLE_PT = 12
_ROUND = 0.05
_LEAST_M = 0.5
# Links that compare two runs begin so; "earlier/later" follows.
COMPARE = "compare:"
_UP, _DOWN = "▲", "▼"


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows as a table of HTML: the first cell as it is, the others at the right."""
    lines = []
    for first, *others in rows:
        cells = "".join(
            f'<td align="right" style="padding-left:12px">{html.escape(one)}</td>' for one in others
        )
        lines.append(f"<tr><td>{first}</td>{cells}</tr>")
    return f'<table cellspacing="0" cellpadding="1" style="margin-bottom:6px">{"".join(lines)}</table>'


def _heading(text: str) -> str:
    return paragraph(text, bold=True)


def _marked(code: str) -> str:
    """Return a class with the mark of its colour on the map."""
    name = html.escape(label("health_class", code)).replace(" ", "&nbsp;")
    return f'<span style="color:{class_colour(code)}">■</span>&nbsp;{name}'


def _classes(answer: GroupAnswer) -> str:
    """Return metres and share of each class that occurs; shares are of what was rated."""
    rows = []
    for code, metres in answer.class_m.items():
        if metres > 0 and code != "unknown":
            part = share(metres / answer.rated_m) if answer.rated_m > 0 else ""
            rows.append((_marked(code), length(metres), part))
    return _table((*rows, *_unrated(answer)))


def _unrated(answer: GroupAnswer) -> list[tuple[str, ...]]:
    """Return what was not assessed, line by line: what it is and how long."""
    from waternet_plugin.core.health.rates.reason_words import not_rated_labels

    labels, left = not_rated_labels(), answer.class_m.get("unknown", 0.0)
    rows = []
    for code, metres in answer.unrated_m.items():
        if metres > 0:
            left -= metres
            rows.append((f"{_marked('unknown')}: {html.escape(labels[code])}", length(metres), ""))
    # Runs of before did not keep what it is.
    return [*rows, (_marked("unknown"), length(left), "")] if left > _LEAST_M else rows


def _worst(answer: GroupAnswer) -> str:
    """Return how the pipes to renew now stand against the network."""
    rate, cost = answer.worst_rate_ratio, answer.worst_cost_ratio
    if not math.isfinite(rate):
        return ""
    if math.isfinite(cost) and cost > 1 + _ROUND:
        text = tr(
            "The pipes to renew now fail {rate} times as often as the network average, and a failure there "
            "costs {cost} times as much."
        )
    else:
        text = tr("The pipes to renew now fail {rate} times as often as the network average.")
    return paragraph(text.format(rate=times(rate), cost=times(cost)))


def _why(answer: GroupAnswer) -> str:
    if not answer.why:
        return ""
    rows = [(html.escape(text), length(metres)) for text, metres in answer.why]
    return _heading(tr("Why renew now", "heading over reasons")) + _table(rows)


def _evidence(answer: GroupAnswer) -> str:
    total = sum(answer.evidence_m.values())
    if not total > 0:
        return ""
    rows = [
        (html.escape(label("evidence", code)), length(metres), share(metres / total, 0))
        for code, metres in answer.evidence_m.items()
        if metres > 0
    ]
    return _heading(tr("What the rates are based on")) + _table(rows)


def _expected(answer: GroupAnswer) -> str:
    text = tr("Expected in the next {years} years: {failures} failures.")
    decimals = 0 if answer.expected >= 10 else 1
    return text.format(years=f"{answer.horizon_years:g}", failures=number(answer.expected, decimals))


def _worse(answer: GroupAnswer) -> str:
    if not answer.worse:
        return ""
    words = html.escape(tr("Compare two assessments…"))
    link = f'<p><a href="{COMPARE}{html.escape(answer.compared)}">{words}</a></p>'
    return _heading(tr("What got worse")) + paragraph(answer.worse) + link


def network_page(answer: GroupAnswer) -> str:
    """Return the page on the whole network."""
    if answer.renew_now_m > 0:
        title = tr("{length} of {total} to renew now").format(
            length=km(answer.renew_now_m), total=km(answer.rated_m)
        )
    else:
        title = tr("Nothing to renew now")
    rate = tr("The network's mean is {rate} failures per 100 km per year.").format(
        rate=number(answer.mean_rate, 1)
    )
    return "".join(
        (
            paragraph(title, points=_TITLE_PT, bold=True),
            _worst(answer),
            _why(answer),
            _worse(answer),
            _classes(answer),
            _evidence(answer),
            paragraph(joined((_expected(answer), rate))),
            *(paragraph(note, faint=True) for note in answer.notes),
        )
    )


def selection_page(answer: GroupAnswer) -> str:
    """Return the page on the selected pipes."""
    total = sum(answer.class_m.values())
    title = tr("%n selected pipe(s), {length}: {renew} to renew now", "", answer.pipes)
    if not answer.renew_now_m > 0:
        title = tr("%n selected pipe(s), {length}: nothing to renew now", "", answer.pipes)
    title = title.format(length=length(total), renew=length(answer.renew_now_m))
    parts = [paragraph(title, points=_TITLE_PT, bold=True)]
    if math.isfinite(answer.rate):
        said = tr("They fail {times} times as often as the network average ({rate} against {mean}).").format(
            times=times(answer.rate / answer.mean_rate),
            rate=number(answer.rate, 1),
            mean=number(answer.mean_rate, 1),
        )
        parts.append(paragraph(joined((said, _expected(answer)))))
    else:
        parts.append(paragraph(tr("None of them was assessed.")))
    return "".join((*parts, _classes(answer), _why(answer), _evidence(answer)))


def _described(answer: PipeAnswer) -> str:
    """Return what the pipe is, in one line; what is unknown is left out."""
    parts = [
        f"DN{answer.diameter_mm:.0f}" if answer.diameter_mm > 0 else "",
        label("material", answer.material),
        f"{answer.install_year:.0f}" if math.isfinite(answer.install_year) else "",
        length(answer.length_m),
        answer.street,
    ]
    return listed(part for part in parts if part)


def _rate(answer: PipeAnswer) -> str:
    text = tr("{rate} failures per 100 km per year, {times} times the network's mean.").format(
        rate=number(answer.rate, 1), times=times(answer.rate / answer.mean_rate)
    )
    if answer.interval is not None:
        low, high = answer.interval
        between = tr("Four out of five such pipes lie between {low} and {high}.")
        return joined((text, between.format(low=number(low, 0), high=number(high, 0))))
    return joined((text, tr("This is based on published rates only, so its accuracy is not known.")))


def _costs(answer: PipeAnswer, currency: str) -> str:
    text = tr("Expected in {years} years: {failures} failures at {cost} each.").format(
        years=f"{answer.horizon_years:g}",
        failures=number(answer.likelihood, 2),
        cost=money(answer.consequence, currency),
    )
    if not math.isfinite(answer.risk_ratio):
        return text
    risk = tr("Its risk per km is {times} times the network's mean.").format(times=times(answer.risk_ratio))
    return joined((text, risk))


def _reasons(answer: PipeAnswer) -> str:
    rows = [(f"{_DOWN if lowers else _UP}&nbsp;{html.escape(text)}",) for text, lowers in answer.reasons]
    return _heading(tr("Reasons, strongest first")) + _table(rows)


def _failures(failures: tuple[FailureRow, ...]) -> str:
    """Return the failures of a pipe; those that do not count in its rate say so."""
    if not failures:
        return _heading(tr("Failures")) + paragraph(tr("None are recorded for this pipe."))
    rows = []
    for failure in failures:
        date = failure.date.isoformat() if failure.date else tr("not a date")
        kind = html.escape(label("failure_kind", failure.kind))
        rows.append(
            (f"{date}&nbsp;&nbsp;{kind}", failure.failure_id, "" if failure.counts else tr("not counted"))
        )
    return _heading(tr("Failures")) + _table(rows)


def _not_assessed(answer: PipeAnswer) -> str:
    """Return that a pipe came after the assessment."""
    if answer.as_of is None:
        return tr("This pipe is not in the last assessment yet.")
    return tr("This pipe is not in the assessment of {date} yet.").format(date=answer.as_of.isoformat())


def pipe_page(answer: PipeAnswer, *, currency: str) -> str:
    """Return the page on one pipe."""
    title = (
        paragraph(answer.pipe_id, points=_TITLE_PT, bold=True)
        + paragraph(_described(answer))
        + f'<p style="margin:0 0 6px 0">{_marked(answer.class_)}</p>'
    )
    if not math.isfinite(answer.rate):
        # Its only reason says why it has no rate.
        why = "".join(paragraph(text) for text, _lowers in answer.reasons)
        return title + (why or paragraph(_not_assessed(answer))) + _failures(answer.failures)
    return "".join(
        (
            title,
            paragraph(_rate(answer)),
            paragraph(_costs(answer, currency)),
            _reasons(answer),
            paragraph(tr("Evidence: {evidence}.").format(evidence=label("evidence", answer.evidence))),
            _failures(answer.failures),
        )
    )
