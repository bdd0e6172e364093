"""From bytes to nodes: text kept as text, positions of every piece, JSON alike, and Python data."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimcheck.files.document import MAX_BYTES, parse, read_bytes
from claimcheck.files.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence, find, from_python
from claimcheck.files.places import excerpt, line_spans, trace


def root(text: str | bytes) -> Node:
    document, found = parse(text)
    assert found == ()
    assert document is not None
    return document.root


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, (_, item) in node.entries.items()}


def text_at(text: str, line: int, column: int, length: int) -> str:
    return text.split("\n")[line - 1][column - 1 : column - 1 + length]


@pytest.mark.parametrize(
    "written", ["0.10", "4.3e23", "1_000", "010", "1:30", "yes", "null", "2022-01-07", ".inf", "0x1F", "True"]
)
def test_scalars_are_text(written: str) -> None:
    assert plain(root(f"a: {written}\n")) == {"a": written}
    assert plain(root(f"{written}: a\n")) == {written: "a"}


def test_positions_of_keys_and_values() -> None:
    text = "a:\n  - {b: c, 'd': \"e f\"}\n  - größe ≥ x\n"
    node = root(text)
    for path, key, expected in [
        (("a",), False, (2, 3, Sequence)),
        (("a", 0), False, (2, 5, Mapping)),
        (("a", 0, "b"), True, (2, 6, Scalar)),
        (("a", 0, "d"), False, (2, 17, Scalar)),
        (("a", 1), False, (3, 5, Scalar)),
    ]:
        found, _ = find(node, path, key=key)
        assert (found.line, found.column, type(found)) == expected


def test_path_beyond_what_is_there() -> None:
    node = root("relations:\n  r: x = y\n")
    found, exact = find(node, ("relations", "r", "equation"))
    assert isinstance(found, Scalar)
    assert found.text == "x = y"
    assert exact
    assert find(node, ("claims", 3, "value")) == (node, False)
    assert find(node, ("relations", "q")) == (find(node, ("relations",))[0], False)
    assert find(node, ("relations", "r", "equation", 3)) == (found, False)


def test_byte_order_mark_and_line_ends() -> None:
    node = root("\ufeffa: b\r\nc: d\r\n".encode())
    assert plain(node) == {"a": "b", "c": "d"}
    assert find(node, ("c",))[0].line == 2
    assert find(node, ("a",), key=True)[0].column == 1


def test_json_is_read_with_its_escapes() -> None:
    data = {"a/b": "x\ty\u2028", "😀": ["é", "\\ud83d\\ude00", "😀😀"], "n": {"m": "1"}}
    for ascii_only in (True, False):
        for indent in (None, 2, "\t"):
            text = json.dumps(data, ensure_ascii=ascii_only, indent=indent).replace("/", "\\/")
            assert plain(root(text)) == data


def test_json_numbers_keep_their_digits() -> None:
    assert plain(root('{"a": 0.10, "b": 1E400, "c": true, "d": null, "e": "null"}')) == {
        "a": "0.10",
        "b": "1E400",
        "c": "true",
        "d": "",
        "e": "null",
    }


def test_columns_after_escaped_pairs_are_those_of_the_file() -> None:
    text = '{"a": "\\ud83d\\ude00", "b": "\\ud83d\\ude00\\ud83d\\ude00", "c": "d"}'
    node = root(text)
    assert find(node, ("c",))[0].column == text.index('"d"') + 1
    assert find(node, ("b",), key=True)[0].column == text.index('"b"') + 1


def test_the_limit_of_depth_is_exact() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1][0].code == "CC017"
    assert parse("[" * (MAX_DEPTH + 1))[1][0].code == "CC015"


def test_the_limit_of_size_is_exact(tmp_path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: " + b"b" * (MAX_BYTES - 3))
    data, found = read_bytes(path)
    assert len(data) == MAX_BYTES
    assert not found
    assert parse(data)[1] == ()
    path.write_bytes(b"a: " + b"b" * (MAX_BYTES - 2))
    assert [d.code for d in read_bytes(path)[1]] == ["CC004"]
    assert [d.code for d in parse("a" * (MAX_BYTES + 1))[1]] == ["CC004"]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"a: b\nc: d\xff\n", 2, 5), ("é: ".encode() + b"\xc3(\n", 1, 4), (b"\xff\xfea\0", 1, 1)],
)
def test_other_encodings(data: bytes, line: int, column: int) -> None:
    document, found = parse(data, "x.yaml")
    assert document is None
    assert [(d.code, d.location.line, d.location.column) for d in found if d.location] == [
        ("CC005", line, column)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: >-\n  one two\n  three four\n\n  five\n", "four"),
        ("a: |\n   one\n     two three\n", "three"),
        ("a: one two\n  three four\n", "four"),
        ("a: 'it''s one\n\n  and three'\n", "three"),
        ("a: 'it''s one'\n", "one"),
        ('a: "one\n  two"\n', "two"),
    ],
)
def test_a_place_inside_a_text_over_lines(text: str, wanted: str) -> None:
    node = find(root(text), ("a",))[0]
    assert isinstance(node, Scalar)
    assert node.shift == -1
    line, column = trace(text, line_spans(text, [node.line])[node.line][0], node, node.text.index(wanted))
    assert text_at(text, line, column, len(wanted)) == wanted


def test_a_place_inside_escapes_is_that_of_the_text() -> None:
    text = 'a: "\\u00e9\\n x"\n'
    node = find(root(text), ("a",))[0]
    assert isinstance(node, Scalar)
    assert trace(text, 0, node, 3) == (1, 4)


@pytest.mark.parametrize("block", [1, 2, 7, 4096])
@given(text=st.text(st.sampled_from("ab\n\r\x85\u2028 é"), max_size=40), wanted=st.sets(st.integers(-1, 12)))
def test_line_spans_cut_the_text_at_its_breaks(block: int, text: str, wanted: set[int]) -> None:
    lines = text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\x85\u2028"), "\n")).split("\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("claimcheck.files.places._BLOCK", block)
        spans = line_spans(text, wanted)
    assert {n: text[slice(*span)] for n, span in spans.items()} == {
        n: lines[n - 1] for n in wanted if 1 <= n <= len(lines)
    }


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=300), st.data()
)
def test_carets_stand_under_their_characters(line: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(line)))
    shown, _, carets = excerpt(line, column).partition("\n")
    assert carets.count("^") == 1
    assert shown[carets.index("^")] == line[column - 1]
    assert len(shown) <= 102


NESTED = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans() | st.decimals(allow_nan=False) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def as_text(value: object) -> object:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case dict():
            return {key: as_text(item) for key, item in value.items()}
        case list():
            return [as_text(item) for item in value]
    return value


@given(NESTED)
def test_python_data_becomes_text(data: object) -> None:
    node, found = from_python(data)
    assert found == ()
    assert plain(node) == as_text(data)


def test_python_data_that_does_not_show_what_was_printed() -> None:
    data = {"a": [1, 0.1, {"b": b"x", 3: "y", "c": None}], "d": 1 << 100_000}
    node, found = from_python(data)
    assert [(d.code, d.entry) for d in found] == [
        ("CC019", ("a", 1)),
        ("CC019", ("a", 2, "b")),
        ("CC014", ("a", 2)),
        ("CC019", ("d",)),
    ]
    assert plain(find(node, ("a", 2))[0]) == {"b": "", "c": ""}


def test_python_data_that_holds_itself() -> None:
    data: list[object] = []
    data.append(data)
    assert [d.code for d in from_python(data)[1]] == ["CC015"]
