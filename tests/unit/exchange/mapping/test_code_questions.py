"""One question for a code of all files; answers suggest what is written alike."""

from __future__ import annotations

from waternet_plugin.core.exchange.mapping.code_questions import CodeQuestion, code_questions, likeness
from waternet_plugin.core.exchange.mapping.meanings import GIVEN, OPEN, SUGGESTED, Meaning
from waternet_plugin.core.schema.tables import table as table_of


def _open(field: str, value: str, count: int = 1) -> Meaning:
    return Meaning(field, value, count, None, OPEN)


def _shown(questions: tuple[CodeQuestion, ...]) -> list[tuple[str, str | None, str, str]]:
    return [(one.value, one.code, one.state, one.basis) for one in questions]


def test_the_same_code_of_two_files_is_asked_once() -> None:
    told = [
        (table_of("pipe"), [_open("material", "砂型", 7)]),
        (table_of("failure"), [_open("reported_material", "砂型", 3)]),
    ]
    (one,) = code_questions(told, {}, {})
    assert one.key == ("material", "砂型") and one.count == 10 and dict(one.rows) == {"pipe": 7, "failure": 3}
    assert [(place.source, place.field) for place in one.asked] == [(0, "material"), (1, "reported_material")]
    assert not one.must_be_known


def test_a_code_of_two_lists_is_asked_twice() -> None:
    told = [(table_of("pipe"), [_open("material", "A"), _open("status", "A")])]
    assert [one.domain for one in code_questions(told, {}, {})] == ["material", "status"]


def test_a_field_that_must_be_known_takes_no_unknown() -> None:
    told = [(table_of("pipe"), [_open("system", "X")])]
    (one,) = code_questions(told, {}, {("system", "X"): None})
    assert one.must_be_known and one.state == OPEN


def test_what_is_written_like_an_answered_code_is_suggested() -> None:
    meanings = [_open("material", "砂管道-1"), _open("material", "砂管道 2"), _open("material", "Zauber")]
    found = code_questions([(table_of("pipe"), meanings)], {("material", "砂管道1型"): "cast_iron"}, {})
    assert _shown(found) == [
        ("Zauber", None, OPEN, ""),
        ("砂管道 2", "cast_iron", SUGGESTED, "砂管道1型"),
        ("砂管道-1", "cast_iron", SUGGESTED, "砂管道1型"),
    ]


def test_an_answer_of_an_earlier_run_goes_before_a_word() -> None:
    meanings = [Meaning("material", "砂型铸铁", 4, "cast_iron", SUGGESTED, "铸铁")]
    (one,) = code_questions([(table_of("pipe"), meanings)], {}, {("material", "砂型铸铁"): "other"})
    assert (one.code, one.is_former) == ("other", True)


def test_open_codes_that_are_alike_stand_side_by_side() -> None:
    meanings = [
        _open("material", "Zauber", 9),
        _open("material", "砂管道A", 8),
        _open("material", "Zauber 2", 1),
        Meaning("material", "PVC", 20, "pvc", GIVEN),
    ]
    values = [one.value for one in code_questions([(table_of("pipe"), meanings)], {}, {})]
    assert values == ["Zauber", "Zauber 2", "砂管道A", "PVC"]


def test_short_words_are_alike_only_as_a_whole() -> None:
    assert likeness("PE", "PP") == 0.0
    assert likeness("A-12", "a 7") == 1.0
    assert likeness("球墨铸铁", "灰口铸铁") < 0.75
