"""Hint lists are read strictly: every mistake is told with its entry and its field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.layer import Hint
from app.errors import HuebrushError
from app.files.limits import MAX_HINT_BYTES, MAX_HINTS
from app.files.reading import read_hints

GOOD = {"x": 12, "y": 8.5, "size": 24, "color": "#C01830"}
SIZE = (30, 40)


@pytest.fixture
def read(tmp_path):
    """read(content): hints of a list with that content (bytes, or anything that JSON can write)."""

    def read(content):
        path = tmp_path / "hints.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_hints(path, SIZE)

    return read


def test_good_hints(read):
    corner = {"x": 40, "y": 0, "size": 1, "color": "#000001"}
    assert read([GOOD, corner]) == (Hint(12, 8.5, 24, (0xC0, 0x18, 0x30)), Hint(40, 0, 1, (0, 0, 1)))


def test_no_hints(read):
    assert read([]) == ()


def test_a_byte_order_mark_does_no_harm(read):
    assert len(read(b"\xef\xbb\xbf" + json.dumps([GOOD]).encode())) == 1


@pytest.mark.parametrize("field", ["x", "y", "size"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("-Infinity", "-Infinity"),
        ("1e999", "Infinity"),
        ("1" + "0" * 400, "1000000000"),
        ("-1", "-1"),
        ("100001", "100001"),
        ("true", "true"),
        ("null", "null"),
        ('"12"', '"12"'),
        ("[12]", "a list"),
        ("{}", "an object"),
    ],
)
def test_wrong_numbers(read, field, value, shown):
    entry = json.dumps(GOOD | {field: "HERE"}).replace('"HERE"', value)
    with pytest.raises(HuebrushError) as caught:
        read(f"[{json.dumps(GOOD)}, {entry}]".encode())
    assert f"entry 2: “{field}” is {shown}" in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "value",
    [
        "#c0183",
        "#c018300",
        "c01830",
        "#c0183g",
        "red",
        "",
        "#C01830 ",
        "#c0\u0661\u0662\u0663\u0664",
        5,
        None,
        [192, 24, 48],
    ],
)
def test_wrong_colours(read, value):
    with pytest.raises(HuebrushError, match=r'entry 1: “color” is .*such as "#c01830"'):
        read([GOOD | {"color": value}])


@pytest.mark.parametrize("field", GOOD)
def test_missing_fields(read, field):
    with pytest.raises(HuebrushError, match=f"entry 1: “{field}” is missing"):
        read([{name: value for name, value in GOOD.items() if name != field}])


def test_unknown_fields(read):
    with pytest.raises(
        HuebrushError, match='entry 1: "colour" is no field of a hint; its fields are x, y, size, color'
    ):
        read([GOOD | {"colour": "#c01830"}])


@pytest.mark.parametrize("entry", [5, "red", None, [1, 2]])
def test_entries_that_are_no_hints(read, entry):
    with pytest.raises(HuebrushError, match=r"entry 3: .* is not a hint"):
        read([GOOD, GOOD, entry])


@pytest.mark.parametrize("content", [GOOD, 5, "x", None])
def test_no_list(read, content):
    with pytest.raises(HuebrushError, match="not a list of hints"):
        read(content)


@pytest.mark.parametrize("content", [b"", b"[", b"\xff\xfe", b"[" * 100_000, b"[" + b"9" * 5000 + b"]", b"[]x"])
def test_no_json(read, content):
    with pytest.raises(HuebrushError, match=r"hints\.json” is not a JSON file"):
        read(content)


def test_too_many(read):
    assert len(read([GOOD] * MAX_HINTS)) == MAX_HINTS
    with pytest.raises(HuebrushError, match="has 10001 hints, but at most 10000"):
        read([GOOD] * (MAX_HINTS + 1))


def test_too_large(read):
    with pytest.raises(HuebrushError, match="larger than 4 MB"):
        read(b"[" + b" " * MAX_HINT_BYTES + b"]")


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(HuebrushError, match="There is no file"):
        read_hints(tmp_path / "hints.json", SIZE)
    with pytest.raises(HuebrushError, match="is a folder"):
        read_hints(tmp_path, SIZE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "a"]), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(content=JSON)
def test_any_json_is_read_or_told(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(content))
    try:
        hints = read_hints(path, SIZE)
    except HuebrushError as error:
        str(error).encode()
    else:
        assert all(0 <= hint.x <= 40 and 0 <= hint.y <= 30 for hint in hints)
