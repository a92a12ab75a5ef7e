"""Whatever is no palette is refused in one sentence that names the file, whatever bytes it holds."""

from __future__ import annotations

import math
import os
import struct
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.document.palette import MOST_NAME, MOST_SWATCHES, Palette, Swatch
from app.errors import HuebrushError
from app.files.palette_adobe import aco_bytes, ase_bytes
from app.files.palette_gpl import gpl_bytes
from app.files.palettes import MAX_PALETTE_BYTES, read_palette

STARTS = [b"", b"GIMP Palette\n", b"ASEF\0\1\0\0", b"ASEF\0\1\0\0\0\0\0\5\0\1\0\0\0", b"\0\1\0\2", b"\0\2\0\2"]
POSTER = Palette("Pöster 𝄞", (Swatch((192, 24, 48), "coat"), Swatch((1, 2, 3)), Swatch((0, 255, 9), "ö𝄞" * 9)))
WHOLE = [write(POSTER) for write in (gpl_bytes, ase_bytes, aco_bytes)]


def refusal(path):
    """The sentence that read_palette refuses with."""
    with pytest.raises(HuebrushError) as caught:
        read_palette(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bad")


@pytest.fixture
def refused(folder):
    """refused(content): the sentence about a file with these bytes."""

    def refused(content):
        path = folder / "street.pal"
        path.write_bytes(content)
        return refusal(path)

    return refused


def test_missing(tmp_path):
    assert "There is no file" in refusal(tmp_path / "street.gpl")


def test_a_folder(tmp_path):
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a thing of POSIX")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "street.gpl")
    assert "device" in refusal(tmp_path / "street.gpl")


def test_empty(refused):
    assert "empty (0 bytes)" in refused(b"")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n",
        b"JASC-PAL\n0100\n",
        b"ASE",
        b"\0\0\0\1",
        b"\0\3\0\1",
        b"GIMP Palettes\n",
        b" GIMP Palette\n",
    ],
)
def test_no_palette(refused, content):
    sentence = refused(content)
    assert "not a palette" in sentence
    assert ".gpl" in sentence


@pytest.mark.parametrize("start", STARTS)
def test_too_large(refused, start):
    assert "larger than 4 MB" in refused(start.ljust(MAX_PALETTE_BYTES + 1, b"\n"))


@pytest.mark.parametrize(
    "content",
    [b"GIMP Palette", b"GIMP Palette\nName: Nothing\n#\n", b"ASEF\0\1\0\0\0\0\0\0", b"\0\1\0\0", b"\0\1\0\0\0\2\0\0"],
)
def test_no_colours(refused, content):
    assert "no colours" in refused(content)


# GIMP


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("red", "“red” is no colour"),
        ("Name: again", "“Name: again” is no colour"),
        ("1 2", "“1 2” is no colour"),
        ("1 2 x", "no colour"),
        ("1,2,3", "no colour"),
        ("-1 2 3", "no colour"),
        ("1.5 2 3", "no colour"),
        ("#c01830 coat", None),
        ("1 2 256", "256, but codes end at 255"),
        ("1 2 99999999999999999999", "no colour"),
        ("١ ٢ ٣", "no colour"),
        ("\x1b[31m", "“·[31m” is no colour"),
        ("x" * 5000, "x…” is no colour"),
        (f"1 2 3 {'x' * (MOST_NAME + 1)}", f"{MOST_NAME + 1} characters, but at most {MOST_NAME}"),
    ],
)
def test_a_wrong_line_is_named(refused, line, said):
    content = f"GIMP Palette\nName: Lines\n#\n1 2 3\n{line}\n".encode()
    if said is not None:
        sentence = refused(content)
        assert "line 5" in sentence
        assert said in sentence
        assert len(sentence) < 300


def test_a_huge_palette_name(refused):
    assert "shorten it" in refused(b"GIMP Palette\nName: " + b"x" * 1_000_000 + b"\n1 2 3\n")


def test_too_many_lines(refused):
    line = b"1 2 3\n"
    assert f"more than {MOST_SWATCHES} colours" in refused(b"GIMP Palette\n" + line * (MOST_SWATCHES + 1))


# Adobe


def ase(*blocks, count=None, version=1):
    head = struct.pack(">4sHHI", b"ASEF", version, 0, len(blocks) if count is None else count)
    return head + b"".join(struct.pack(">HI", kind, len(body)) + body for kind, body in blocks)


GREY = (1, b"\0\1\0\0Gray" + struct.pack(">f", 0.5) + b"\0\2")


@pytest.mark.parametrize(
    "content",
    [
        b"ASEF",
        b"ASEF\0\1\0\0",
        ase(GREY, count=2),
        ase(GREY, count=4 * MOST_SWATCHES),
        ase(GREY, (0xC001, b"\0")),
        ase((1, b"")),
        ase((1, b"\0\1\0\0RGB ")),
        ase((1, b"\0\1\0\0RGB " + bytes(8))),
        ase((1, b"\0\x50Gray")),
        ase(GREY)[:12] + struct.pack(">HI", 1, 0xFFFFFFFF) + GREY[1],
        b"\0\1",
        b"\0\1\0\1",
        b"\0\1\0\1" + bytes(9),
        b"\0\2\0\1" + bytes(10),
        b"\0\2\0\1" + bytes(10) + struct.pack(">I", 100) + bytes(10),
        b"\0\1\0\1" + bytes(10) + b"\0\2",
        b"\0\1\0\1" + bytes(10) + b"\0\2\0\1" + bytes(10),
    ],
)
def test_cut_short(refused, content):
    assert "damaged or cut short" in refused(content)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("model", "count"), [(b"RGB ", 3), (b"CMYK", 4), (b"LAB ", 3), (b"Gray", 1)])
def test_values_that_are_no_numbers(refused, value, model, count):
    body = b"\0\1\0\0" + model + struct.pack(f">{count}f", *[0.5] * (count - 1), value) + b"\0\2"
    sentence = refused(ase(GREY, (1, body)))
    assert "colour 2 has a value that is no number" in sentence


def test_an_unknown_model(refused):
    assert "colour 1 is of an unknown kind" in refused(ase((1, b"\0\1\0\0HSV " + bytes(14))))


def test_a_later_version(refused):
    assert "version 7" in refused(ase(GREY, version=7))


@pytest.mark.parametrize(
    "content",
    [
        ase((1, b"\xff\xff" + b"\0x" * 65535 + GREY[1][4:])),
        ase((0xC001, b"\xff\xff" + b"\0x" * 65535), GREY),
        ase((1, b"\1\0" + b"\0x" * 255 + b"\0\0" + GREY[1][4:])),
        b"\0\2\0\1" + bytes(10) + b"\xff\xff\xff\xff" + bytes(100),
        b"\0\2\0\1" + bytes(10) + struct.pack(">I", 300) + b"\0x" * 300,
    ],
)
def test_huge_names(refused, content):
    assert "shorten it" in refused(content)


@pytest.mark.parametrize(
    "content",
    [
        ase(*[GREY] * (MOST_SWATCHES + 1)),
        struct.pack(">HH", 1, MOST_SWATCHES + 1) + bytes(10 * (MOST_SWATCHES + 1)),
        ase(GREY, count=0xFFFFFFFF),
        b"\0\1\xff\xff" + bytes(10),
        b"\0\2\xff\xff" + bytes(10),
    ],
)
def test_too_many_colours(refused, content):
    assert f"more than {MOST_SWATCHES} colours" in refused(content)


def test_only_colours_of_a_book(refused):
    assert "no colours" in refused(b"\0\1\0\1\0\3" + bytes(8))


# Anything at all


def read_or_refuse(path, content):
    """Reads or refuses the bytes; any other exception fails the test."""
    path.write_bytes(content)
    try:
        outcome = read_palette(path)
    except HuebrushError as error:
        outcome = str(error)
    if isinstance(outcome, Palette):
        assert 1 <= len(outcome.swatches) <= MOST_SWATCHES
    else:
        assert str(path) in outcome
        assert outcome.isprintable()


@settings(max_examples=300)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
@example(start=b"ASEF\0\1\0\0", rest=b"\0\0\0\1\0\1\0\0\0\x0c\0\1\0\0LAB \x7f\x7f\xff\xff")
def test_random_bytes(folder, start, rest):
    read_or_refuse(folder / "random.pal", start + rest)


@settings(max_examples=100)
@given(text=st.text(alphabet=st.sampled_from("0123456789 \t\r\n#:Name\0é\ud7ff𝄞"), max_size=80))
def test_random_lines(folder, text):
    read_or_refuse(folder / "random.pal", b"GIMP Palette\n" + text.encode())


@pytest.mark.parametrize("whole", WHOLE)
def test_every_truncation(folder, whole):
    for length in range(len(whole)):
        read_or_refuse(folder / "cut.pal", whole[:length])


@pytest.mark.parametrize("whole", WHOLE)
@settings(max_examples=150)
@given(data=st.data())
def test_a_whole_file_with_some_bytes_changed(folder, whole, data):
    content = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    read_or_refuse(folder / "changed.pal", bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        b"GIMP Palette\n" + b"\n" * (1 << 20),
        b"GIMP Palette\n" + b"1" * (MAX_PALETTE_BYTES - 20),
        b"GIMP Palette\n" + b"1 " * (MAX_PALETTE_BYTES // 2 - 20),
        b"GIMP Palette\n1 2 3" + b" " * (MAX_PALETTE_BYTES - 40) + b"\n",
        b"ASEF\0\1\0\0\xff\xff\xff\xff" + b"\xc0\2\0\0\0\0" * (MAX_PALETTE_BYTES // 6 - 20),
        b"ASEF\0\1\0\0\0\0\x40\0" + b"\xc0\2\0\0\0\xfa" + bytes(MAX_PALETTE_BYTES - 40),
        b"\0\1\x10\0" + b"\0\3" * (MAX_PALETTE_BYTES // 2 - 20),
    ],
)
def test_hostile_files_cost_little(folder, content):
    """The memory stays in proportion to the file, wherever its length is spent."""
    tracemalloc.start()
    read_or_refuse(folder / "hostile.pal", content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 25 * len(content)
