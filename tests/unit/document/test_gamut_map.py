"""The a*b* disc shows what the photo would show; codes and places on it lead back to each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.document.gamut import gamut_mapped_ab, planes_at_luminance
from app.document.gamut_map import (
    DIM,
    FAINT,
    RADIUS,
    ab_picture,
    colour_at,
    gamut_outline,
    nearest_code,
    shown_at,
    srgb_lab,
)
from app.document.layer import srgb_ab
from app.document.space import SRGB

CODES = st.tuples(*[st.integers(0, 255)] * 3)
LIGHTNESS = st.floats(0, 100)
CHROMA = st.floats(-110, 110)
SIDE = 221  # odd: the middle pixel is grey itself


def place(a: float, b: float) -> tuple[int, int]:
    """Row and column of a*b* in a picture of SIDE."""
    scale = SIDE / (2 * RADIUS)
    return math.floor((RADIUS - b) * scale), math.floor((RADIUS + a) * scale)


@given(color=CODES)
@example(color=(0, 0, 255))
@example(color=(0, 255, 0))
@example(color=(255, 255, 255))
@example(color=(1, 0, 0))
def test_codes_lead_to_themselves_at_their_own_lightness(color: tuple[int, int, int]) -> None:
    lightness, a, b = srgb_lab(color)
    assert nearest_code(lightness, a, b) == color
    assert colour_at(lightness, a, b) == color


@given(color=CODES)
def test_lab_agrees_with_the_chroma_that_hints_have(color: tuple[int, int, int]) -> None:
    assert srgb_lab(color)[1:] == pytest.approx(srgb_ab(color), abs=1e-3)


@given(lightness=LIGHTNESS, a=CHROMA, b=CHROMA)
def test_a_colour_has_the_chroma_asked_for_or_the_hue_with_all_chroma_there_is(
    lightness: float, a: float, b: float
) -> None:
    reached_lightness, *reached = srgb_lab(colour_at(lightness, a, b))
    asked = math.hypot(a, b)
    if math.dist(reached, (a, b)) < 1.5:  # of codes of 8 bit in the dark
        return
    # Less than asked: then no lightness has it, a little less chroma of the same hue included.
    chroma = math.hypot(*reached)
    assert chroma < asked
    turn = math.atan2(reached[1], reached[0]) - math.atan2(b, a)
    assert abs(math.remainder(turn, 2 * math.pi)) * chroma < 1.5
    for level in range(2, 100):
        outline = gamut_mapped_ab(
            np.full((1, 1), level, np.float32), np.full((1, 1, 2), (a, b), np.float32) * 1e4, SRGB
        )
        assert math.hypot(*outline[0, 0]) < chroma + 2.5
    assert 0 <= reached_lightness <= 100


@given(lightness=LIGHTNESS, a=CHROMA, b=CHROMA)
def test_where_the_lightness_holds_the_chroma_it_is_kept(lightness: float, a: float, b: float) -> None:
    grid = np.full((1, 1), lightness, np.float32)
    edge = math.hypot(*gamut_mapped_ab(grid, np.array([[[a, b]]], np.float32) * 1e4, SRGB)[0, 0])
    if math.hypot(a, b) < 0.9 * edge:
        assert srgb_lab(colour_at(lightness, a, b))[0] == pytest.approx(lightness, abs=1.0)


def test_lightness_gives_way_before_chroma_does() -> None:
    lightness, a, b = srgb_lab(colour_at(95, 60, 45))
    assert (a, b) == pytest.approx((60, 45), abs=1)
    assert lightness < 75  # the nearest that holds so strong a red
    darker = srgb_lab(colour_at(5, 60, 45))
    assert darker[1:] == pytest.approx((60, 45), abs=1)
    assert darker[0] < lightness


@pytest.mark.parametrize("lightness", [-5, 0, 100, 130])
def test_black_and_white_are_at_the_ends(lightness: float) -> None:
    assert colour_at(lightness, 0, 0) == ((0, 0, 0) if lightness <= 0 else (255, 255, 255))


@pytest.mark.parametrize("lightness", [20, 54, 85])
@pytest.mark.parametrize("ab", [(0, 0), (20, 10), (-12, 20), (8, -22)])
def test_the_picture_holds_what_the_photo_would_show(lightness: int, ab: tuple[float, float]) -> None:
    picture = ab_picture(lightness, SIDE)
    L = np.full((1, 1), lightness, np.float32)
    shown = SRGB.encode(planes_at_luminance(SRGB.luminance(L), np.array([[ab]], np.float32), SRGB, L), np.uint8)
    outline = gamut_outline(lightness, 1440)
    edge = math.hypot(*outline[round(math.degrees(math.atan2(ab[1], ab[0])) * 4) % 1440])
    seen = picture[place(*ab)]
    if math.hypot(*ab) < edge - 2:
        assert np.abs(seen[:3].astype(int) - shown[:, 0, 0]).max() <= 3
        assert seen[3] == 255


def test_a_is_to_the_right_and_b_is_up() -> None:
    picture = ab_picture(60, SIDE).astype(int)
    middle = SIDE // 2
    right, left = picture[middle, middle + 40], picture[middle, middle - 40]
    up, down = picture[middle - 40, middle], picture[middle + 40, middle]
    assert right[0] > left[0] + 60  # red over green
    assert down[2] > up[2] + 60  # blue below
    assert np.ptp(picture[middle, middle, :3]) <= 1


def test_what_does_not_fit_is_dim_and_what_no_lightness_holds_is_faint() -> None:
    picture = ab_picture(80, SIDE)
    assert picture[place(0, 0)][3] == 255
    assert picture[place(60, 35)][3] == pytest.approx(255 * DIM, abs=2)  # a red that is never so light
    assert picture[place(-70, -70)][3] == pytest.approx(255 * FAINT, abs=2)  # there is no such cyan
    assert picture[0, 0, 3] == 0  # beside the disc


@pytest.mark.parametrize("lightness", [8, 45, 78])
def test_the_edge_of_the_bright_part_is_the_outline(lightness: int) -> None:
    opacity = ab_picture(lightness, SIDE)[:, :, 3]
    for a, b in gamut_outline(lightness, 60):
        chroma = math.hypot(a, b)
        for chroma_near, is_inside in ((chroma - 3, True), (chroma + 3, False)):
            if 0 < chroma_near < RADIUS - 3:
                seen = opacity[place(a / chroma * chroma_near, b / chroma * chroma_near)]
                assert (seen > 220) if is_inside else (seen < 120)


def test_the_outline_is_that_of_srgb() -> None:
    for color in ((255, 0, 0), (0, 0, 255), (0, 255, 0)):
        lightness, a, b = srgb_lab(color)
        outline = gamut_outline(lightness, 720)
        assert np.hypot(outline[:, 0] - a, outline[:, 1] - b).min() < 6  # its lightness is rounded


@pytest.mark.parametrize("lightness", [0, 100])
def test_black_and_white_hold_no_chroma(lightness: int) -> None:
    assert np.abs(gamut_outline(lightness)).max() < 0.5


def test_pictures_and_outlines_are_kept_and_cannot_be_spoilt() -> None:
    assert ab_picture(41.2, 64) is ab_picture(40.9, 64)
    assert gamut_outline(41.2) is gamut_outline(40.9)
    assert gamut_outline(41).shape == (180, 2)
    for array in (ab_picture(41, 64), gamut_outline(41)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("color", [(192, 24, 48), (127, 180, 224), (128, 128, 128)])
def test_a_colour_is_shown_at_the_light_of_the_photo(color: tuple[int, int, int]) -> None:
    for lightness in (15, 50, 90):
        assert srgb_lab(shown_at(lightness, color))[0] == pytest.approx(lightness, abs=0.6)
