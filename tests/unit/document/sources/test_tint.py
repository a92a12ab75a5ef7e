"""Tint: one colour or a few over lightness, straight from one to the next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.gamut import gamut_mapped_ab, rgb_to_lab
from app.document.photo import Photo
from app.document.sources.source import PhotoTile, Work
from app.document.sources.tint import MOST_STOPS, TINTS, Stop, Tint
from app.document.space import SRGB

RED, BLUE, CREAM = (180, 40, 40), (20, 40, 120), (250, 235, 200)
SCALE = np.linspace(0, 100, 201, dtype=np.float32)[None]

colors = st.tuples(*[st.integers(0, 255)] * 3)
lightnesses = st.lists(st.integers(0, 100), min_size=1, max_size=MOST_STOPS, unique=True).map(sorted)
tints = lightnesses.flatmap(
    lambda places: st.tuples(*[colors] * len(places)).map(
        lambda chosen: Tint(tuple(Stop(float(place), color) for place, color in zip(places, chosen, strict=True)))
    )
)


def ab_of(color: tuple[int, int, int]) -> np.ndarray:
    return rgb_to_lab(SRGB.decode(np.array([[color]], np.uint8)), SRGB)[0, 0, 1:]


def test_one_colour_is_the_same_everywhere() -> None:
    ab = Tint.of(RED).at(SCALE)
    assert ab.shape == (2, *SCALE.shape)
    assert ab.dtype == np.float32
    np.testing.assert_allclose(ab, np.broadcast_to(ab_of(RED)[:, None, None], ab.shape), atol=1e-3)


@given(tints)
def test_between_stops_the_colour_is_on_their_line_and_beyond_them_it_stays(tint: Tint) -> None:
    places = [stop.lightness for stop in tint.stops]
    ab = tint.at(SCALE)
    for channel in range(2):
        expected = np.interp(SCALE[0], places, [ab_of(stop.color)[channel] for stop in tint.stops])
        np.testing.assert_allclose(ab[channel, 0], expected, atol=2e-3)


def test_a_tritone_reaches_each_of_its_colours() -> None:
    tint = Tint((Stop(10, BLUE), Stop(50, RED), Stop(90, CREAM)))
    ab = tint.at(np.array([[10, 50, 90]], np.float32))
    for index, color in enumerate((BLUE, RED, CREAM)):
        np.testing.assert_allclose(ab[:, 0, index], ab_of(color), atol=1e-3)


def test_a_tile_of_a_photo_is_tinted_by_its_lightness_alone() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (40, 50)).astype(np.uint8)
    photo = Photo.from_rgb(grey)
    lightness = photo.space.lightness_of_codes(grey)
    tint = TINTS[0][1]
    assert tint.work(photo) is Work.NOTHING
    np.testing.assert_array_equal(tint.chroma(PhotoTile(photo, 0, 0, 0, lightness), None), tint.at(lightness))


@pytest.mark.parametrize(("name", "tint"), TINTS, ids=[name for name, _ in TINTS])
def test_ready_made_tints_are_seen_in_the_middle_and_rise_and_fall_gently(name: str, tint: Tint) -> None:
    assert name.strip() == name != ""
    chroma = np.hypot(*np.moveaxis(gamut_mapped_ab(SCALE, np.moveaxis(tint.at(SCALE), 0, 2), SRGB), 2, 0))[0]
    assert chroma[20:180].max() > 3
    assert np.abs(np.diff(chroma)).max() < 2  # per half a unit of L*: no edge where the photo has none


def test_names_of_ready_made_tints_are_unique() -> None:
    assert len({name for name, _ in TINTS}) == len({tint for _, tint in TINTS}) == len(TINTS)


@given(tints)
def test_settings_round_trip(tint: Tint) -> None:
    assert Tint.from_dict(tint.to_dict()) == tint
    assert hash(Tint.from_dict(tint.to_dict())) == hash(tint)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"stops": []},
        {"stops": 3},
        {"stops": [{"lightness": 50}]},
        {"stops": [{"lightness": 101, "color": "#123456"}]},
        {"stops": [{"lightness": "nan", "color": "#123456"}]},
        {"stops": [{"lightness": 50, "color": "red"}]},
        {"stops": [{"lightness": 50, "color": 7}]},
        {"stops": [{"lightness": 50, "color": "#123456"}] * 2},
        {"stops": [{"lightness": 60, "color": "#123456"}, {"lightness": 40, "color": "#123456"}]},
        {"stops": [{"lightness": place, "color": "#123456"} for place in range(1000)]},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"tint|colour"):
        Tint.from_dict(settings)


def test_codes_outside_a_byte_are_refused() -> None:
    with pytest.raises(ValueError, match="256"):
        Stop(50, (0, 256, 0))
