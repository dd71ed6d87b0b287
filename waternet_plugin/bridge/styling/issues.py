"""The renderer of issues: what is to mend stands out, advice and what follows show near by only."""

from __future__ import annotations

from qgis.core import QgsMarkerSymbol, QgsRuleBasedRenderer

from waternet_plugin.bridge.styling import look, points, rules
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains

_OPEN = "\"state\" = 'open'"
_ROOT = '"root" IS NULL'
# Size of the sign, and what is drawn over what.
_SIZES = {"error": 1.0, "warning": 0.85, "info": 0.6}
_LEVELS = {"error": 5, "warning": 4, "info": 2}
_SMALL = 0.5


def _sign(chosen: Look, colour: str, factor: float, level: int) -> QgsMarkerSymbol:
    symbol = points.sign("issue", chosen.colour(colour), factor=factor)
    symbol.symbolLayer(0).setRenderingPass(level)
    return symbol


def issue_renderer(chosen: Look) -> QgsRuleBasedRenderer:
    """Return the renderer of issues: open ones by severity, small what follows and what is settled.

    What is fixed has a line in the legend that is switched off.
    """
    root = rules.root()
    for code in domains.domain("severity").values():
        root.appendChild(
            rules.rule(
                code.code,
                _sign(chosen, f"issue.{code.code}", _SIZES[code.code], _LEVELS[code.code]),
                chosen.label(code),
                f"{_OPEN} AND {_ROOT} AND \"severity\" = '{code.code}'",
                farthest=look.scale("advice") if code.code == "info" else None,
            )
        )
    root.appendChild(
        rules.rule(
            "follows",
            _sign(chosen, "issue.follows", _SMALL, 1),
            chosen.word("issue_follows"),
            f'{_OPEN} AND "root" IS NOT NULL',
            farthest=look.scale("followers"),
        )
    )
    states = domains.domain("issue_state")
    accepted = rules.rule(
        "accepted",
        _sign(chosen, "issue.accepted", _SMALL, 0),
        chosen.label(states["accepted"]),
        '"state" = \'accepted\' AND "root" IS NULL',
        farthest=look.scale("advice"),
    )
    fixed = rules.rule(
        "fixed",
        _sign(chosen, "issue.fixed", _SMALL, 0),
        chosen.label(states["fixed"]),
        "\"state\" = 'fixed'",
        farthest=look.scale("advice"),
    )
    fixed.setActive(False)
    root.appendChild(accepted)
    root.appendChild(fixed)
    return rules.renderer(root)
