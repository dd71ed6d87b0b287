"""English sentences count their nouns; a label stands before its text as its language has it."""

from __future__ import annotations

import pytest

from waternet_plugin.core.texts import labelled, speaking, tr


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("%n pipe(s) are new.", 1, "1 pipe is new."),
        ("%n pipe(s) are new.", 2, "2 pipes are new."),
        ("%n branch(es) end here.", 1, "1 branch ends here."),
        ("%n branch(es)", 0, "0 branches"),
        ("%n row(s) written", 2613, "2,613 rows written"),
        ("Choose the layer(s).", -1, "Choose the layer(s)."),
    ],
)
def test_nouns_follow_their_number(text: str, number: int, said: str) -> None:
    assert tr(text, "", number) == said


@pytest.mark.parametrize(("language", "said"), [("en", "a.csv: no rows"), ("zh_CN", "a.csv：no rows")])
def test_a_text_stands_behind_what_it_is_about(language: str, said: str) -> None:
    with speaking(None, language):
        assert labelled("a.csv", "no rows") == said
