"""Palettes survive a trip to disk in all three formats, and files made elsewhere are understood."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.palette import MOST_NAME, MOST_SWATCHES, Palette, Swatch
from app.errors import HuebrushError
from app.files.palettes import MAX_PALETTE_BYTES, PALETTE_SUFFIXES, read_palette, write_palette

codes = st.integers(0, 255)
swatches = st.builds(Swatch, st.tuples(codes, codes, codes), st.text(max_size=30))
palettes = st.builds(Palette, st.text(max_size=30), st.lists(swatches, min_size=1, max_size=20).map(tuple))


@pytest.fixture
def read(tmp_path):
    """read(content, name="street.gpl"): the palette in a file with these bytes."""

    def read(content, name="street.gpl"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_palette(path)

    return read


@pytest.fixture(scope="module")
def trip(tmp_path_factory):
    """trip(palette, suffix): what comes back from a file named "own"."""
    folder = tmp_path_factory.mktemp("palettes")

    def trip(palette, suffix):
        path = folder / f"own{suffix}"
        write_palette(path, palette)
        return read_palette(path)

    return trip


# There and back


@pytest.mark.parametrize("suffix", PALETTE_SUFFIXES)
@settings(max_examples=50)
@given(palette=palettes)
def test_there_and_back(trip, suffix, palette):
    back = trip(palette, suffix)
    assert back.swatches == palette.swatches
    keeps_its_name = suffix != ".aco" and palette.name
    assert back.name == (palette.name if keeps_its_name else "own")


@pytest.mark.parametrize("suffix", PALETTE_SUFFIXES)
def test_every_code_comes_back(trip, suffix):
    ramp = Palette("Ramp", tuple(Swatch((code, 255 - code, code // 2)) for code in range(256)))
    assert trip(ramp, suffix).swatches == ramp.swatches


@pytest.mark.parametrize("suffix", PALETTE_SUFFIXES)
def test_the_largest_palette_fits(trip, suffix, tmp_path):
    name = "𝄞" * MOST_NAME  # four bytes each, and two units of UTF-16
    largest = Palette(name, (Swatch((1, 2, 3), name),) * MOST_SWATCHES)
    write_palette(tmp_path / f"large{suffix}", largest)
    assert (tmp_path / f"large{suffix}").stat().st_size <= MAX_PALETTE_BYTES
    assert trip(largest, suffix).swatches == largest.swatches


@pytest.mark.parametrize("suffix", PALETTE_SUFFIXES)
def test_a_format_is_known_by_its_content(tmp_path, suffix):
    palette = Palette("", (Swatch((1, 2, 3), "x"),))
    write_palette(tmp_path / f"colours{suffix.upper()}", palette)
    (tmp_path / f"colours{suffix.upper()}").rename(tmp_path / "colours")
    assert read_palette(tmp_path / "colours").swatches == palette.swatches


def test_the_suffix_says_how_to_write(tmp_path):
    path = tmp_path / "colours.act"
    with pytest.raises(HuebrushError, match=r"ends in “\.act”.*\.gpl, \.ase or \.aco\.$"):
        write_palette(path, Palette("", (Swatch((1, 2, 3)),)))
    assert not path.exists()


@pytest.mark.usefixtures("no_leftovers")
def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "colours.gpl"
    write_palette(path, Palette("Old", (Swatch((1, 2, 3)),)))
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(HuebrushError, match="disk is full"):
        write_palette(path, Palette("New", (Swatch((9, 9, 9)),)))
    assert read_palette(path).name == "Old"


# GIMP


def test_a_gimp_palette(read):
    palette = read(
        b"GIMP Palette\nName: Street at night\nColumns: 4\n#\n# Wet asphalt\n"
        b"  0   0   0\tBlack\n192  24  48\tThe coat's red\n\n255 255 255\n  7 8 9 12 monkeys\n"
    )
    assert palette == Palette(
        "Street at night",
        (
            Swatch((0, 0, 0), "Black"),
            Swatch((192, 24, 48), "The coat's red"),
            Swatch((255, 255, 255)),
            Swatch((7, 8, 9), "12 monkeys"),
        ),
    )


def test_an_old_gimp_palette_is_named_by_its_file(read):
    assert read(b"GIMP Palette\n1 2 3 x\n", "Old street.gpl") == Palette("Old street", (Swatch((1, 2, 3), "x"),))


def test_a_colour_may_be_called_name(read):
    assert read(b"GIMP Palette\nName: A\n1 2 3 Name: B\n").swatches == (Swatch((1, 2, 3), "Name: B"),)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks(read, start, end):
    palette = read(start + end.join([b"GIMP Palette", b"Name: Lines", b"#", b"1 2 3 one", b"4 5 6 two"]))
    assert palette == Palette("Lines", (Swatch((1, 2, 3), "one"), Swatch((4, 5, 6), "two")))


def test_names_in_utf_8_and_in_latin_1(read):
    assert read("GIMP Palette\n1 2 3 Grün\n".encode()).swatches[0].name == "Grün"
    assert read("GIMP Palette\n1 2 3 Grün\n".encode("latin-1")).swatches[0].name == "Grün"


def test_what_is_written_for_gimp(tmp_path):
    path = tmp_path / "a.gpl"
    write_palette(path, Palette("Two", (Swatch((1, 22, 255), "a name"), Swatch((0, 0, 0)))))
    assert path.read_bytes() == b"GIMP Palette\nName: Two\nColumns: 0\n#\n  1  22 255\ta name\n  0   0   0\n"


# Adobe Swatch Exchange


def ase(*blocks, version=1, count=None):
    head = struct.pack(">4sHHI", b"ASEF", version, 0, len(blocks) if count is None else count)
    return head + b"".join(struct.pack(">HI", kind, len(body)) + body for kind, body in blocks)


def ase_name(text):
    units = (text + "\0").encode("utf-16-be")
    return struct.pack(">H", len(units) // 2) + units


def ase_colour(name, model, *values, more=b""):
    return 1, ase_name(name) + model + struct.pack(f">{len(values)}f", *values) + b"\0\2" + more


def test_an_ase_file_byte_for_byte(read):
    content = bytes.fromhex(
        "41534546 0001 0000 00000003"  # ASEF, version 1.0, three blocks
        "c001 0000000a 0004 0052 0065 0064 0000"  # a group called Red
        "0001 0000001c 0004 0041 0020 0042 0000"  # a colour called "A B"
        "52474220 3f800000 3f000000 00000000 0002"  # RGB 1, 0.5, 0; normal
        "c002 00000000"  # the group's end
    )
    assert read(content, "x.ase") == Palette("Red", (Swatch((255, 128, 0), "A B"),))


@pytest.mark.parametrize(
    ("model", "values", "colour"),
    [
        (b"RGB ", (1, 0, 0.2), (255, 0, 51)),
        (b"RGB ", (-3, 7, 1e30), (0, 255, 255)),
        (b"CMYK", (0, 0, 0, 0), (255, 255, 255)),
        (b"CMYK", (1, 0, 0, 0), (0, 255, 255)),
        (b"CMYK", (0, 0.2, 1, 0.6), (102, 82, 0)),
        (b"Gray", (0,), (0, 0, 0)),
        (b"GRAY", (1,), (255, 255, 255)),
        (b"Gray", (0.6,), (153, 153, 153)),
        (b"LAB ", (1, 0, 0), (255, 255, 255)),
        (b"LAB ", (0, 0, 0), (0, 0, 0)),
        # L*a*b* at D50 of sRGB's primaries as in its ICC profile, to within a code.
        (b"LAB ", (0.5429, 80.81, 69.89), (255, 0, 0)),
        (b"LAB ", (0.8782, -79.27, 80.99), (0, 255, 0)),
        (b"LAB ", (0.2957, 68.29, -112.03), (0, 0, 255)),
    ],
)
def test_ase_colour_models(read, model, values, colour):
    (swatch,) = read(ase(ase_colour("x", model, *values)), "x.ase").swatches
    assert swatch.color == pytest.approx(colour, abs=1)


def test_ase_groups_are_flattened(read):
    black, white = ase_colour("black", b"Gray", 0), ase_colour("white", b"Gray", 1)
    red, end = ase_colour("red", b"RGB ", 1, 0, 0), (0xC002, b"")
    content = ase(red, (0xC001, ase_name("A")), black, end, (0xC001, ase_name("B")), white, end)
    palette = read(content, "x.ase")
    assert [swatch.name for swatch in palette.swatches] == ["red", "black", "white"]
    assert palette.name == "x"  # neither group is the whole of it


def test_ase_blocks_may_be_longer_or_of_another_kind(read):
    content = ase((0x0077, b"whatever"), ase_colour("long", b"Gray", 1, more=b"more"), ase_colour("", b"Gray", 0))
    assert [swatch.name for swatch in read(content, "x.ase").swatches] == ["long", ""]


# Photoshop


def aco_colour(model, *words):
    return struct.pack(">5H", model, *(word & 0xFFFF for word in (*words, 0, 0, 0, 0)[:4]))


def aco_name(text):
    units = (text + "\0").encode("utf-16-be")
    return struct.pack(">I", len(units) // 2) + units


def aco(version, *colours):
    return struct.pack(">HH", version, len(colours)) + b"".join(colours)


def test_an_aco_file_byte_for_byte(read):
    content = bytes.fromhex(
        "0001 0002  0000 ffff 0000 0000 0000  0000 0000 ffff 0000 0000"
        "0002 0002  0000 ffff 0000 0000 0000  00000002 0041 0000"
        "           0000 0000 ffff 0000 0000  00000003 0042 0043 0000"
    )
    assert read(content, "Swatches.aco") == Palette("Swatches", (Swatch((255, 0, 0), "A"), Swatch((0, 255, 0), "BC")))


def test_aco_of_either_section_alone(read):
    first = aco(1, aco_colour(0, 0xFFFF, 0x8080, 0))
    assert read(first, "x.aco").swatches == (Swatch((255, 128, 0)),)
    assert read(first + b"\0", "x.aco").swatches == (Swatch((255, 128, 0)),)
    second = aco(2, aco_colour(0, 0xFFFF, 0x8080, 0) + aco_name("orange"))
    assert read(second, "x.aco").swatches == (Swatch((255, 128, 0), "orange"),)
    assert read(first + second + b"8BIM more", "x.aco").swatches == (Swatch((255, 128, 0), "orange"),)
    assert read(first + aco(2), "x.aco").swatches == (Swatch((255, 128, 0)),)


def test_an_adobe_name_ends_at_its_zero(read):
    assert read(ase(ase_colour("coat\0left over", b"Gray", 1)), "x.ase").swatches[0].name == "coat"
    assert read(aco(2, aco_colour(8, 0) + aco_name("coat\0left over")), "x.aco").swatches[0].name == "coat"


@pytest.mark.parametrize(
    ("model", "words", "colour"),
    [
        (0, (0xC0C0, 0x1818, 0x3030), (192, 24, 48)),
        (1, (0, 65535, 65535), (255, 0, 0)),
        (1, (43690, 65535, 65535), (0, 0, 255)),
        (1, (21845, 0, 32896), (128, 128, 128)),
        (2, (65535, 65535, 65535, 65535), (255, 255, 255)),
        (2, (0, 65535, 65535, 65535), (0, 255, 255)),
        (2, (65535, 65535, 0, 32768), (128, 128, 0)),
        (7, (10000, 0, 0), (255, 255, 255)),
        (7, (5429, 8081, 6989), (255, 0, 0)),
        (7, (2957, 6829, -11203), (0, 0, 255)),
        (8, (0,), (255, 255, 255)),
        (8, (7500,), (64, 64, 64)),
        (8, (10000,), (0, 0, 0)),
        (9, (10000, 0, 0, 0), (0, 255, 255)),
        (9, (0, 0, 0, 10000), (0, 0, 0)),
    ],
)
def test_aco_colour_spaces(read, model, words, colour):
    (swatch,) = read(aco(1, aco_colour(model, *words)), "x.aco").swatches
    assert swatch.color == pytest.approx(colour, abs=1)


def test_aco_colour_books_are_left_out(read):
    book, red = aco_colour(3, 1, 2, 3, 4), aco_colour(0, 65535)
    assert read(aco(1, book, red), "x.aco").swatches == (Swatch((255, 0, 0)),)
    named = aco(2, book + aco_name("PANTONE 185"), red + aco_name("red"))
    assert read(aco(1, book, red) + named, "x.aco").swatches == (Swatch((255, 0, 0), "red"),)


def test_what_is_written_for_photoshop(tmp_path):
    path = tmp_path / "a.aco"
    write_palette(path, Palette("", (Swatch((255, 1, 0), "A"),)))
    assert path.read_bytes() == bytes.fromhex(
        "0001 0001 0000 ffff 0101 0000 0000  0002 0001 0000 ffff 0101 0000 0000 00000002 0041 0000"
    )
