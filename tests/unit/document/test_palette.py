"""Palettes hold what they are given, a lock keeps chroma to them, a picture gives its own colours."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.document.layer import srgb_ab
from app.document.palette import (
    GREY,
    MOST_EXTRACTED,
    MOST_NAME,
    MOST_SWATCHES,
    Palette,
    PaletteLock,
    Swatch,
    extract_palette,
)

RED, GREEN, BLUE, YELLOW = (192, 24, 48), (40, 140, 60), (30, 60, 170), (230, 200, 40)
POSTER = Palette("Poster", tuple(map(Swatch, (RED, GREEN, BLUE, YELLOW))))

codes = st.integers(0, 255)
colours = st.tuples(codes, codes, codes)
palettes = st.builds(
    Palette,
    st.text(max_size=20),
    st.lists(st.builds(Swatch, colours, st.text(max_size=20)), min_size=1, max_size=12).map(tuple),
)
chroma = hnp.arrays(np.float32, (2, 3, 5), elements=st.floats(-100, 100, width=32))
softnesses = st.floats(0, 1)


def away(ab, palette):
    """(h, w) distance of each a*b* to the nearest swatch's."""
    return np.sqrt(np.square(ab[:, :, :, None] - palette.ab.T[:, None, None, :]).sum(axis=0)).min(axis=-1)


def moved(ab, snapped):
    return np.hypot(*(snapped - ab))


# Values


@given(colour=colours)
def test_ab_is_that_of_a_hint_of_the_same_colour(colour):
    assert Palette("", (Swatch(colour),)).ab[0] == pytest.approx(srgb_ab(colour), abs=1e-4)


def test_ab_has_a_row_for_each_swatch():
    assert POSTER.ab.shape == (4, 2)
    assert POSTER.ab.dtype == np.float32


@pytest.mark.parametrize("count", [0, MOST_SWATCHES + 1])
def test_a_palette_has_some_colours_but_not_any_number(count):
    with pytest.raises(ValueError, match=f"1 to {MOST_SWATCHES} colours, not {count}"):
        Palette("", (Swatch(RED),) * count)


@pytest.mark.parametrize("colour", [(0, 0, 256), (-1, 0, 0), (1, 2), (1, 2, 3, 4)])
def test_a_colour_has_three_codes(colour):
    with pytest.raises(ValueError, match="three codes"):
        Swatch(colour)


def test_codes_out_of_an_array_become_plain_numbers():
    (code, _, _) = Swatch(tuple(np.array(RED, np.uint8))).color
    assert type(code) is int


def test_names_are_one_line():
    assert Swatch(RED, " coat,\r\n\tcadmium\0\x1b \ud800red ").name == "coat, cadmium red"
    assert Palette("\n", (Swatch(RED),)).name == ""


def test_names_end_somewhere():
    assert len(Swatch(RED, "x" * MOST_NAME).name) == MOST_NAME
    with pytest.raises(ValueError, match=f"at most {MOST_NAME} characters, not {MOST_NAME + 1}"):
        Swatch(RED, "x" * (MOST_NAME + 1))
    with pytest.raises(ValueError, match="at most"):
        Palette("x" * (MOST_NAME + 1), (Swatch(RED),))


@given(palette=palettes, softness=softnesses)
def test_json_and_back(palette, softness):
    lock = PaletteLock(palette, softness)
    assert PaletteLock.from_dict(json.loads(json.dumps(lock.to_dict()))) == lock


def test_json_is_readable():
    assert Palette("Coats", (Swatch(RED, "coat"),)).to_dict() == {
        "name": "Coats",
        "swatches": [{"color": "#c01830", "name": "coat"}],
    }


GOOD = PaletteLock(POSTER, 0.5).to_dict()
SWATCH = {"color": "#c01830", "name": ""}


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        {},
        {"palette": GOOD["palette"]},
        GOOD | {"more": 1},
        *(GOOD | {"softness": value} for value in (-0.1, 1.1, math.nan, math.inf, 10**400, True, "0", None)),
        *(GOOD | {"palette": value} for value in (None, {}, {"name": "x"}, [SWATCH])),
        *(
            GOOD | {"palette": {"name": name, "swatches": swatches}}
            for name, swatches in [
                (1, [SWATCH]),
                ("x" * (MOST_NAME + 1), [SWATCH]),
                ("", []),
                ("", None),
                ("", "#c01830"),
                ("", [SWATCH] * (MOST_SWATCHES + 1)),
                ("", ["#c01830"]),
                ("", [SWATCH | {"more": 1}]),
                ("", [SWATCH | {"name": 5}]),
                *(("", [SWATCH | {"color": value}]) for value in ("c01830", "#c0183", "#c018300", "#x01830", 5, None)),
            ]
        ),
    ],
)
def test_json_that_makes_no_sense(nonsense):
    with pytest.raises(ValueError, match=r"palette|swatch|name|colour"):
        PaletteLock.from_dict(nonsense)


@pytest.mark.parametrize("softness", [-0.01, 1.01, math.nan])
def test_softness_is_a_share(softness):
    with pytest.raises(ValueError, match="softness is 0 to 1"):
        PaletteLock(POSTER, softness)


# Snapping


def test_hard_every_pixel_takes_the_nearest_colour():
    rng = np.random.default_rng(5)
    ab = rng.uniform(-80, 80, (2, 64, 64)).astype(np.float32)
    ab = ab[:, np.hypot(*ab) >= GREY][:, None, :]
    snapped = PaletteLock(POSTER).snap(ab)
    assert snapped.dtype == np.float32
    assert (away(snapped, POSTER) == 0).all()
    assert (moved(ab, snapped) <= away(ab, POSTER) + math.sqrt(2)).all()  # to one unit of a* and of b*
    assert {tuple(pair) for pair in snapped.reshape(2, -1).T.tolist()} == {tuple(pair) for pair in POSTER.ab.tolist()}


@settings(max_examples=30)
@given(palette=palettes, ab=chroma)
def test_hard_twice_is_hard_once(palette, ab):
    lock = PaletteLock(palette)
    once = lock.snap(ab)
    assert np.array_equal(lock.snap(once), once)


def test_colours_closer_than_a_unit_do_not_wander():
    near = range(16)
    blues = Palette("", tuple(Swatch((30 + r, 60 + g, 170 + b)) for r in near for g in near for b in near))
    ab = np.ascontiguousarray(blues.ab.T[:, None, :])
    lock = PaletteLock(blues)
    once = lock.snap(ab)
    assert np.array_equal(lock.snap(once), once)
    assert (moved(ab, once) <= math.sqrt(2)).all()


@given(ab=chroma)
def test_softest_leaves_all_as_it_is(ab):
    snapped = PaletteLock(POSTER, 1.0).snap(ab)
    assert np.array_equal(snapped, ab)
    assert snapped is not ab
    assert not np.shares_memory(snapped, ab)


@settings(max_examples=30)
@given(palette=palettes, ab=chroma, softness=softnesses)
def test_softer_means_a_shorter_way(palette, ab, softness):
    """No pixel goes further than 1 - softness of its way to the nearest colour; half a unit is the tables' fineness."""
    before = ab.copy()
    snapped = PaletteLock(palette, softness).snap(ab)
    slack = math.sqrt(2) if softness < 0.001 else 0.5
    assert (moved(ab, snapped) <= (1 - softness) * away(ab, palette) + slack).all()
    assert np.array_equal(ab, before)


def test_the_way_shrinks_with_softness():
    rng = np.random.default_rng(3)
    ab = rng.uniform(-80, 80, (2, 64, 64)).astype(np.float32)
    ways = [moved(ab, PaletteLock(POSTER, softness).snap(ab)).mean() for softness in np.linspace(0, 1, 11)]
    assert all(longer > shorter for longer, shorter in pairwise(ways))
    assert ways[-1] == 0


def test_softness_moves_without_jumps():
    """From hard to unchanged in a hundred small steps, for all but pixels near an edge, where hard itself is a jump."""
    rng = np.random.default_rng(4)
    ab = rng.uniform(-80, 80, (2, 32, 32)).astype(np.float32)
    distances = np.sort(np.linalg.norm(ab[:, :, :, None] - POSTER.ab.T[:, None, None, :], axis=0), axis=-1)
    clear = (distances[:, :, 1] - distances[:, :, 0] > 8) & (np.hypot(*ab) > 12)
    assert clear.mean() > 0.7
    steps = [PaletteLock(POSTER, softness).snap(ab) for softness in np.linspace(0, 1, 101)]
    for before, after in pairwise(steps):
        assert (moved(before, after)[clear] < 4).all()


def test_soft_has_no_edge_between_colours():
    """Across the line between two colours, a small step of the pixel makes a small step of the answer."""
    pair = Palette("", (Swatch(RED), Swatch(BLUE)))
    path = np.linspace(pair.ab[0], pair.ab[1], 400, dtype=np.float32).T[:, None, :]
    hard, soft = PaletteLock(pair).snap(path), PaletteLock(pair, 0.4).snap(path)
    gap = np.linalg.norm(pair.ab[0] - pair.ab[1])
    assert np.hypot(*np.diff(hard)).max() == pytest.approx(gap)
    assert np.hypot(*np.diff(soft)).max() < gap / 50


@pytest.mark.parametrize("softness", [0.0, 0.1, 0.5, 0.9])
def test_a_pixel_of_a_palette_colour_keeps_it(softness):
    ab = np.ascontiguousarray(POSTER.ab.T[:, None, :])
    assert np.allclose(PaletteLock(POSTER, softness).snap(ab), ab, atol=0.1)


@given(
    palette=palettes,
    softness=softnesses,
    angle=st.floats(0, 2 * math.pi),
    length=st.floats(0, GREY - 0.001),
)
@settings(max_examples=30)
def test_grey_stays_grey(palette, softness, angle, length):
    ab = np.array([[[length * math.cos(angle)]], [[length * math.sin(angle)]]], np.float32)
    assert np.array_equal(PaletteLock(palette, softness).snap(ab), ab)


def test_a_grey_swatch_takes_colour_away():
    greys = Palette("", (Swatch((90, 90, 90)), Swatch(BLUE)))
    ab = np.array(srgb_ab((140, 130, 110)), np.float32)[:, None, None]
    assert np.hypot(*PaletteLock(greys).snap(ab)).max() < 0.1


@given(softness=softnesses, row=st.integers(0, 30), column=st.integers(0, 60))
@settings(max_examples=20)
def test_each_pixel_depends_on_itself_alone(softness, row, column):
    ab = np.random.default_rng(7).uniform(-90, 90, (2, 37, 71)).astype(np.float32)
    lock = PaletteLock(POSTER, softness)
    part = ab[:, row : row + 7, column : column + 11]
    assert np.array_equal(lock.snap(ab)[:, row : row + 7, column : column + 11], lock.snap(part))


@pytest.mark.parametrize("softness", [0.0, 5e-324, 1e-3, 0.5])
def test_chroma_far_beyond_srgb_is_taken_to_the_palette_too(softness):
    ab = np.array([[[-250.0, 250.0]], [[240.0, -260.0]]], np.float32)
    snapped = PaletteLock(POSTER, softness).snap(ab)
    assert np.isfinite(snapped).all()
    assert (away(snapped, POSTER) < away(ab, POSTER)).all()


def test_a_lock_on_the_largest_palette():
    rng = np.random.default_rng(9)
    large = Palette("", tuple(Swatch(tuple(colour)) for colour in rng.integers(0, 256, (MOST_SWATCHES, 3)).tolist()))
    ab = rng.uniform(-60, 60, (2, 8, 8)).astype(np.float32)
    for softness in (0.0, 0.5):
        snapped = PaletteLock(large, softness).snap(ab)
        assert (moved(ab, snapped) <= away(ab, large) + math.sqrt(2)).all()


@pytest.mark.parametrize("softness", [0.0, 0.5, 1.0])
def test_nothing_gives_nothing(softness):
    assert PaletteLock(POSTER, softness).snap(np.zeros((2, 0, 5), np.float32)).shape == (2, 0, 5)


def test_a_colour_whose_neighbour_lies_nearer_to_its_unit_square_stays_too():
    pair = Palette("", (Swatch((60, 57, 203)), Swatch((59, 57, 205))))  # a*b* (47.5, -74.6) and (48.1, -75.6)
    ab = np.ascontiguousarray(pair.ab.T[:, None, :])
    assert np.array_equal(PaletteLock(pair).snap(ab), ab)


# Extraction


def patches(*shares):
    """A picture of upright stripes: (colour, width) from left to right."""
    return np.concatenate([np.tile(np.uint8(colour), (60, width, 1)) for colour, width in shares], axis=1)


def test_the_colours_of_stripes_are_found():
    picture = patches((BLUE, 40), (RED, 10), ((128, 128, 128), 90), (YELLOW, 20), (GREEN, 30))
    palette = extract_palette(picture, 5, "Stripes")
    assert palette.name == "Stripes"
    # By hue from red on, grey last.
    assert [swatch.color for swatch in palette.swatches] == [RED, YELLOW, GREEN, BLUE, (128, 128, 128)]


def test_a_small_red_coat_is_found_in_a_grey_street():
    road, wall, sky = (70, 70, 70), (110, 110, 110), (150, 150, 150)
    street = patches((road, 200), (wall, 200), (sky, 210))
    street[20:32, 300:315] = RED  # half a per cent
    assert [swatch.color for swatch in extract_palette(street, 3).swatches] == [RED, road, sky]


def test_a_large_picture_gives_what_a_small_one_gives():
    small = patches((BLUE, 40), (RED, 30), (YELLOW, 50))
    large = small.repeat(20, axis=0).repeat(20, axis=1)
    assert extract_palette(large, 3) == extract_palette(small, 3)


def test_the_same_picture_gives_the_same_palette():
    picture = np.random.default_rng(2).integers(0, 256, (90, 120, 3), np.uint8)
    assert extract_palette(picture, 8) == extract_palette(picture.copy(), 8)


@settings(max_examples=25)
@given(
    picture=hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))),
    count=st.integers(1, 12),
)
def test_swatches_are_colours_of_the_picture_and_differ(picture, count):
    palette = extract_palette(picture, count)
    assert 1 <= len(palette.swatches) <= count
    assert {swatch.color for swatch in palette.swatches} <= {tuple(pixel) for pixel in picture.reshape(-1, 3).tolist()}
    assert len(set(palette.swatches)) == len(palette.swatches)


def test_nearly_equal_colours_are_one_swatch():
    picture = patches((RED, 30), ((193, 25, 48), 30), ((190, 24, 50), 30), (BLUE, 30))
    assert len(extract_palette(picture, 8).swatches) == 2


def test_greys_go_from_dark_to_light_behind_the_colours():
    levels = [(20, 20, 20), (90, 90, 90), (160, 160, 160), (240, 240, 240)]
    picture = patches(*((colour, 20) for colour in [levels[2], levels[0], BLUE, levels[3], levels[1]]))
    assert [swatch.color for swatch in extract_palette(picture, 5).swatches] == [BLUE, *levels]


def test_a_picture_of_one_colour():
    assert extract_palette(patches((GREEN, 50)), 8).swatches == (Swatch(GREEN),)


def test_a_picture_of_one_row():
    assert len(extract_palette(np.full((1, 100_000, 3), 7, np.uint8)).swatches) == 1


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.uint16),
    ],
)
def test_what_is_no_picture(picture):
    with pytest.raises(ValueError, match="a picture is"):
        extract_palette(picture)


@pytest.mark.parametrize("count", [0, MOST_EXTRACTED + 1])
def test_as_many_colours_as_make_sense(count):
    with pytest.raises(ValueError, match=f"1 to {MOST_EXTRACTED}"):
        extract_palette(patches((RED, 4)), count)
