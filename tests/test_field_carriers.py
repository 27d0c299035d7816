"""Where a refusal names its fields: keys of an object, or texts in a list of objects."""

from __future__ import annotations

import pytest

from harness.jsontypes import Json
from harness.judgement import named_fields

CARRIERS = ["/errors", "/errors/*/field"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({"errors": {"phone.number": ["wrong"], "ssn": ["wrong"]}}, {"phone.number", "ssn"}, id="keys-of-a-map"),
        pytest.param({"errors": [{"field": "files[0]", "message": "wrong"}]}, {"files.0"}, id="texts-in-a-list"),
        pytest.param({"errors": "ssn is wrong"}, {"ssn is wrong"}, id="a-sentence-is-no-name-of-a-field-that-exists"),
        pytest.param({"message": "wrong"}, set(), id="no-carrier"),
        pytest.param([], set(), id="no-object"),
    ],
)
def test_fields_are_found_where_the_carriers_point(body: Json, named: set[str]) -> None:
    assert named_fields(body, CARRIERS) == named
