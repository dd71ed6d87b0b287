"""What answers, signs and figures mean by a heading: 是否废弃 with 是, 材质(1钢 2PE) with 1, 流向 with +."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.schema.domains import suggest
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.schema.word_codes import code_within

_YES_NO = "yes_no_unknown"
# What the answer yes and the answer no mean for a field, by the word that is asked for.
_QUESTIONS = {
    "status": (
        (re.compile(r"是否.*拆除|^is_?removed$", re.IGNORECASE), "removed", "in_use"),
        (
            re.compile(r"是否.*(?:废|停用|停运|报废|弃用)|^(?:is_?)?abandoned$", re.IGNORECASE),
            "abandoned",
            "in_use",
        ),
        (
            re.compile(r"是否.*(?:在用|使用|启用|运行|投用)|^(?:is_?)?(?:in_?use|active)$", re.IGNORECASE),
            "in_use",
            "abandoned",
        ),
    ),
    "valve_state": (
        (
            re.compile(
                r"是否.*(?:常闭|关闭|全关)|^常闭阀?门?$|^(?:is_?)?(?:normally_?)?closed$", re.IGNORECASE
            ),
            "closed",
            "open",
        ),
        (
            re.compile(
                r"是否.*(?:常开|开启|打开|全开)|^常开阀?门?$|^(?:is_?)?(?:normally_?)?open$", re.IGNORECASE
            ),
            "open",
            "closed",
        ),
    ),
}
STATE_FIELDS = frozenset(_QUESTIONS)
# Standards of data write + for a flow from the first end to the second. Which way 0 and 1 are differs.
_SIGNED = {
    "flow": (
        ({"+": "forward", "-": "reverse"}, {"1": "forward", "-1": "reverse"}),
        (frozenset("01"), frozenset("012"), frozenset("12")),
    )
}
_LIST = re.compile(r"[（(\[【](.+)[）)\]】]\s*$")
_BETWEEN = re.compile(r"[,，;；、/\s]+")
# A code and its word, or a word and its code; a letter wants a sign behind it, or a word that is Chinese.
_NUMBERED = (
    re.compile(
        r"(?P<code>\d{1,3}|[A-Za-z]{1,2}(?=\W|[\u4e00-\u9fff]))\s*[-—–=:：.．_]?\s*(?P<word>[^\d\W].*)"
    ),
    re.compile(r"(?P<word>[^\d\W]\D*?)\s*[-—–=:：_]?\s*(?P<code>\d{1,3})"),
)


def heading_meanings(described: Field, series: pd.Series) -> dict[str, str]:
    """Return the code that each answer or number of a column means by its heading, {} for none."""
    return _answered(described, series) or _listed(described, str(series.name)) or _signed(described, series)


def _signed(described: Field, series: pd.Series) -> dict[str, str]:
    """Return what + and - mean; strokes alone are empty cells."""
    signs, _figures = _SIGNED.get(described.name, ((), ()))
    plain = (
        {word: foreign_values.plain(word) for word in foreign_values.distinct_texts(series)} if signs else {}
    )
    meant = ({word: codes[sign] for word, sign in plain.items() if sign in codes} for codes in signs)
    whole = (found for found in meant if len(found) == len(plain))
    return next((found for found in whole if "+" in plain.values() or len({*found.values()}) > 1), {})


def are_figures(described: Field, series: pd.Series) -> bool:
    """Return whether a column has two or three figures for a field whose figures nobody can know."""
    _signs, figures = _SIGNED.get(described.name, ((), ()))
    return bool(figures) and frozenset(foreign_values.distinct_texts(series)) in figures


def _answered(described: Field, series: pd.Series) -> dict[str, str]:
    heading = bare_name(str(series.name))
    question = next((one for one in _QUESTIONS.get(described.name, ()) if one[0].search(heading)), None)
    words = [] if question is None else foreign_values.distinct_texts(series)
    answers = {word: suggest(_YES_NO, word) for word in words}
    if question is None or not words or any(answer is None for answer in answers.values()):
        return {}
    codes = {"yes": question[1], "no": question[2]}
    return {word: codes[answer] for word, answer in answers.items() if answer in codes}


def _listed(described: Field, heading: str) -> dict[str, str]:
    """Return what the list of codes in brackets behind a heading says."""
    found = _LIST.search(heading) if described.domain else None
    parts = _BETWEEN.split(found.group(1).strip()) if found else []
    if len(parts) % 2 == 0 and all(re.fullmatch(r"\d{1,3}|[A-Za-z]", part) for part in parts[::2]):
        parts = [f"{code}:{word}" for code, word in zip(parts[::2], parts[1::2])]
    for pattern in _NUMBERED:
        pairs = [pattern.fullmatch(part) for part in parts]
        codes = {pair["code"]: code_within(described.domain, pair["word"]) for pair in pairs if pair}
        if len(codes) == len(parts) > 1 and any(codes.values()):
            return {code: meant.code for code, meant in codes.items() if meant is not None}
    return {}


def are_listed(described: Field, series: pd.Series) -> bool:
    """Return whether the heading of a column says what nearly all of its values mean."""
    meanings = _listed(described, str(series.name)) or _signed(described, series)
    words = foreign_values.distinct_texts(series) if meanings else []
    known = sum(word in meanings or suggest(described.domain, word) is not None for word in words)
    return bool(words) and 2 * known > len(words)


def asking_column(described: Field, frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return the only column that asks for a state, '' for none or several."""
    asking = [column for column in columns if _answered(described, frame[column])]
    return asking[0] if len(asking) == 1 else ""
