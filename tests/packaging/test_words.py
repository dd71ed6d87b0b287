"""Names and texts are plain: vague words become fewer, and names are made of known words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.names import ALONE, NAMES, TEXTS, Words, parts, recorded, words_of
from support.sources import Source, parsed, shipped

# A record this far above the figure of today is lowered.
MARGIN = 0.1
KNOWN = Path(__file__).with_name("known_words.txt")
GLOSSARY = re.compile(r"^\| (?P<trade>[^|]+) \| [^|]+ \| (?P<code>`.+`) \|$", re.MULTILINE)
# Words that nothing uses any more and that the list may still have: people work on it side by side.
UNUSED = 100


@pytest.fixture(scope="module")
def words() -> Words:
    """The words of the product."""
    return words_of(shipped())


@pytest.fixture(scope="module")
def known(repo_root: Path) -> set[str]:
    """The words that names may be made of: those of the list and of the glossary."""
    page = (repo_root / "docs" / "style.md").read_text(encoding="utf-8")
    glossary = " ".join(row["trade"] + " " + row["code"] for row in GLOSSARY.finditer(page))
    named = set().union(*(parts(name) for name in re.findall(r"\w+", glossary)))
    return named | set(KNOWN.read_text(encoding="utf-8").split())


def _source(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    return Source(path, "module", parsed(text), tmp_path)


def judged(words: Words, record: list[tuple[str, str, float]]) -> list[str]:
    """Return a sentence for each word that stands more often than recorded, or much less often."""
    faults = []
    for word, where, most in record:
        now = words.per_thousand_lines(word, where)
        if now > most + 0.005:
            faults.append(
                f"“{word}” ({where}): {now:.2f} per 1,000 lines, at most {most:.2f}: say what it is"
            )
        elif now < most * (1 - MARGIN) - 0.02:
            faults.append(f"“{word}” ({where}): {now:.2f} per 1,000 lines: lower its record from {most:.2f}")
    return faults


def test_vague_words_become_fewer(words: Words) -> None:
    assert not judged(words, list(recorded()))


def test_each_word_is_recorded_once() -> None:
    rows = [(word, where) for word, where, _most in recorded()]
    assert rows == sorted(set(rows)) and {where for _word, where in rows} <= {NAMES, ALONE, TEXTS}


def test_names_are_made_of_known_words(words: Words, known: set[str]) -> None:
    unknown = [
        f"{place}: {name}: {' '.join(sorted(parts(name) - known))}"
        for name, place in sorted(words.defined.items(), key=lambda item: item[1])
        if parts(name) - known
    ]
    assert not unknown, "say it in a known word, or add a new one to tests/packaging/known_words.txt"


def test_the_list_has_each_word_once_and_what_is_used(words: Words) -> None:
    listed = KNOWN.read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))
    used = set().union(*(parts(name) for name in words.defined))
    unused = [word for word in listed if word not in used]
    assert len(unused) <= UNUSED, f"nothing is named by {' '.join(unused)}"


def test_every_name_is_counted_and_every_definition_known(tmp_path: Path) -> None:
    found = words_of(
        [
            _source(
                tmp_path,
                '"""Told by nobody."""\n'
                "# A comment that is told.\n"
                "class Told:\n"
                "    def _tell_all(self, told, *, one=1):\n"
                '        """Told twice: told."""\n'
                "        self._toldEach = [told.at for one in told]\n"
                "        return call(told=1, ground_m=2)\n",
            )
        ]
    )
    assert found.lines == 7
    # Told, the argument, two uses, the attribute, the keyword.
    assert found.per_thousand_lines("told", NAMES) == pytest.approx(1000 * 6 / 7)
    assert found.per_thousand_lines("told", ALONE) == pytest.approx(1000 * 4 / 7)
    assert found.per_thousand_lines("told", TEXTS) == pytest.approx(1000 * 4 / 7)
    assert found.per_thousand_lines("ground", NAMES) == 0
    assert set(found.defined) == {"module", "Told", "_tell_all", "self", "told", "one", "_toldEach"}
    assert parts("_toldEach") == {"told", "each"} and parts("readXML_2") == {"read", "xml"}


def test_a_record_may_only_fall(tmp_path: Path) -> None:
    found = words_of([_source(tmp_path, "one = 1\n" * 100)])
    assert not judged(found, [("one", NAMES, 1000.0), ("told", TEXTS, 0.0)])
    (risen,) = judged(found, [("one", NAMES, 990.0)])
    assert "at most 990.00" in risen
    (fallen,) = judged(found, [("one", NAMES, 1200.0)])
    assert "lower its record from 1200.00" in fallen


# “There is no valve” is said of things, “what is no longer there” of time; “is no valve” is not English.
IS_NO = re.compile(r"(?<!here )\b(?:is|are|was|were) (?:no(?! (?:longer|more)\b)) \w+")


def test_what_a_thing_is_not_is_said_in_english(repo_root: Path) -> None:
    plugin = repo_root / "waternet_plugin"
    sources = re.findall(
        r"<source>(.*?)</source>",
        (plugin / "i18n" / "waternet_zh_CN.ts").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    pages = [path.read_text(encoding="utf-8") for path in sorted((plugin / "guide" / "en").glob("*.md"))]
    tables = [path.read_text(encoding="utf-8") for path in sorted(plugin.rglob("*.csv"))]
    faults = [
        text[max(match.start() - 40, 0) : match.end() + 20]
        for text in (*sources, *pages, *tables, (repo_root / "README.md").read_text(encoding="utf-8"))
        for match in IS_NO.finditer(text)
    ]
    assert not faults, "say “is not a …”:\n" + "\n".join(faults)


def test_texts_of_that_form_are_seen() -> None:
    assert IS_NO.search("This file is no drawing.") and IS_NO.search("Rows that are no dates")
    assert not IS_NO.search("There is no pipe here. It is no longer in use; they are no more.")
