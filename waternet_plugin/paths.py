"""Where the plugin's own files are."""

from __future__ import annotations

from configparser import ConfigParser
from functools import lru_cache
from pathlib import Path

# Never resolve links: the staged tree is made of them, and its siblings are only there.
ROOT = Path(__file__).parent
# The pages that come with the plugin; a user's own lie elsewhere.
SHIPPED_PAGES = ROOT / "styles" / "pages"


def icon_path(name: str) -> str:
    """Return the path of an icon, ``name`` without ending."""
    return str(ROOT / "icons" / f"{name}.svg")


@lru_cache(maxsize=None)
def metadata(key: str) -> str:
    """Return an entry of ``metadata.txt``."""
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser.get("general", key)


def version() -> str:
    """Return the plugin's version, whose one source is ``metadata.txt``."""
    return metadata("version")
