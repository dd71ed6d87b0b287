"""The rules by which packages may be ranked."""

from __future__ import annotations

from waternet_plugin.core.texts import tr

STRATEGIES = ("plan", "oldest", "worst_material", "most_failures", "random")


def strategy_label(code: str) -> str:
    """Return the name of a strategy in the language of the interface."""
    return {
        "plan": tr("Benefit per cost (plan)"),
        "oldest": tr("Oldest first"),
        "worst_material": tr("Worst material first"),
        "most_failures": tr("Most failures first"),
        "random": tr("Random"),
    }[code]
