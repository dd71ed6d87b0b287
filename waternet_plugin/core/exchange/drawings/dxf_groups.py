"""Groups of DXF files of release 12: a code and a value on a line each, Chinese in its code page."""

from __future__ import annotations

# Chinese as CAD programs have always written it: release 12 knows no other way.
ENCODING, CODE_PAGE = "gbk", "ANSI_936"


def escaped(text: str) -> str:
    """Return a text in one line, signs that its code page lacks by their number."""
    return "".join(
        sign if _is_known(sign) else "".join(f"\\U+{unit:04X}" for unit in _units(sign))
        for sign in " ".join(text.split())
    )


def _is_known(sign: str) -> bool:
    try:
        sign.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _units(sign: str) -> tuple[int, ...]:
    raw = sign.encode("utf-16-be")
    return tuple(raw[place] * 256 + raw[place + 1] for place in range(0, len(raw), 2))


def groups(*pairs: tuple[int, object]) -> str:
    """Return groups as a file has them; numbers with four decimals."""
    return "".join(
        f"{code:>3}\n{f'{value:.4f}' if isinstance(value, float) else value}\n" for code, value in pairs
    )
