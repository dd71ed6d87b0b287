"""The sections of an EPANET input file, and which words of their lines name a node or a link."""

from __future__ import annotations

from collections.abc import Sequence

# EPANET 2.0 looks at the first letters only: the shortest beginning that it takes, and the full name, which
# is the only one that 2.2 takes.
_BEGINNINGS = (
    ("[TITL", "TITLE"),
    ("[JUNC", "JUNCTIONS"),
    ("[RESE", "RESERVOIRS"),
    ("[TANK", "TANKS"),
    ("[PIPE", "PIPES"),
    ("[PUMP", "PUMPS"),
    ("[VALV", "VALVES"),
    ("[CONT", "CONTROLS"),
    ("[RULE", "RULES"),
    ("[DEMA", "DEMANDS"),
    ("[SOUR", "SOURCES"),
    ("[EMIT", "EMITTERS"),
    ("[LEAK", "LEAKAGE"),
    ("[PATT", "PATTERNS"),
    ("[CURV", "CURVES"),
    ("[QUAL", "QUALITY"),
    ("[STAT", "STATUS"),
    ("[ROUG", "ROUGHNESS"),
    ("[ENER", "ENERGY"),
    ("[REAC", "REACTIONS"),
    ("[MIXI", "MIXING"),
    ("[REPO", "REPORT"),
    ("[TIME", "TIMES"),
    ("[OPTI", "OPTIONS"),
    ("[COOR", "COORDINATES"),
    ("[VERT", "VERTICES"),
    ("[LABE", "LABELS"),
    ("[BACK", "BACKDROP"),
    ("[TAGS", "TAGS"),
    ("[END", "END"),
)

# Lines before the first heading, and those below a heading that EPANET does not know.
NONE = ""
UNKNOWN = "?"

NODE_SECTIONS = ("JUNCTIONS", "RESERVOIRS", "TANKS")
LINK_SECTIONS = ("PIPES", "PUMPS", "VALVES")

# The word of a line that must name a node or link of the file, by section.
_NODE_WORD = {
    "JUNCTIONS": 0,
    "RESERVOIRS": 0,
    "TANKS": 0,
    "DEMANDS": 0,
    "SOURCES": 0,
    "EMITTERS": 0,
    "MIXING": 0,
    "COORDINATES": 0,
}
_LINK_WORD = {"PIPES": 0, "PUMPS": 0, "VALVES": 0, "STATUS": 0, "VERTICES": 0, "LEAKAGE": 0}

# How RULES speak of things.
_RULE_NODES = ("NODE", "JUNC", "RESE", "TANK")
_RULE_LINKS = ("LINK", "PIPE", "PUMP", "VALV")


def section_of(heading: str) -> str:
    """Return the section a heading such as ``[Junc]`` begins, ``?`` when EPANET knows none."""
    upper = heading.upper()
    for beginning, name in _BEGINNINGS:
        if upper.startswith(beginning):
            return name
    return UNKNOWN


def full_heading(heading: str, section: str) -> str:
    """Return a heading such as ``[Junc]  ;x`` with the name of its section in full, if it lacks that."""
    first = heading.lstrip(" \t")
    if first.upper().startswith(f"[{section}]"):
        return heading
    _short, _bracket, rest = first.partition("]")
    return f"[{section}]{rest}"


def _second(words: Sequence[str], keywords: Sequence[str]) -> bool:
    return len(words) > 1 and words[0].upper().startswith(tuple(keywords))


def rule_references(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the nodes and links that one line of a rule names.

    A clause is ``IF TANK 1 LEVEL ABOVE 5`` or ``THEN PUMP 2 STATUS = OPEN``.
    """
    if len(words) < 3:
        return (), ()
    what = words[1].upper()
    if what.startswith(_RULE_NODES):
        return (words[2],), ()
    if what.startswith(_RULE_LINKS):
        return (), (words[2],)
    return (), ()


def references(section: str, words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the nodes and links of the file that a line can't do without, by their ids."""
    if not words:
        return (), ()
    if section in _NODE_WORD:
        return (words[0],), ()
    if section == "STATUS" and len(words) > 2:
        # A range of ids.
        return (), ()
    if section in _LINK_WORD:
        return (), (words[0],)
    if section == "QUALITY" and len(words) < 3:
        return (words[0],), ()
    if section == "OPTIONS" and len(words) > 2 and _second(words, ("QUAL",)):
        return ((words[2],), ()) if words[1].upper().startswith("TRACE") else ((), ())
    if section == "CONTROLS" and len(words) > 1:
        at_node = len(words) > 6 and words[4].upper().startswith("NODE")
        return ((words[5],) if at_node else ()), (words[1],)
    if section == "RULES":
        return rule_references(words)
    if section == "TAGS" and len(words) > 1:
        return ((words[1],), ()) if words[0].upper().startswith("NODE") else ((), (words[1],))
    if section == "ENERGY" and _second(words, ("PUMP",)):
        return (), (words[1],)
    if section == "REACTIONS" and len(words) > 2:
        if _second(words, ("BULK", "WALL")) and words[1].upper() not in ("ORDER",):
            return (), (words[1],)
        if _second(words, ("TANK",)):
            return (words[1],), ()
    return (), ()
