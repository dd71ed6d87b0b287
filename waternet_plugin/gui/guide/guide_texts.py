"""The texts of the guide: a Markdown file a topic and language, cut at its headings, and searched.

``guide/contents.csv`` orders the topics. Files link to each other as ``health.md`` and ``words.md#priority``;
pictures lie in ``guide/pictures`` with the language in their names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.paths import ROOT

FOLDER = ROOT / "guide"
# What shows first.
FIRST = "start"
_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`|]")


@dataclass(frozen=True)
class TopicPart:
    """A heading of a topic with the text under it; the first part of a topic has the topic's title."""

    topic: str
    heading: str
    text: str

    @property
    def anchor(self) -> str:
        """How links name the heading."""
        return anchor(self.heading)


@dataclass(frozen=True)
class Topic:
    """A page of the guide."""

    key: str
    group: str
    title: str
    markdown: str
    parts: tuple[TopicPart, ...]


def anchor(heading: str) -> str:
    """Return a heading as links name it: small letters, hyphens for blanks, no other signs."""
    return re.sub(r"[^\w\s-]", "", heading.strip().lower()).replace(" ", "-")


def folder(language: str) -> Path:
    """Return where the topics of a language lie."""
    return FOLDER / language


def _plain(markdown: str) -> str:
    """Return what is read of a text: no pictures, no addresses, no marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", _PICTURE.sub("", markdown)))


def _parts(key: str, markdown: str) -> tuple[TopicPart, ...]:
    found = list(_HEADING.finditer(markdown))
    return tuple(
        TopicPart(key, each[2].strip(), _plain(markdown[each.end() : end]).strip())
        for each, end in zip(found, [*(each.start() for each in found[1:]), len(markdown)])
    )


@lru_cache(maxsize=2)
def topics(language: str) -> tuple[Topic, ...]:
    """Return the topics of a language, ``en`` or ``zh_CN``, in their order."""
    found = []
    for row in rows_of(FOLDER / "contents.csv"):
        markdown = (folder(language) / f"{row['topic']}.md").read_text(encoding="utf-8")
        parts = _parts(row["topic"], markdown)
        found.append(Topic(row["topic"], row["group"], parts[0].heading, markdown, parts))
    return tuple(found)


def search(wanted: str, language: str) -> list[TopicPart]:
    """Return the parts in which every word is: those with it in the heading first, else in their order."""
    words = wanted.casefold().split()
    if not words:
        return []
    hits: list[tuple[int, int, TopicPart]] = []
    for place, part in enumerate([part for topic in topics(language) for part in topic.parts]):
        heading, text = part.heading.casefold(), part.text.casefold()
        if all(word in heading or word in text for word in words):
            hits.append((-sum(word in heading for word in words), place, part))
    return [part for _rank, _place, part in sorted(hits, key=lambda hit: hit[:2])]
