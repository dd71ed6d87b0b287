"""The catalogue of checks: every rule with its severity, words, source and remedy, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.texts import listed, tr

# The staged tree consists of links: never resolve them.
_FILE = Path(__file__).parent / "rules.csv"

FAMILIES = ("doctor", "topology", "attributes", "heights", "systems", "dma", "ledgers")
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Rule:
    """One check.

    ``code`` is that of the check of metered areas (T1 to T6, D1 to D14) or of misconnections (M1 to M13), ''
    for none. ``reach`` is local (an edit changes its findings only nearby), far (of single rows, but what
    decides may lie anywhere), whole, or zones (found by the check of metered areas alone, which proves them
    twice); ``assets`` names the tables of
    the assets of a finding, in order (a star: any number of them); ``repair`` names the remedy that can
    be run, '' for none; ``roots`` are the rules whose findings explain those of this one; ``settings``
    are the keys of its thresholds. ``text`` is the sentence of a finding, with its values in braces.
    """

    rule_id: str
    family: str
    code: str
    severity: str
    reach: str
    assets: tuple[str, ...]
    repair: str
    roots: tuple[str, ...]
    settings: tuple[str, ...]
    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    explanation_en: str
    explanation_zh: str
    fix_en: str
    fix_zh: str
    source: str
    clause: str
    certainty: str

    def _in_language(self, name: str) -> str:
        chosen: str = getattr(self, f"{name}_zh" if texts.language() == "zh_CN" else f"{name}_en")
        return chosen

    @property
    def title(self) -> str:
        """What is wrong, in a few words of the interface's language."""
        return self._in_language("title")

    @property
    def text(self) -> str:
        """The sentence of a finding, with its values in braces."""
        return self._in_language("text")

    @property
    def explanation(self) -> str:
        """Why it matters."""
        return self._in_language("explanation")

    @property
    def fix(self) -> str:
        """What to do about it."""
        return self._in_language("fix")

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the assets, without stars."""
        return tuple(asset.rstrip("*") for asset in self.assets)

    @property
    def is_group(self) -> bool:
        """Whether a finding names any number of assets."""
        return bool(self.assets) and self.assets[-1].endswith("*")


@lru_cache(maxsize=None)
def catalogue() -> dict[str, Rule]:
    """Return every rule by its id, in the order in which findings are shown."""
    found = {}
    for row in rows_of(_FILE):
        described = dict(row)
        lists = {name: tuple(described.pop(name).split()) for name in ("assets", "roots", "settings")}
        found[row["rule_id"]] = Rule(**described, **lists)  # type: ignore[arg-type]
    return found


def coded_rules(*codes: str) -> tuple[str, ...]:
    """Return the ids of the rules with some codes; a letter alone stands for all codes that begin with it."""
    return tuple(
        name for name, rule in catalogue().items() if rule.code and {rule.code, rule.code[0]} & set(codes)
    )


def network_rules(chosen: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return those of some rules, of all if None, that the check of a whole network runs."""
    rules = catalogue()
    return tuple(name for name in (rules if chosen is None else chosen) if rules[name].reach != "zones")


@lru_cache(maxsize=None)
def order() -> dict[str, int]:
    """Return the place of every rule in the catalogue."""
    return {rule_id: place for place, rule_id in enumerate(catalogue())}


def family_label(family: str) -> str:
    """Return the name of a family of rules."""
    return {
        "doctor": tr("Data doctor"),
        "topology": tr("Topology"),
        "attributes": tr("Attributes"),
        "heights": tr("Heights"),
        "systems": tr("Between systems"),
        "dma": tr("Metered areas"),
        "ledgers": tr("Records"),
    }[family]


def chosen_rules(asked: str | Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the rules that words ask for, in the catalogue's order.

    Parameters
    ----------
    asked
        Rule ids, families, severities, separated by commas, semicolons or blanks; nothing: every rule.

    Raises
    ------
    InputError
        For a word that is none of these.
    """
    text = asked if isinstance(asked, str) else " ".join(asked)
    wanted = [word.casefold() for word in re.split(r"[\s,;，；、]+", text) if word]
    rules = catalogue()
    if not wanted:
        return tuple(rules)
    known = {*rules, *FAMILIES, *SEVERITIES}
    strange = [word for word in wanted if word not in known]
    if strange:
        raise InputError(
            tr(
                "There is no rule {words}. Give rule ids, families ({families}) or severities ({severities})."
            ).format(words=listed(strange), families=listed(FAMILIES), severities=listed(SEVERITIES))
        )
    return tuple(name for name, rule in rules.items() if {name, rule.family, rule.severity} & set(wanted))
