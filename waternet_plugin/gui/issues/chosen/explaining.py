"""An issue in words: what, why it matters, how to mend it, on what it rests, what follows from it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from waternet_plugin.core.quality.catalogue import family_label
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, FIXED
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.schema.unit_labels import unit_label
from waternet_plugin.core.texts import joined, labelled, language, listed, tr
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.issues.listing.issue_tree import severity_colour
from waternet_plugin.gui.panes.pane import paragraph

if TYPE_CHECKING:
    from waternet_plugin.core.quality.catalogue import Rule
    from waternet_plugin.gui.issues.repair_preview import RepairPreview
    from waternet_plugin.operations.checks.issue_location import Asset, IssueLocation
    from waternet_plugin.operations.checks.issue_rows import Issue
    from waternet_plugin.operations.checks.recorded_issues import RecordedIssues

_MOST_FOLLOWERS = 12
_MOST_ASSETS = 20
_MOST_LINES = 30
ASSET_LINK, ISSUE_LINK, DRY_RUN_LINK = "asset:", "issue:", "preview:"


def _heading(text: str) -> str:
    return f'<p style="margin: 6px 0 2px 0; font-weight: 600;">{html.escape(text)}</p>'


def _raw(inner: str) -> str:
    return f'<p style="margin: 0 0 4px 0;">{inner}</p>'


def _link(target: str, text: str) -> str:
    return f'<a href="{html.escape(target, quote=True)}">{html.escape(text)}</a>'


def _asset_link(asset: Asset) -> str:
    if not asset.is_there:
        return html.escape(tr("{asset} (no longer there)").format(asset=asset.asset_id))
    return _link(f"{ASSET_LINK}{asset.table}/{asset.asset_id}", asset.asset_id)


def linked(text: str, location: IssueLocation | None) -> str:
    """Return a sentence as HTML in which the assets are links."""
    if location is None:
        return html.escape(text)
    known = {asset.asset_id: asset for asset in location.assets if asset.is_there}
    if not known:
        return html.escape(text)
    # The longest first, so that P-1 does not take a part of P-10.
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    parts = re.split(f"((?<![\\w.-])(?:{names})(?![\\w-]))", text)
    return "".join(_asset_link(known[part]) if part in known else html.escape(part) for part in parts)


def _value(setting: str, settings: Settings) -> str:
    described = defaults()[setting]
    text = settings.text(setting)
    unit = unit_label(described.unit, language()) if described.unit else ""
    return f"{text} {unit}".strip()


def _evidence(rule: Rule, settings: Settings | None) -> str:
    """Return where a rule is from, and its thresholds as they hold here."""
    source = " ".join(part for part in (rule.source, rule.clause) if part)
    certainty = domain("certainty").get(rule.certainty)
    if rule.certainty != "stated" and certainty is not None:
        source = tr("{source} ({certainty})").format(source=source, certainty=certainty.label)
    lines = [paragraph(source)]
    if settings is not None:
        for key in rule.settings:
            if key in defaults():
                text = tr("{threshold}: {value}")
                lines.append(
                    paragraph(
                        text.format(threshold=defaults()[key].label, value=_value(key, settings)), faint=True
                    )
                )
    return "".join(lines)


def _followers(issue: Issue, issues: RecordedIssues) -> str:
    below = issues.followers(issue.issue_id)
    if not below:
        return ""
    lines = [
        _raw("· " + _link(f"{ISSUE_LINK}{follower.issue_id}", labelled(follower.title, follower.text)))
        for follower in below[:_MOST_FOLLOWERS]
    ]
    if len(below) > _MOST_FOLLOWERS:
        lines.append(paragraph(issue_counts.more(len(below) - _MOST_FOLLOWERS), faint=True))
    return _heading(tr("What follows from it")) + "".join(lines)


def _state(issue: Issue, issues: RecordedIssues) -> str:
    above = issues.issue(issue.root)
    if above is not None:
        text = html.escape(tr("It follows from another issue; fix that one first:"))
        return _raw(f"{text} " + _link(f"{ISSUE_LINK}{above.issue_id}", labelled(above.title, above.text)))
    if issue.state == ACCEPTED:
        return paragraph(tr("Accepted: {reason}").format(reason=issue.reason or "–"), bold=True)
    if issue.state == FIXED:
        return paragraph(tr("Fixed: {reason}").format(reason=issue.reason or "–"), bold=True)
    return ""


def _changes(preview: RepairPreview) -> str:
    rows = []
    for line in preview.lines[:_MOST_LINES]:
        cells = (line.asset, line.field, f"{line.before} → {line.after}" if line.before else line.after)
        style = "padding-right: 8px; white-space: nowrap;"
        inner = "".join(f'<td style="{style}">{html.escape(cell)}</td>' for cell in cells)
        rows.append(f"<tr>{inner}</tr>")
    more = len(preview.lines) - _MOST_LINES
    note = paragraph(issue_counts.more(more), faint=True) if more > 0 else ""
    return f'<table cellspacing="0" cellpadding="1">{"".join(rows)}</table>{note}'


def remedy(preview: RepairPreview | None, *, can_be_run: bool, is_waiting: bool) -> str:
    """Return what fixing would do, before and after."""
    if not can_be_run:
        return ""
    if preview is None and is_waiting:
        return paragraph(tr("Working out what the fix does…"), faint=True)
    if preview is None:
        return _raw(_link(DRY_RUN_LINK, tr("Show what the fix does")))
    if preview.refusals:
        reasons = joined(dict.fromkeys(preview.refusals.values()))
        return paragraph(tr("It can’t be fixed automatically: {reason}").format(reason=reasons))
    return _heading(tr("The fix does this")) + _changes(preview)


def explanation(
    issue: Issue,
    issues: RecordedIssues,
    *,
    location: IssueLocation | None = None,
    preview: RepairPreview | None = None,
    is_waiting: bool = False,
    can_be_fixed: bool = False,
) -> str:
    """Return all there is to say about an issue as HTML.

    Parameters
    ----------
    issue
        What it is about.
    found
        All issues: what follows from it, what it follows from.
    location
        Its assets and the thresholds in force, None while they are being read.
    preview
        What fixing it would do, None where that is not known yet.
    is_waiting
        Whether that is being worked out.
    can_be_fixed
        Whether its rule has a remedy.
    """
    rule = issue.rule
    severity = domain("severity").get(issue.severity)
    kind = severity.label if severity else issue.severity
    if rule is not None:
        kind = f"{kind} · {family_label(rule.family)}"
    colour = severity_colour(issue.severity)
    head = (
        '<p style="margin: 0 0 2px 0; font-size: 11pt; font-weight: 600;">'
        f'<span style="color:{colour}">●</span> {html.escape(issue.title)}</p>'
    )
    parts = [head, _raw(linked(issue.text, location)), _state(issue, issues)]
    if not issue.xy and issue.assets:
        parts.append(paragraph(tr("It has no location on the map."), faint=True))
    parts.append(remedy(preview, can_be_run=can_be_fixed, is_waiting=is_waiting))
    if rule is not None:
        parts += [_heading(tr("Why it matters")), paragraph(rule.explanation)]
    parts += [_heading(tr("What to do")), paragraph(rule.fix if rule else issue.fix)]
    parts.append(_followers(issue, issues))
    parts.append(_assets(location))
    if rule is not None:
        parts += [
            _heading(tr("What it is based on")),
            _evidence(rule, location.settings if location else None),
        ]
    parts.append(paragraph(f"{kind} · {issue.rule_id}", faint=True))
    return "".join(parts)


def _assets(location: IssueLocation | None) -> str:
    """Return the assets by their tables, each a link."""
    if location is None or not location.assets:
        return ""
    lines = []
    for name in dict.fromkeys(asset.table for asset in location.assets):
        of_table = [asset for asset in location.assets if asset.table == name]
        links = listed(_asset_link(asset) for asset in of_table[:_MOST_ASSETS])
        if len(of_table) > _MOST_ASSETS:
            links += " " + html.escape(issue_counts.more(len(of_table) - _MOST_ASSETS))
        lines.append(_raw(labelled(html.escape(table(name).label), links)))
    return _heading(tr("Assets")) + "".join(lines)


def overview(issues: RecordedIssues) -> str:
    """Return what to say while no issue is chosen."""
    mend = issues.open_roots
    if not mend and not issues.is_checked:
        return paragraph(tr("The whole network has not been checked yet."))
    if not mend:
        text = tr("There is nothing left to fix.")
        if issues.advice:
            listed = tr("{advice} in the list under “Info”.").format(
                advice=issue_counts.advice(issues.advice)
            )
            return paragraph(text, points=11, bold=True) + paragraph(listed, faint=True)
        return paragraph(text, points=11, bold=True)
    text = issue_counts.to_mend(len(mend))
    more = tr("Press N for the next one, F to fix it, A to accept it.")
    advice = ""
    if issues.advice:
        listed = tr("{advice} in the list under “Info”.").format(advice=issue_counts.advice(issues.advice))
        advice = paragraph(listed, faint=True)
    return paragraph(text, points=11, bold=True) + paragraph(more) + advice
