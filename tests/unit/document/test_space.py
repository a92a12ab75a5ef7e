"""Codes, light and lightness: exact there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document import space
from app.document.space import SRGB, Curve, RgbSpace

DEPTHS = [np.uint8, np.uint16]


def all_codes(dtype: type[np.unsignedinteger]) -> np.ndarray:
    return np.arange(np.iinfo(dtype).max + 1).astype(dtype)[None]


@pytest.mark.parametrize("dtype", DEPTHS)
def test_every_code_survives_the_round_trip(dtype: type[np.unsignedinteger]) -> None:
    codes = all_codes(dtype)
    np.testing.assert_array_equal(SRGB.encode(SRGB.decode(codes), dtype), codes)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_equal_channels_are_grey_already(dtype: type[np.unsignedinteger]) -> None:
    codes = all_codes(dtype)
    np.testing.assert_array_equal(SRGB.grey_codes(np.stack([codes] * 3, axis=-1)), codes)


@pytest.mark.parametrize(("dtype", "slack"), [(np.uint8, 0.02), (np.uint16, 0.2)])
def test_encoding_rounds_correctly(dtype: type[np.unsignedinteger], slack: float) -> None:
    top = np.iinfo(dtype).max
    linear = np.concatenate([np.linspace(0, 1, 200_001), np.geomspace(1e-7, 1, 50_000)]).astype(np.float32)
    exact = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.astype(np.float64) ** (1 / 2.4) - 0.055)
    assert np.abs(SRGB.encode(linear, dtype) - exact * top).max() <= 0.5 + slack


def test_light_outside_the_range_saturates() -> None:
    linear = np.array([[-1.0, 0.0, 1.0, 7.0, np.nan, np.inf, -np.inf]], np.float32)
    np.testing.assert_array_equal(SRGB.encode(linear, np.uint8), [[0, 0, 255, 255, 0, 255, 0]])


def test_decoding_follows_the_standard() -> None:
    decoded = SRGB.decode(np.array([[0, 10, 118, 255]], np.uint8))
    np.testing.assert_allclose(decoded, [[0.0, 0.00303527, 0.18116424, 1.0]], rtol=1e-5)


def test_floats_are_not_codes() -> None:
    with pytest.raises(TypeError, match="uint8 or uint16"):
        SRGB.decode(np.zeros((2, 2), np.float32))  # type: ignore[arg-type]


def test_lightness_and_luminance_are_inverse() -> None:
    lightness = np.linspace(0, 100, 10_001, dtype=np.float32)
    np.testing.assert_allclose(SRGB.lightness(SRGB.luminance(lightness)), lightness, atol=2e-4)
    assert SRGB.lightness(np.float32([0, 0.18418652, 1])) == pytest.approx([0, 50, 100], abs=1e-3)


def test_lightness_of_codes_is_the_lightness_of_their_light() -> None:
    codes = all_codes(np.uint16)
    np.testing.assert_array_equal(SRGB.lightness_of_codes(codes), SRGB.lightness(SRGB.decode(codes)))


def test_grey_is_the_luminance_an_independent_library_finds() -> None:
    colour = pytest.importorskip("skimage.color")
    rgb = np.random.default_rng(0).integers(0, 65536, (64, 64, 3)).astype(np.uint16)
    ours = SRGB.lightness_of_codes(SRGB.grey_codes(rgb))
    np.testing.assert_allclose(ours, colour.rgb2lab(rgb)[:, :, 0], atol=0.02)  # their matrix has six digits


def test_white_is_d65() -> None:
    np.testing.assert_allclose(SRGB.white, [0.95046, 1.0, 1.08906], atol=2e-5)
    assert SRGB.luminance_weights.sum() == pytest.approx(1.0, abs=1e-7)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 300))
def test_strips_cover_every_row_once(height: int, width: int, pixels: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "STRIP_PIXELS", pixels)
        rows = [row for strip in space.strips(height, width) for row in range(strip.start, strip.stop)]
    assert rows == list(range(height))


def test_conversion_in_strips_equals_conversion_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (37, 29, 3)).astype(np.uint8)
    whole = SRGB.grey_codes(rgb)
    monkeypatch.setattr(space, "STRIP_PIXELS", 100)
    np.testing.assert_array_equal(SRGB.grey_codes(rgb), whole)


def grey_by_definition(rgb: np.ndarray) -> np.ndarray:
    """What grey codes are, written down once more: tables, three sums, one look-up by the square root."""
    bits = 8 * rgb.dtype.itemsize
    top, steps = (1 << bits) - 1, 1 << (14 if bits == 8 else 18)
    decode = SRGB.curve.to_linear(np.linspace(0, 1, top + 1)).astype(np.float32)
    roots = np.linspace(0, 1, steps + 1)
    encode = np.round(SRGB.curve.from_linear(roots * roots) * top)
    red, green, blue = ((decode * weight)[rgb[..., i]] for i, weight in enumerate(SRGB.luminance_weights))
    position = np.sqrt(np.clip(red + green + blue, np.float32(0), np.float32(1))) * np.float32(steps) + np.float32(0.5)
    return encode[position.astype(np.int64)]


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("dtype", DEPTHS)
def test_grey_codes_on_many_cores_are_the_definition_bit_for_bit(
    dtype: type[np.unsignedinteger], threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "MOST_THREADS", threads)
    monkeypatch.setattr(space.os, "cpu_count", lambda: 8)
    rgb = np.random.default_rng(2).integers(0, np.iinfo(dtype).max + 1, (701, 903, 3)).astype(dtype)
    monkeypatch.setattr(space, "STRIP_PIXELS", 10_000)
    np.testing.assert_array_equal(SRGB.grey_codes(rgb), grey_by_definition(rgb))


@pytest.mark.slow
def test_every_8_bit_colour_has_the_grey_of_the_definition() -> None:
    blue, green = np.mgrid[0:256, 0:256].astype(np.uint8)
    for red in range(256):
        rgb = np.stack([np.full_like(green, red), green, blue], axis=-1)
        np.testing.assert_array_equal(SRGB.grey_codes(rgb), grey_by_definition(rgb))


def test_every_strip_is_converted_once_whatever_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "STRIP_PIXELS", 50)
    monkeypatch.setattr(space.os, "cpu_count", lambda: 3)
    done: list[slice] = []
    space.each_strip(done.append, 1001, 10)
    assert sorted((rows.start, rows.stop) for rows in done) == [
        (rows.start, rows.stop) for rows in space.strips(1001, 10)
    ]


def test_a_failure_in_a_strip_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "STRIP_PIXELS", 50)
    monkeypatch.setattr(space.os, "cpu_count", lambda: 2)

    def convert(rows: slice) -> None:
        if rows.start <= 500 < rows.stop:
            raise MemoryError

    with pytest.raises(MemoryError):
        space.each_strip(convert, 1001, 10)


@pytest.mark.parametrize("shape", [(5,), (4, 7), (3, 5, 600), (2, 3, 4, 5), (0, 4)])
@pytest.mark.parametrize("dtype", DEPTHS)
def test_codes_of_any_shape_are_looked_up(dtype: type[np.unsignedinteger], shape: tuple[int, ...]) -> None:
    codes = np.random.default_rng(4).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)
    light = SRGB.decode(codes)
    assert light.shape == shape
    np.testing.assert_array_equal(light.ravel(), [SRGB.decode(all_codes(dtype))[0, code] for code in codes.ravel()])
    np.testing.assert_array_equal(SRGB.encode(light, dtype), codes)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_pure_power_space_survives_the_round_trip_too(dtype: type[np.unsignedinteger]) -> None:
    power = RgbSpace("2.2", SRGB.to_xyz, Curve(gamma=2.2))
    codes = all_codes(dtype)
    np.testing.assert_array_equal(power.encode(power.decode(codes), dtype), codes)
