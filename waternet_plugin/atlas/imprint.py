"""What all pages of a book say: title, systems, names, date."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.store import Place, parse

if TYPE_CHECKING:
    import pyproj

# Datums of China, as EPSG names them; heights with them are those of 1985.
_CHINESE_DATUMS = ("China 2000", "Xian 1980", "Beijing 1954", "New Beijing")
_CENTRAL_MERIDIAN = "Longitude of natural origin"


def _datum(crs: pyproj.CRS) -> str:
    return str(crs.geodetic_crs.datum.name) if crs.geodetic_crs is not None and crs.geodetic_crs.datum else ""


def crs_words(crs: pyproj.CRS, language: str) -> str:
    """Return the CRS as the strip names it."""
    if "China 2000" not in _datum(crs):
        return str(crs.name)
    name, meridian = (
        ("2000国家大地坐标系", "中央子午线") if language == "zh_CN" else ("CGCS2000", "central meridian ")
    )
    for parameter in crs.coordinate_operation.params if crs.coordinate_operation is not None else ():
        if parameter.name == _CENTRAL_MERIDIAN:
            return f"{name} {meridian}{parameter.value:g}°"
    return name


def height_words(crs: pyproj.CRS, setting: str, words: PageWords) -> str:
    """Return the height datum: the setting, else the one that goes with Chinese systems, else ''."""
    if setting:
        return setting
    chinese = any(name in _datum(crs) for name in _CHINESE_DATUMS)
    return words("height_1985") if chinese else ""


def imprint_of(
    settings: Settings,
    *,
    name: str,
    crs: Any,
    theme: str,
    scale: float,
    pages: int,
    words: PageWords,
    today: datetime.date,
) -> Imprint:
    """Return what all pages say, without an edition.

    Parameters
    ----------
    settings
        The network's settings; those of ``printing`` are used.
    name
        Name of the network, the title when the settings give none.
    crs
        The network's CRS (pyproj).
    theme
        Code of the theme.
    scale
        Denominator.
    pages
        How many.
    words
        In the language of the book.
    today
        The date printed.
    """
    return Imprint(
        title=settings.text("printing.title") or name,
        theme=words(f"theme_{theme}"),
        scale=scale,
        crs=crs_words(crs, words.language),
        height_datum=height_words(crs, settings.text("printing.height_datum"), words),
        secrecy=settings.text("printing.secrecy") or words("secrecy_default"),
        drawn_by=settings.text("printing.drawn_by"),
        checked_by=settings.text("printing.checked_by"),
        approved_by=settings.text("printing.approved_by"),
        date=today.isoformat(),
        edition="",
        pages=pages,
        north_arrow=settings.text("printing.north_arrow").strip().lower() not in ("no", "false", "0", "否"),
        pattern=words("map_title"),
    )


def logo_of(settings: Settings, network: Place) -> Path | None:
    """Return the picture of the logo, None where the settings name none.

    Parameters
    ----------
    network
        Where the network is: the setting may be relative to the folder of its outputs.

    Raises
    ------
    InputError
        When there is no such picture.
    """
    written = settings.text("printing.logo").strip()
    if not written:
        return None
    path = parse(network).beside(written)
    if not path.is_file():
        message = tr("The logo {path} (setting printing.logo) is not there. Correct the path, or empty it.")
        raise InputError(message.format(path=path))
    return path
