"""Find the fonts of the printed page.

One family writes both languages where its Latin letters are drawn to go with its Chinese signs. Where they
are not, a page is set in a Latin family, with a Chinese one behind it for the signs that the first one lacks.
"""

from __future__ import annotations

from qgis.core import QgsTextFormat
from qgis.PyQt.QtGui import QFont, QFontDatabase, QGuiApplication

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

_LATIN = (
    "Noto Sans",
    "Source Sans 3",
    "Open Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Liberation Sans",
    "Arial",
    "Nimbus Sans",
    "DejaVu Sans",
)
_CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
# Chinese families with Latin letters and digits of the same weight and height, in a width for texts.
_FOR_BOTH = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC")


def installed_families(system: QFontDatabase.WritingSystem) -> list[str]:
    """Return the installed families that can write a system."""
    try:
        return list(QFontDatabase.families(system))  # Qt 6: a static method
    except TypeError:
        return list(QFontDatabase().families(system))


def page_families(language: str) -> tuple[str, ...]:
    """Return the families that pages of a language are set in, first choice first.

    Raises
    ------
    InputError
        When the page is Chinese and no installed font can write it: it would be full of empty boxes.
    """
    latin = installed_families(QFontDatabase.WritingSystem.Latin)
    chinese = installed_families(QFontDatabase.WritingSystem.SimplifiedChinese)
    if language == "zh_CN" and not chinese:
        raise InputError(
            tr(
                "No font with Chinese characters is installed, so the pages would be full of empty boxes. "
                "Install “Noto Sans CJK SC” (Debian and Ubuntu: apt install fonts-noto-cjk) or print in "
                "English."
            )
        )
    first = [family for family in _LATIN if family in latin][:1] or [QGuiApplication.font().family()]
    second = [family for family in _CHINESE if family in chinese][:1] or sorted(chinese)[:1]
    return tuple(second + first if second and second[0] in _FOR_BOTH else first + second)


def with_families(face: QFont, families: tuple[str, ...]) -> QFont:
    """Return a font in the families of the page, its text as a PDF can trace it back.

    Chinese families have other shapes of the digits for some surroundings. A PDF notes no character for
    these, and nobody would find a pipe by its number: every sign is written in its plain shape.
    """
    result = QFont(face)
    result.setFamilies(list(families))
    result.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return result


def printed_format(form: QgsTextFormat, families: tuple[str, ...]) -> QgsTextFormat:
    """Return a text of a map as it is printed: in the families of the page, its halo opaque.

    Qt writes the outline of what lets light through point by point: halos at 80 % were two thirds of a book.
    """
    result = QgsTextFormat(form)
    result.setFont(with_families(form.font(), families))
    halo = result.buffer()
    halo.setOpacity(1.0)
    result.setBuffer(halo)
    return result


def font(families: tuple[str, ...], pixels: float, *, bold: bool = False) -> QFont:
    """Return a font whose signs are ``pixels`` high."""
    result = with_families(QFont(families[0]), families)
    result.setPixelSize(max(1, round(pixels)))
    result.setBold(bold)
    return result
