"""The rules that survey files are checked by, as data: severity, words in both languages, source, remedy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core import texts
from waternet_plugin.core.schema.csvfiles import rows_of

# The staged tree consists of links: never resolve them.
_FILE = Path(__file__).parent / "survey_rules.csv"


@dataclass(frozen=True)
class SurveyRule:
    """One check of a survey file.

    ``severity`` is error (it stops the run, or rejects the row) or warning; ``scope`` says what it looks at:
    file, point, line or level; ``quality`` are the rules of `core.quality` that find it, none where the
    survey has a check of its own; ``settings`` are the keys of its thresholds.
    """

    rule_id: str
    scope: str
    severity: str
    quality: tuple[str, ...]
    settings: tuple[str, ...]
    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    fix_en: str
    fix_zh: str
    source: str
    clause: str
    certainty: str

    @property
    def title(self) -> str:
        """What a kind of findings is called."""
        return self.title_zh if texts.language() == "zh_CN" else self.title_en

    @property
    def text(self) -> str:
        """The sentence of a finding, with its values in braces."""
        return self.text_zh if texts.language() == "zh_CN" else self.text_en

    @property
    def fix(self) -> str:
        """What to do about it."""
        return self.fix_zh if texts.language() == "zh_CN" else self.fix_en


@lru_cache(maxsize=None)
def survey_rules() -> dict[str, SurveyRule]:
    """Return every rule by its id, in the order in which findings are shown."""
    rules = {}
    for row in rows_of(_FILE):
        described = dict(row)
        lists = {name: tuple(described.pop(name).split()) for name in ("quality", "settings")}
        rules[row["rule_id"]] = SurveyRule(**described, **lists)  # type: ignore[arg-type]
    return rules


@lru_cache(maxsize=None)
def of_quality() -> dict[str, str]:
    """Return which rule of a survey a rule of `core.quality` stands for."""
    return {name: rule.rule_id for rule in survey_rules().values() for name in rule.quality}
