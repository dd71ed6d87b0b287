"""Codes that the users of a network add to its value lists: which lists take them, and how they count.

A code of one's own is kept in rows as it is; what reckons with rows, rules and rates and styles, reads the
code of ours that it is based on, without such a base ``other`` or ``unknown``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.domains import Code, all_domains, fold
from waternet_plugin.core.schema.own_fields import LONGEST_LABEL
from waternet_plugin.core.texts import listed, tr

TABLE = "own_code"
# Lists by which people describe assets and events. Others tell what is connected with what, or which step of
# its work something has reached: a code that nobody else knows would leave it without either.
EXTENDABLE = (
    "node_kind",
    "function",
    "material",
    "burial",
    "joint",
    "lining",
    "soil",
    "road_class",
    "failure_kind",
    "customer_kind",
    "trade",
    "compound_type",
    "handover_mode",
    "work_item_type",
    "inspection_method",
    "renewal_method",
)
LONGEST_CODE = 63
_NAME = re.compile(r"[^\W\d_]\w*")
# What a code without a base counts as, the first that its list has.
_OTHERWISE = ("other", "unknown")


@dataclass(frozen=True)
class CodeRequest:
    """A code to add.

    Parameters
    ----------
    domain, code
        The value list, and the code as it is kept in rows.
    label, label_zh
        What people call it in English and Chinese; '' for the other label, without both the code.
    base
        The code of ours that it counts as; '' for none, which kinds of nodes can't have.
    """

    domain: str
    code: str
    label: str = ""
    label_zh: str = ""
    base: str = ""


def row_id(domain_name: str, code: str) -> str:
    """Return the id of the row of ``own_code`` that describes a code."""
    return f"{domain_name}.{code}"


def counted_as(domain_name: str, base: str) -> Optional[str]:
    """Return the code that one of one's own is read as; None for unknown."""
    known = all_domains()[domain_name]
    return next((one for one in (base, *_OTHERWISE) if one in known), None)


def row_of(request: CodeRequest) -> dict[str, Any]:
    """Return the row of ``own_code`` that describes a code."""
    return {
        "own_code_id": row_id(request.domain, request.code),
        "domain": request.domain,
        "code": request.code,
        "label_en": request.label.strip() or None,
        "label_zh": request.label_zh.strip() or None,
        "base": request.base or None,
    }


def row_of_code(code: Code) -> dict[str, Any]:
    """Return the row of ``own_code`` that describes a code as it is known."""
    return row_of(CodeRequest(code.domain, code.code, code.label_en, code.label_zh, code.base or ""))


def described_by(row: Mapping[str, Any]) -> Optional[Code]:
    """Return the code that a row of ``own_code`` describes; None for one that another program spoilt."""
    name, code = str(row.get("domain") or ""), str(row.get("code") or "")
    # Our own lists: those of a thread that adopts have the codes of its network already.
    if name not in EXTENDABLE or not code or code in all_domains()[name]:
        return None
    english, chinese = str(row.get("label_en") or ""), str(row.get("label_zh") or "")
    base = counted_as(name, str(row.get("base") or ""))
    return Code(
        domain=name,
        code=code,
        label_en=english or chinese or code,
        label_zh=chinese or english or code,
        standard_code="",
        family=all_domains()[name][base].family if base else "",
        aliases=(),
        certainty="stated",
        base=base,
    )


def check(request: CodeRequest, there: Collection[Code]) -> None:
    """Refuse a code that can't be added.

    Parameters
    ----------
    request
        The code.
    there
        The network's own codes of the list.

    Raises
    ------
    InputError
        With one sentence that says what to give instead.
    """
    _check_list(request.domain)
    known = all_domains()[request.domain]
    if _NAME.fullmatch(request.code) is None or request.code != request.code.lower():
        message = tr(
            "“{code}” can't be a code: it must begin with a letter and have only lower-case letters, digits "
            "and underscores."
        )
        raise InputError(message.format(code=request.code[:LONGEST_CODE]))
    if len(request.code) > LONGEST_CODE:
        message = tr("The code {code}… is too long: codes have up to {most} characters.")
        raise InputError(message.format(code=request.code[:LONGEST_CODE], most=LONGEST_CODE))
    _check_base(request, known)
    for text in (request.label, request.label_zh):
        if len(text) > LONGEST_LABEL or not text.replace(" ", "a").isprintable():
            message = tr("“{text}” can't be a label: use at most {most} characters and no line breaks.")
            raise InputError(message.format(text=text[:LONGEST_CODE], most=LONGEST_LABEL))
    _check_new(request, {**known, **{one.code: one for one in there}})


def _check_base(request: CodeRequest, known: Mapping[str, Code]) -> None:
    if request.base and request.base not in known:
        message = tr("BASE: the value list {domain} has no code {base}. Choose one of: {known}.")
        raise InputError(message.format(base=request.base, domain=request.domain, known=listed(known)))
    # A node of unknown kind neither joins pipes nor shuts them off.
    if request.domain == "node_kind" and not request.base:
        message = tr(
            "A kind of nodes needs BASE, a kind of WaterNet's own that it counts as, which says whether it "
            "shuts pipes off. Choose one of: {known}."
        )
        raise InputError(message.format(known=listed(known)))


def _check_list(name: str) -> None:
    if name in EXTENDABLE:
        return
    if name == "system":
        message = tr(
            "Systems can't be added: the system says which pipes are joined, how they are drawn and in which "
            "sums they count. Use the system they belong to, and tell such pipes apart by a function of your "
            "own or by a field of your own (addfield)."
        )
    elif name == "status":
        message = tr(
            "Statuses can't be added: the status says what is in use, and surveys and replacements change "
            "it. Use one of the four, and a field of your own (addfield) for the rest."
        )
    elif name in all_domains():
        message = tr(
            "The value list {domain} can't be extended, since WaterNet's own work depends on it. Choose one "
            "of: {known}."
        )
    else:
        message = tr("There is no value list {domain}. Choose one of: {known}.")
    raise InputError(message.format(domain=name or "–", known=listed(EXTENDABLE)))


def _check_new(request: CodeRequest, known: Mapping[str, Code]) -> None:
    """Refuse a code or a label that another code of the list has."""
    for word in filter(None, (request.code, request.label, request.label_zh)):
        for one in known.values():
            if fold(word) in (fold(one.code), fold(one.label_en), fold(one.label_zh)):
                message = tr(
                    "“{word}” is already in the value list {domain}: it is the code {code}. Use that code, "
                    "or another word."
                )
                raise InputError(message.format(domain=request.domain, word=word, code=one.code))
