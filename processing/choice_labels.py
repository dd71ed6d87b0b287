"""What people call the codes of choices that several algorithms share."""

from __future__ import annotations

from waternet_plugin.bridge.styling import look
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr

# Languages are called by their own names.
LANGUAGES = {"en": "English", "zh_CN": "中文"}


def themes() -> dict[str, str]:
    """Return the labels of the themes."""
    chosen = look.Look("screen", texts.language())
    return {code: chosen.label(theme) for code, theme in look.themes().items()}


def palettes() -> dict[str, str]:
    """Return the labels of the palettes, that of paper first."""
    return {"print": tr("For paper"), "screen": tr("As on the screen"), "cjj61": tr("Standard CJJ 61")}


def headings() -> dict[str, str]:
    """Return what the columns of an exported table are called."""
    return {"en": tr("Labels in English"), "zh_CN": tr("Labels in Chinese"), "names": tr("Field names")}


def values() -> dict[str, str]:
    """Return what the cells of an exported table hold for a code."""
    return {"en": tr("Labels in English"), "zh_CN": tr("Labels in Chinese"), "codes": tr("Codes")}


def models() -> dict[str, str]:
    """Return the labels of the models of failure rates."""
    return {
        "auto": tr("By the number of failures on record"),
        "combined": tr("Cohorts and regression, combined"),
        "hierarchy": tr("Cohorts and the pipe's own record"),
        "glm": tr("Regression with failures so far"),
        "glm_eb": tr("Regression, times the pipe's own record"),
    }


def weathers() -> dict[str, str]:
    """Return the labels of the weather of a trace."""
    return {"dry": tr("Dry weather"), "wet": tr("Wet weather")}


def handover_formats() -> dict[str, str]:
    """Return what survey data can be handed over as."""
    return {
        "cjj61_xlsx": tr("CJJ 61 tables, workbook"),
        "cjj61_csv": tr("CJJ 61 tables, CSV files"),
        "dxf": tr("Drawing (DXF)"),
    }


def axes() -> dict[str, str]:
    """Return what the column X of a survey table can hold."""
    return {"x_north": tr("X is north"), "x_east": tr("X is east")}


def level_references() -> dict[str, str]:
    """Return what levels and depths of pipes can be of."""
    return {
        "cjj61": tr("Crown of pressure pipes, invert of gravity pipes"),
        "top": tr("Crown of the pipe"),
        "invert": tr("Invert of the pipe"),
    }


def series() -> dict[str, str]:
    """Return what the series of sheets are called."""
    return {
        "grid": tr("Grid of sheets"),
        "strip": tr("Strips along pipes"),
        "compound": tr("One a compound"),
        "zone": tr("One a zone"),
        "project": tr("One a project"),
    }
