"""Find the user's language and let the core speak it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QLocale, QTranslator

from waternet_plugin.core import texts
from waternet_plugin.paths import ROOT

# Where pylupdate puts texts of a module's own ``tr``. Bytes, since PyQt takes a str here as ASCII.
_CONTEXT = b"@default"
# The one language beside English.
CHINESE_FILE = ROOT / "i18n" / "waternet_zh_CN.qm"


def user_locale() -> str:
    """Return the locale the user asked for: QGIS's own setting, else that of the environment."""
    named = [QgsSettings().value("locale/userLocale", "")]
    named += [os.environ.get(name, "").split(".")[0] for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    # QGIS itself notes "C" where it was first started without a language.
    return next((str(value) for value in named if value not in (None, "", "C", "POSIX")), "en")


def _loaded(locale: str) -> QTranslator | None:
    """Return the translator for a locale, or None where English is spoken."""
    translator = QTranslator()
    found = translator.load(QLocale(locale.replace("-", "_")), "waternet", "_", str(ROOT / "i18n"))
    if not found:
        return None
    # Qt reads texts straight from the file and crashes when an update writes it anew: it gets a copy.
    own = QTranslator()
    own.content = CHINESE_FILE.read_bytes()  # Qt does not keep it
    return own if own.loadFromData(own.content) else None


def _translate(translator: QTranslator) -> texts.Translator:
    """Return a translator of Qt as the core wants it."""

    def translate(text: str, comment: str, number: int) -> str:
        source, hint = text.encode("utf-8"), comment.encode("utf-8") or None
        found = translator.translate(_CONTEXT, source, hint, number) or text
        return found.replace("%n", f"{number:,}") if number >= 0 else found

    return translate


def speaking(language: str) -> AbstractContextManager[None]:
    """Let this thread write ``en`` or ``zh_CN`` within a block, whatever the user's language."""
    translator = _loaded(language)
    return texts.speaking(_translate(translator) if translator is not None else None, language)


def install(locale: str | None = None) -> str:
    """Make the core speak the user's language and return it.

    The translator is kept by us and not given to the application, so that unloading leaves nothing behind
    and texts of other plugins can't be mixed up with ours.
    """
    translator = _loaded(locale or user_locale())
    if translator is None:
        texts.set_translator(None, "en")
        return "en"
    texts.set_translator(_translate(translator), "zh_CN")
    return "zh_CN"
