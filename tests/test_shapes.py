"""What is remembered of answers so that runs can be compared: structure and vocabulary, no data."""

from pathlib import Path

from harness.jsontypes import Json
from harness.shapes import SHAPES, Shape, Shapes, ShapesFile, read_shapes
from tests.harness_kit import exchange

CREATED: Json = {
    "data": {"id": "6f0a7c52-0b2c-4f5e-9d57-0d3b6f2f6f10", "status": "AUTHORIZED", "amount": 3, "tags": [{"kind": "new"}, {"kind": None}]},
    "errors": {"basic_info.phone": ["is wrong"], "17": []},
}


def traits(body: Json, **changes: str) -> set[str]:
    (shape,) = list(_seen(body, **changes))
    return set(shape.traits)


def _seen(body: Json, **changes: str) -> Shapes:
    shapes = Shapes()
    shapes.see(exchange(200, body, **changes))
    return shapes


def test_fields_types_and_words_are_kept() -> None:
    assert traits(CREATED) >= {
        "content-type application/json",
        "/: object",
        "/data/id: string",
        "/data/status: string",
        "/data/status = AUTHORIZED",
        "/data/amount: number",
        "/data/tags/*/kind = new",
        "/data/tags/*/kind: null",
        "/errors/{}: array",
        "/errors/{}/*: string",
    }


def test_what_is_data_is_not_kept() -> None:
    said = " ".join(
        traits({"code": "4d2f0c11-aaaa-bbbb-cccc-1234567890ab", "number_code": "904-17-2263", "name": "Maria", "state": "New York 90417"})
    )
    assert "4d2f" not in said
    assert "904" not in said
    assert "Maria" not in said
    assert "90417" not in said


def test_text_and_endless_nesting_have_a_shape_too() -> None:
    assert traits(None, content_type="text/html; charset=utf-8") == {"content-type text/html", "/: null"}
    nested: Json = "end"
    for _ in range(500):
        nested = {"a": nested}
    assert len(traits(nested)) < 30


def test_answers_are_counted_by_operation_and_status() -> None:
    shapes = Shapes()
    for status in (200, 200, 404):
        shapes.see(exchange(status, {"a": 1}))
    assert [(shape.status, shape.answers, shape.traits["/a: number"]) for shape in shapes] == [(200, 2, 2), (404, 1, 1)]


def test_the_file_is_readable_at_any_time_and_merged_at_the_end(tmp_path: Path) -> None:
    file = ShapesFile(tmp_path)
    for _ in range(3):
        file.append(_seen({"a": 1}))
    assert [shape.answers for shape in read_shapes(tmp_path)] == [3]
    with (tmp_path / SHAPES).open("ab") as killed:
        killed.write(b'{"operation":"x","sta')
    assert [shape.answers for shape in read_shapes(tmp_path)] == [3]
    file.close()
    assert (tmp_path / SHAPES).read_bytes().count(b"\n") == 1


def test_a_run_without_shapes_has_none(tmp_path: Path) -> None:
    assert list(read_shapes(tmp_path)) == []


def test_shapes_add_up() -> None:
    one = Shape(operation="o", status=200, answers=2, traits={"/a: null": 1})
    assert list(Shapes([one, one])) == [Shape(operation="o", status=200, answers=4, traits={"/a: null": 2})]
