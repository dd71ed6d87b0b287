"""Codes that words within a value speak of: grades, linings and denials around known words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet_plugin.core.schema.word_codes import code_within, codes_of_column

# As utilities write them; None where a person has to say what is meant.
MATERIALS = {
    "K9球墨": "ductile_iron",
    "球墨铸铁K9": "ductile_iron",
    "QT450-10球墨": "ductile_iron",
    "球磨铸铁": "ductile_iron",
    "HT灰铸铁": "cast_iron",
    "铸铁管(灰口)": "cast_iron",
    "砂型铸铁": "cast_iron",
    "热镀锌": "galvanized_steel",
    "镀锌钢管DN20": "galvanized_steel",
    "预应力钢筋混凝土": "prestressed_concrete",
    "水泥管(预应力)": "prestressed_concrete",
    "钢筋混凝土管Ⅱ级": "reinforced_concrete",
    "玻璃钢夹砂": "grp",
    "RPMP": "grp",
    "焊接钢管Q235B": "steel",
    "不锈钢304": "stainless_steel",
    "HDPE双壁波纹管S2": "hdpe_corrugated",
    "聚乙烯(PE100)": "pe",
    "PE给水管": "pe",
    "Cast Iron Spun Cast": "cast_iron",
    "DUCTILE IRON CEMENT LINED": "ductile_iron",
    "CONCRETE LINED STEEL": "steel",
    "WRAPPED STEEL": "steel",
    "DI CL52": "ductile_iron",
    "PVC C900": "pvc",
    "PVC in steel casing": "pvc",
    "球墨铸铁内衬水泥": "ductile_iron",
    "水泥内衬球墨铸铁管": "ductile_iron",
    "钢管衬PE": "steel",
    "/": "unknown",
    "—": "unknown",
    "Pit Cast": None,
    "非金属": None,
    "CIPP": None,
    "CONCRETE LINED": None,
    "内衬PE": None,
    "PE/PVC": None,
    "PE/钢": None,
    "钢、PE": None,
    "PE/聚乙烯": "pe",
    "Wood": None,
}


@pytest.mark.parametrize(("value", "code"), MATERIALS.items())
def test_materials_as_utilities_write_them(value: str, code: str | None) -> None:
    found = code_within("material", value)
    assert (None if found is None else found.code) == code
    # What a suggestion rests on stands in the value.
    assert found is None or found.word.casefold() in value.casefold()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("污水管道", "sewage"),
        ("雨污合流管", "combined"),
        ("Combined Waste Water", "combined"),
        ("Sanitary Waste Water", "sewage"),
        ("Storm sewer", "storm"),
        ("再生水供水", "reclaimed"),
        ("消防给水管", "fire"),
        ("给水/消防", None),
    ],
)
def test_systems_by_their_special_word(value: str, code: str | None) -> None:
    found = code_within("system", value)
    assert (None if found is None else found.code) == code


@pytest.mark.parametrize("value", ["未废弃", "停止使用", "not in use", "不使用", "拟废弃", "to be abandoned"])
def test_a_denied_word_says_nothing(value: str) -> None:
    assert code_within("status", value) is None


def test_letters_mean_what_their_company_means() -> None:
    def codes(*words: str) -> list[str | None]:
        return [None if one is None else one.code for one in codes_of_column("system", words)]

    assert codes("SS", "JS") == ["potable", "potable"]
    assert codes("SS", "SW") == ["sewage", "storm"]
    assert codes("SS", "给水") == ["potable", "potable"]
    # Alone they are asked.
    assert codes("SS") == [None]
    assert codes("SW") == [None]


# Words a person reads at once, and what stands around them in ledgers without changing the material.
BASES = {
    "球墨铸铁": "ductile_iron",
    "灰口铸铁": "cast_iron",
    "镀锌钢管": "galvanized_steel",
    "无缝钢管": "steel",
    "钢筋混凝土": "reinforced_concrete",
    "聚乙烯": "pe",
    "玻璃钢": "grp",
    "石棉水泥": "asbestos_cement",
    "PVC": "pvc",
    "ductile iron": "ductile_iron",
    "asbestos cement": "asbestos_cement",
}
BEFORE = ["", "K9", "DN300 ", "新", "旧", "(", "D219×6 "]
BEHIND = ["", "K9", "(K9级)", " PN10", "管(2010)", "-1.0MPa", " SDR17", "Ⅱ级", "?", "）"]


@given(st.sampled_from(sorted(BASES)), st.sampled_from(BEFORE), st.sampled_from(BEHIND), st.booleans())
def test_what_stands_around_a_word_changes_nothing(base: str, before: str, behind: str, upper: bool) -> None:
    # Letters that run on are another word.
    gap = " " if base.isascii() else ""
    value = f"{before}{gap}{base}{gap}{behind}"
    found = code_within("material", value.upper() if upper else value)
    assert found is not None and found.code == BASES[base]


@given(st.sampled_from(sorted(BASES)), st.sampled_from(sorted(BASES)), st.sampled_from("/、+;"))
def test_two_materials_are_asked(one: str, other: str, between: str) -> None:
    found = code_within("material", f"{one}{between}{other}")
    assert found is None or BASES[one] == BASES[other]


@pytest.mark.slow
@given(st.text(alphabet="abcdefghijk xyz0123456789-_", max_size=24))
def test_latin_words_end_where_letters_end(text: str) -> None:
    found = code_within("material", text)
    if found is not None and found.code != "unknown":
        # No word begins or ends within another.
        place = text.casefold().find(found.word)
        around = text[max(place - 1, 0) : place] + text[place + len(found.word) :][:1]
        assert place >= 0 and not (around[:1].isalpha() and found.word[0].isalpha() and place > 0)


@pytest.mark.parametrize(
    ("sign", "code"), [("√", "yes"), ("✓", "yes"), ("☑", "yes"), ("×", "no"), ("✗", "no")]
)
def test_ticks_and_crosses_are_answers_and_not_unknown(sign: str, code: str) -> None:
    found = code_within("yes_no_unknown", sign)
    assert found is not None and found.code == code
    assert code_within("material", sign) is None and code_within("status", sign) is None
    stroke = code_within("material", "/")
    assert stroke is not None and stroke.code == "unknown"
