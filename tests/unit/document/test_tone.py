"""Tone changes the grey as it says: exact for the photo's own weights, monotone, the same however the photo is cut."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.space import SRGB, Curve, RgbSpace
from app.document.tone import RANGES, STRAIGHT, Tone
from app.pressure import PressureCurve

WEIGHTS = tuple(float(weight) for weight in SRGB.luminance_weights)
GAMMA = RgbSpace("gamma 1.8", SRGB.to_xyz[:, [1, 2, 0]], Curve(1.8))
"""Another curve, and other weights."""
DTYPES = (np.uint8, np.uint16)
AMOUNTS = st.floats(-1, 1)
BENT = ((0.0, 0.1), (0.3, 0.2), (0.6, 0.9), (1.0, 0.95))


def every_code(dtype: type) -> np.ndarray:
    """(256, n) codes, each once."""
    return np.arange(np.iinfo(dtype).max + 1).astype(dtype).reshape(-1, 16)


def colours(dtype: type, seed: int = 0) -> np.ndarray:
    top = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, top + 1, (48, 64, 3)).astype(dtype)


def shares(codes: np.ndarray, space: RgbSpace = SRGB) -> np.ndarray:
    """L*/100 by the definition (CIE 15:2004, 8.2.1), in float64."""
    Y = space.curve.to_linear(codes.astype(np.float64) / np.iinfo(codes.dtype).max)
    f = np.where(Y > (6 / 29) ** 3, np.cbrt(Y), Y / (3 * (6 / 29) ** 2) + 4 / 29)
    return (116 * f - 16) / 100


def codes_of(share: np.ndarray, dtype: type, space: RgbSpace = SRGB) -> np.ndarray:
    """The exact codes, not rounded."""
    f = (100 * share + 16) / 116
    Y = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return space.curve.from_linear(Y) * np.iinfo(dtype).max


@st.composite
def rising_curves(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    places = sorted(draw(st.lists(st.integers(0, 50), min_size=2, max_size=10, unique=True)))
    heights = sorted(draw(st.lists(st.floats(0, 1), min_size=len(places), max_size=len(places))))
    return tuple((place / 50, height) for place, height in zip(places, heights, strict=True))


@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_is_done_by_default(dtype: type) -> None:
    rgb = colours(dtype)
    grey = SRGB.grey_codes(rgb)
    assert Tone().is_neutral
    assert Tone().apply(grey, rgb, SRGB) is grey


def test_a_mixer_does_nothing_to_a_photo_without_colours() -> None:
    grey = every_code(np.uint8)
    assert Tone(mixer=(1.0, 0.0, 0.0)).apply(grey, None, SRGB) is grey


@pytest.mark.parametrize(
    "tone", [Tone(mixer=WEIGHTS), Tone(brightness=0.1), Tone(contrast=-0.1), Tone(curve=((0, 0), (1, 0.9)))]
)
def test_each_setting_counts(tone: Tone) -> None:
    assert not tone.is_neutral


# -- the mixer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", [SRGB, GAMMA])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_weights_of_the_space_give_the_photos_own_grey(dtype: type, space: RgbSpace) -> None:
    rgb = colours(dtype)
    red, green, blue = (float(weight) for weight in space.luminance_weights)
    grey = space.grey_codes(rgb)
    mixed = Tone(mixer=(red, green, blue)).apply(grey, rgb, space)
    assert mixed.dtype == grey.dtype
    assert np.abs(mixed.astype(np.int64) - grey).max() <= 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_channel_alone_gives_its_codes(dtype: type) -> None:
    rgb = colours(dtype)
    for channel, mixer in enumerate(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))):
        mixed = Tone(mixer=mixer).apply(SRGB.grey_codes(rgb), rgb, SRGB)
        np.testing.assert_array_equal(mixed, rgb[:, :, channel])


def test_red_and_green_of_equal_luminance_become_separable() -> None:
    light = np.array([[[0.5, 0.0, 0.0], [0.0, 0.5 * WEIGHTS[0] / WEIGHTS[1], 0.0]]], np.float32)
    rgb = SRGB.encode(light, np.uint16)
    red, green = SRGB.grey_codes(rgb)[0].astype(int)
    assert abs(red - green) <= 8  # of 65535
    red, green = Tone(mixer=(0.8, 0.1, 0.1)).apply(SRGB.grey_codes(rgb), rgb, SRGB)[0].astype(int)
    assert red > green + 20000
    red, green = Tone(mixer=(-0.1, 1.0, 0.1)).apply(SRGB.grey_codes(rgb), rgb, SRGB)[0].astype(int)
    assert green > red + 20000


@given(st.tuples(*[st.floats(-2, 3)] * 3))
def test_the_mix_is_a_sum_of_light_cut_off_at_black_and_white(mixer: tuple[float, float, float]) -> None:
    rgb = colours(np.uint16)
    mixed = Tone(mixer=mixer).apply(SRGB.grey_codes(rgb), rgb, SRGB)
    light = SRGB.curve.to_linear(rgb.astype(np.float64) / 65535) @ np.array(mixer)
    wanted = SRGB.curve.from_linear(np.clip(light, 0, 1)) * 65535
    assert np.abs(mixed - wanted).max() <= 1.5  # near black the sum of three float32 may be off by a code


@given(st.floats(-2, 3), st.floats(-2, 3))
def test_shares_that_sum_to_one_keep_grey(red: float, green: float) -> None:
    blue = 1 - red - green
    if not RANGES["share"][0] <= blue <= RANGES["share"][1]:
        return
    grey = every_code(np.uint8)
    rgb = np.repeat(grey[:, :, None], 3, axis=2)
    np.testing.assert_array_equal(Tone(mixer=(red, green, blue)).apply(grey, rgb, SRGB), grey)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("row", [1, 17, 47])
def test_tiles_meet(dtype: type, row: int) -> None:
    tone, rgb = Tone((0.5, -0.3, 1.1), 0.3, 0.4, BENT), colours(dtype)
    grey = SRGB.grey_codes(rgb)
    whole = tone.apply(grey, rgb, SRGB)
    for part in (np.s_[:row, :30], np.s_[row:, 30:], np.s_[row : row + 1, 5:6], np.s_[:0, :0]):
        np.testing.assert_array_equal(tone.apply(grey[part], rgb[part], SRGB), whole[part])


def test_a_photo_of_many_strips_is_mixed_as_its_parts_are() -> None:
    rgb = np.tile(colours(np.uint8), (20, 8, 1))
    tone = Tone((0.2, 0.1, 0.9))
    whole = tone.apply(SRGB.grey_codes(rgb), rgb, SRGB)
    np.testing.assert_array_equal(whole, np.tile(tone.apply(whole[:48, :64], rgb[:48, :64], SRGB), (20, 8)))


# -- brightness, contrast and curve --------------------------------------------------------------------------------


@pytest.mark.parametrize("space", [SRGB, GAMMA])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_code_is_rounded_from_the_exact_value(dtype: type, space: RgbSpace) -> None:
    grey = every_code(dtype)
    share = shares(grey, space)
    slope = 4**0.3
    share = share * slope / (share * slope + 1 - share)  # Schlick's bias
    slope = 4**-0.6
    low = np.minimum(share, 1 - share) * 2
    gain = low / (low + (1 - low) / slope) / 2
    share = np.where(share < 0.5, gain, 1 - gain)
    curve = PressureCurve(BENT)
    some = np.s_[:: max(1, len(grey) // 64)]
    share = np.vectorize(curve.at)(share[some])
    result = Tone(None, 0.3, 0.6, BENT).apply(grey, None, space)[some]
    assert np.abs(result - codes_of(share, dtype, space)).max() <= 0.51


@pytest.mark.parametrize("dtype", DTYPES)
@given(brightness=AMOUNTS, contrast=AMOUNTS)
@settings(max_examples=25)
def test_black_and_white_stay(dtype: type, brightness: float, contrast: float) -> None:
    top = np.iinfo(dtype).max
    ends = np.array([[0, top]], dtype)
    np.testing.assert_array_equal(Tone(None, brightness, contrast).apply(ends, None, SRGB), ends)


@pytest.mark.parametrize("dtype", DTYPES)
@given(brightness=AMOUNTS, contrast=AMOUNTS, curve=rising_curves())
@settings(max_examples=25)
def test_what_was_darker_stays_darker(
    dtype: type, brightness: float, contrast: float, curve: tuple[tuple[float, float], ...]
) -> None:
    result = Tone(None, brightness, contrast, curve).apply(every_code(dtype), None, SRGB).astype(np.int64)
    assert (np.diff(result.ravel()) >= 0).all()


@given(AMOUNTS)
@settings(max_examples=25)
def test_what_is_done_can_be_taken_back(amount: float) -> None:
    grey = every_code(np.uint16)[1024:]  # darker, a code stands for several
    for there, back in (
        (Tone(brightness=amount), Tone(brightness=-amount)),
        (Tone(contrast=amount), Tone(contrast=-amount)),
    ):
        again = back.apply(there.apply(grey, None, SRGB), None, SRGB).astype(np.int64)
        assert np.abs(again - grey).max() <= 4  # the rounding of a code, as steep as the steepest


def test_brightness_moves_mid_grey_and_contrast_what_is_beside_it() -> None:
    half = np.rint(codes_of(np.array([[0.25, 0.5, 0.75]]), np.uint16)).astype(np.uint16)
    assert shares(Tone(brightness=1).apply(half, None, SRGB))[0, 1] == pytest.approx(0.8, abs=1e-4)
    assert shares(Tone(brightness=-1).apply(half, None, SRGB))[0, 1] == pytest.approx(0.2, abs=1e-4)
    dark, middle, light = shares(Tone(contrast=1).apply(half, None, SRGB))[0]
    assert middle == pytest.approx(0.5, abs=1e-4)
    assert (dark, light) == (pytest.approx(0.1, abs=1e-4), pytest.approx(0.9, abs=1e-4))


def test_a_falling_curve_makes_a_negative() -> None:
    grey = every_code(np.uint8)
    negative = Tone(curve=((0.0, 1.0), (1.0, 0.0))).apply(grey, None, SRGB)
    assert all(before >= after for before, after in pairwise(negative.ravel().tolist()))
    assert (negative.ravel()[0], negative.ravel()[-1]) == (255, 0)


def test_a_straight_line_with_more_points_changes_no_code() -> None:
    for dtype in DTYPES:
        grey = every_code(dtype)
        result = Tone(curve=((0.0, 0.0), (0.37, 0.37), (1.0, 1.0))).apply(grey, None, SRGB)
        np.testing.assert_array_equal(result, grey)


# -- files ---------------------------------------------------------------------------------------------------------


@given(st.none() | st.tuples(*[st.floats(-2, 3)] * 3), AMOUNTS, AMOUNTS, rising_curves())
def test_a_file_gives_it_back(
    mixer: tuple[float, float, float] | None,
    brightness: float,
    contrast: float,
    curve: tuple[tuple[float, float], ...],
) -> None:
    tone = Tone(mixer, brightness, contrast, curve)
    again = Tone.from_dict(json.loads(json.dumps(tone.to_dict())))
    assert again == tone
    assert hash(again) == hash(tone)


def test_what_a_file_does_not_name_is_neutral() -> None:
    assert Tone.from_dict({}) == Tone()
    assert Tone.from_dict({"contrast": 0.5}) == Tone(contrast=0.5)
    assert Tone().curve == STRAIGHT


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ({"mixer": [1, 0]}, r"^The grey is mixed from three shares: .*\.$"),
        ({"mixer": "red"}, r"^The grey is mixed from three shares: .*\.$"),
        ({"mixer": 1}, r"^The grey is mixed from three shares: .*\.$"),
        ({"mixer": [0, 3.5, 0]}, r"^The share of green in the grey is -2 to 3, not 3\.5\.$"),
        ({"mixer": [0, 0, math.nan]}, r"^The share of blue in the grey is -2 to 3, not nan\.$"),
        ({"mixer": [True, 0, 0]}, r"^The share of red in the grey is -2 to 3, not True\.$"),
        ({"brightness": 1.01}, r"^The brightness of a photo is -1 to 1, not 1\.01\.$"),
        ({"brightness": None}, r"^The brightness of a photo is -1 to 1, not None\.$"),
        ({"contrast": "-"}, r"^The contrast of a photo is -1 to 1, not '-'\.$"),
        ({"contrast": 10**400}, r"^The contrast of a photo is -1 to 1, not 1000.*\.$"),
        ({"curve": None}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": 5}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": [[0, 0]]}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": [[0, 0], [1, 2]]}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": [[0, 0], [0.01, 1]]}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": [[0, 0], [1, "1"]]}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": [[0, 0], [1, math.nan]]}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": [[0, 0], [1, [1]]]}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"curve": {"0": 1, "1": 0}}, r"^A tone curve has 2 to 10 points, .*\.$"),
        ({"gamma": 2.2}, r"^Tone is mixer, brightness, contrast and curve, not 'gamma'\.$"),
    ],
)
def test_what_is_no_tone_is_refused_with_a_sentence(stored: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Tone.from_dict(stored)


def test_a_tone_that_could_be_changed_later_is_refused() -> None:
    with pytest.raises(ValueError, match="tone curve"):
        Tone(curve=[(0.0, 0.0), (1.0, 1.0)])
    with pytest.raises(ValueError, match="three shares"):
        Tone(mixer=[1.0, 0.0, 0.0])
