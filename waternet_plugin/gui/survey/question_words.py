"""Questions and decisions of survey files as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem

from waternet_plugin.core.texts import joined, listed, tr

if TYPE_CHECKING:
    from waternet_plugin.core.survey.decisions.results import Candidate

_NEAR = ("near_asset", "near", "near_planned", "far")


def key_name(key: str) -> str:
    """Return what people call a decision."""
    names = {
        "encoding": tr("Encoding"),
        "axes": tr("Axes"),
        "crs": tr("Coordinate system"),
        "height_datum": tr("Height datum"),
        "height_of": tr("Heights are of"),
        "level_of": tr("Levels are of"),
        "diameter_of": tr("Diameters are"),
        "planned_pipe": tr("Planned pipe"),
    }
    return names.get(key, key)


def value_words(key: str, value: object) -> str:
    """Return what a value of a decision means."""
    words: Mapping[str, Mapping[str, str]] = {
        "axes": {
            "x_north": tr("the first coordinate is north"),
            "x_east": tr("the first coordinate is east"),
        },
        "height_datum": {
            "1985": tr("1985 national height datum"),
            "1956": tr("1956 Yellow Sea height datum"),
            "local": tr("a local height datum"),
            "ellipsoidal": tr("ellipsoidal heights"),
        },
        "height_of": {"ground": tr("ground"), "top": tr("top of the pipe"), "invert": tr("invert")},
        "level_of": {
            "top": tr("top of the pipe"),
            "invert": tr("invert"),
            "cjj61": tr("top for pressure pipes, invert for drains (CJJ 61)"),
        },
        "diameter_of": {"nominal": tr("nominal diameters"), "outer": tr("outer diameters")},
        "encoding": {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB 18030", "gbk": "GBK"},
    }
    if key == "crs":
        return crs_words(str(value))
    return words.get(key, {}).get(str(value), str(value))


def crs_words(code: str) -> str:
    """Return what a coordinate system is called, with its code; a transform set as it is."""
    found = QgsCoordinateReferenceSystem(code) if ":" in code else QgsCoordinateReferenceSystem()
    return f"{found.description()} ({code})" if found.isValid() else code


def sentence(key: str) -> str:
    """Return the question of a key in one sentence."""
    sentences = {
        "encoding": tr("In which encoding are the texts written?"),
        "axes": tr("Where do the points lie?"),
        "crs": tr("Where do the points lie?"),
        "height_datum": tr("To which height datum do the heights refer?"),
        "height_of": tr("Of what are the heights of the points?"),
        "level_of": tr("Of what are the levels and depths of the lines?"),
        "diameter_of": tr("Which diameters are the bare sizes of plastic pipes?"),
        "planned_pipe": tr("Which planned pipe was laid here?"),
        "again": tr("This file was imported already. Import it again?"),
    }
    return sentences.get(key, key_name(key))


def candidate_words(key: str, candidate: Candidate) -> tuple[str, str]:
    """Return a candidate in a few words, and what else speaks for or against it.

    Parameters
    ----------
    key
        Of the question.
    candidate
        As decisions have it: a place is told by what it is near to, other values by what they mean.
    """
    meant = [value_words(name, value) for name, value in candidate.answers.items()]
    meant = meant or [value_words(key, candidate.value)]
    near = [one.text for one in candidate.evidence if one.code in _NEAR]
    others = [one.text for one in candidate.evidence if one.code not in _NEAR]
    if key in ("axes", "crs") and near:
        return near[0].rstrip(".。"), joined([tr("{what}.").format(what=listed(meant)), *others])
    return listed(meant), joined([*near, *others])
