"""Roles are asked for in words: lists of names, what does not go together, what a file has instead."""

from __future__ import annotations

import pytest

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.operations.contents.grant_roles import GrantRequest, grant_roles, names_of_list


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        (" ; ", ()),
        ("anna; 李工;anna", ("anna", "李工")),
        ('"a;b"; "say ""x"""; c', ("a;b", 'say "x"', "c")),
    ],
)
def test_names_of_a_list(text, names):
    assert names_of_list(text) == names


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"logins": "a", "role": "boss"}, "no role boss"),
        ({"role": "reader"}, "LOGINS is empty"),
        ({"is_revoked": True}, "LOGINS is empty"),
        ({"logins": "a"}, "ROLE is empty"),
        ({"logins": "a", "role": "district_editor"}, "DISTRICTS is empty"),
        ({"logins": "a", "role": "editor", "districts": "x"}, "for district editors alone"),
    ],
)
def test_what_does_not_go_together_is_refused(values, said):
    with pytest.raises(InputError, match=said):
        GrantRequest(**values)


def test_a_file_has_nobody_and_gives_no_roles(square):
    done = grant_roles(square, GrantRequest())
    assert len(done.people) == 0
    assert list(done.people.columns) == ["login", "role", "districts"]
    assert "is a file" in done.summary[0]
    assert square.refusal("adopt") == ""
    with pytest.raises(StoreError, match="it has no roles to give"):
        grant_roles(square, GrantRequest("anna", "reader"))
