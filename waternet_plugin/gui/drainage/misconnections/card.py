"""A misconnection in words: what is joined to what, who lies behind, where the water goes, what to do."""

from __future__ import annotations

import html
from typing import Any

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drainage.misconnections.rows import severity_word
from waternet_plugin.gui.panes.pane import paragraph
from waternet_plugin.gui.widgets import amounts


def card(row: dict[str, Any]) -> str:
    """Return the card as HTML."""
    rule = catalogue()[row["rule_id"]]
    parts = [
        paragraph(tr("{code}: {title}").format(code=row["rule"], title=rule.title), bold=True, points=10),
        paragraph(str(row["reasons"])),
        _table(_facts(row)),
        paragraph(rule.fix),
    ]
    if row["state"] == ACCEPTED:
        parts.append(paragraph(tr("Accepted: {reason}").format(reason=row["state_reason"]), bold=True))
    return "".join(parts)


def _facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    metres = amounts.length(float(row["length_m"]))
    facts = [
        (
            tr("Priority"),
            tr("{priority} ({severity})").format(
                priority=amounts.number(row["priority"]), severity=severity_word(row)
            ),
        ),
        (tr("Users behind"), amounts.number(row["users"])),
        (tr("Drains behind"), metres),
    ]
    if row["other_id"]:
        facts.append((tr("Joined to") if row["certainty"] != "near" else tr("Close to"), row["other_id"]))
    if row["outfall_id"]:
        text = tr("{outfall}, %n drain(s)", "", len(row["way"])).format(outfall=row["outfall_id"])
        facts.append((tr("Reaches outfall"), text))
    return facts


def _table(facts: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><td>{html.escape(name)}</td><td align="right"><b>{html.escape(str(value))}</b></td></tr>'
        for name, value in facts
    )
    return f'<table width="100%" cellpadding="1">{cells}</table><p style="margin:0 0 4px 0"></p>'


def order_note(row: dict[str, Any]) -> str:
    """Return what a crew is told in a work order."""
    rule = catalogue()[row["rule_id"]]
    return tr("{code}: {title}. {fix}").format(code=row["rule"], title=rule.title, fix=rule.fix)
