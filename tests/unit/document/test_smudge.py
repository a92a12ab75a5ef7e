"""Smudging painted colours, against a naive finger: whole arrays of float64, one dab after the other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.brush import Brush, Touch
from app.document.document import Document
from app.document.layer import DocumentState, LayerState
from app.document.photo import Photo
from app.document.sources.painted import Painted
from app.document.tiles import TileMask
from tests.unit.document.test_colour_stroke import HEIGHT, WIDTH, chroma_of, document, photo, planes_of

Reals = NDArray[np.float64]

MIDDLE = WIDTH // 2


class NaiveFinger:
    """Premultiplied colours in whole arrays; a hard tip, of which only the middle and the far outside are compared."""

    def __init__(self, before: DocumentState, brush: Brush) -> None:
        self.brush = brush
        self.mask = before.layer.mask.to_array() / 255
        self.ab = planes_of(before.layer)[:2].astype(np.float64)
        self.clip = np.ones_like(self.mask) if before.selection is None else before.selection.to_array() / 255
        self.carried: Reals | None = None

    def seen(self, x: int, y: int, reach: int) -> Reals:
        """(3, 2 reach, 2 reach) a* M, b* M, M around a place, 0 beyond the photo."""
        planes = np.concatenate([self.ab * self.mask, self.mask[None]])
        padded = np.pad(planes, ((0, 0), (reach, reach), (reach, reach)))
        return padded[:, y : y + 2 * reach, x : x + 2 * reach]

    def dab(self, x: float, y: float, strength: float) -> None:
        reach, radius = math.ceil(self.brush.radius + 0.5) + 1, self.brush.radius
        x, y = round(x * 8) / 8, round(y * 8) / 8
        column, row = math.floor(x), math.floor(y)
        below = self.seen(column, row, reach)
        if self.carried is None:
            self.carried = below
            return
        self.carried = strength * self.carried + (1 - strength) * below
        side = np.arange(-reach, reach) + 0.5
        distance = np.hypot(side[None, :] - (x - column), side[:, None] - (y - row))
        core = min(self.brush.hardness * radius, radius - 0.5)
        v = np.clip((radius + 0.5 - distance) / (radius + 0.5 - core), 0, 1)
        smooth, blend = v**3 * (10 + v * (6 * v - 15)), min(max(radius - 0.5 - core, 0), 1)
        tip = blend * smooth + (1 - blend) * v
        for i, j in np.ndindex(*tip.shape):
            py, px = row - reach + i, column - reach + j
            if not (tip[i, j] and 0 <= py < HEIGHT and 0 <= px < WIDTH and self.mask[py, px]):
                continue
            k = tip[i, j] * self.clip[py, px]
            weight = (1 - k) * self.mask[py, px] + k * self.carried[2, i, j]
            if weight > 1e-9:
                mixed = (1 - k) * self.mask[py, px] * self.ab[:, py, px] + k * self.carried[:2, i, j]
                self.ab[:, py, px] = mixed / weight


def two_halves(left: tuple[float, float] = (60, 20), right: tuple[float, float] | None = (-50, 40)) -> Document:
    """One colour left of the middle, another, or nothing painted at all, right of it; a mask over all of it."""
    planes = np.zeros((3, HEIGHT, WIDTH), np.float16)
    for colour, half in ((left, slice(MIDDLE)), (right, slice(MIDDLE, None))):
        if colour is not None:
            planes[:2, :, half] = np.array(colour)[:, None, None]
            planes[2, :, half] = 1
    layer = LayerState("Paint", TileMask.full(HEIGHT, WIDTH), source=Painted(chroma_of(planes)))
    return Document(photo(), DocumentState((layer,)))


def drag(made: Document, touches: list[Touch], brush: Brush, cut: int = 1) -> None:
    made.begin_smudge(brush)
    for i in range(0, len(touches), cut):
        made.extend_stroke(touches[i : i + cut])
    made.commit_stroke()


@settings(max_examples=25)
@given(
    radius=st.floats(2, 14),
    hardness=st.floats(0, 1),
    strength=st.floats(0.05, 1),
    start=st.tuples(st.integers(-5, 355), st.integers(-5, 295)),
    turn=st.sampled_from([(1, 0), (0, -1), (-1, 0), (0, 1)]),
    steps=st.integers(1, 14),
    mask=st.sampled_from(["full", "noise"]),
    clipped=st.booleans(),
)
@example(  # the tip brings next to nothing, with all its strength
    radius=2.0, hardness=1.0, strength=1.0, start=(1, 1), turn=(-1, 0), steps=1, mask="noise", clipped=False
)
def test_it_does_what_a_finger_does(
    radius: float,
    hardness: float,
    strength: float,
    start: tuple[int, int],
    turn: tuple[int, int],
    steps: int,
    mask: str,
    clipped: bool,
) -> None:
    made = document(mask, "noise", clipped=clipped)
    brush = Brush(radius, hardness, strength)
    before, old = made.state, planes_of(made.state.layer)
    finger = NaiveFinger(before, brush)
    step = max(radius / 4, 0.5)  # an eighth of the diameter
    places = [(start[0] + turn[0] * step * i, start[1] + turn[1] * step * i) for i in range(steps + 1)]
    outside = [not (0 <= x < WIDTH and 0 <= y < HEIGHT) for x, y in places]
    if any(outside):  # far enough away nothing is carried any more, and the tip need not come along
        return
    for place in places:
        finger.dab(*place, strength)
    end = places[-1]
    drag(made, [Touch(*places[0]), Touch(end[0] + turn[0] * step / 2, end[1] + turn[1] * step / 2)], brush)
    new = planes_of(made.state.layer)
    np.testing.assert_allclose(new[:2], finger.ab, atol=0.25)
    assert made.state.layer.mask is before.layer.mask
    bare = (finger.mask == 0) | (finger.clip == 0)
    np.testing.assert_array_equal(new[:, bare], old[:, bare])
    after = made.state
    if made.undo():
        assert made.state is before
        assert made.redo()
        assert made.state is after


def test_colour_is_dragged_the_way_the_finger_goes() -> None:
    made = two_halves()
    before = planes_of(made.state.layer)
    drag(made, [Touch(150, 100), Touch(230, 100)], Brush(20, 0.5, 0.9))
    after = planes_of(made.state.layer)
    assert after[0, 100, 195] > before[0, 100, 195] + 30, "red has come over the border"
    np.testing.assert_array_equal(after[:, 100, :140], before[:, 100, :140])
    np.testing.assert_array_equal(after[:, 130:], before[:, 130:])
    assert after[0].max() <= 60
    assert after[0].min() >= -50
    assert made.history.names == ("Smudge",)


def test_the_stronger_the_farther() -> None:
    reached = []
    for strength in (0.3, 0.6, 0.9, 1.0):
        made = two_halves()
        drag(made, [Touch(150, 100), Touch(330, 100)], Brush(20, 0.5, strength))
        reached.append(int(np.count_nonzero(planes_of(made.state.layer)[0, 100, MIDDLE:] > -45)))
    assert reached == sorted(reached)
    assert reached[0] > 5
    assert reached[-1] > 150


def test_no_strength_moves_nothing_and_is_no_step() -> None:
    made = two_halves()
    before = made.state
    drag(made, [Touch(150, 100), Touch(230, 100)], Brush(20, 1.0, 0.0))
    assert made.state is before
    assert not made.can_undo


def test_within_one_colour_nothing_changes_to_the_last_bit() -> None:
    made = two_halves((33, -12), (33, -12))
    before = made.state
    drag(made, [Touch(50, 100), Touch(300, 200)], Brush(30, 0.2, 0.7))
    assert made.state is before


def test_colour_from_outside_the_mask_stays_outside() -> None:
    """What the eraser has bared is not seen, so the finger does not pick it up."""
    made = two_halves()
    made.begin_stroke(Brush(400), erase=True)
    made.extend_stroke([(MIDDLE - 400, 0), (MIDDLE - 400, HEIGHT)])
    made.commit_stroke()
    before = planes_of(made.state.layer)
    drag(made, [Touch(100, 100), Touch(260, 100)], Brush(20, 0.5, 0.9))
    np.testing.assert_allclose(planes_of(made.state.layer), before, atol=0.05)


def test_what_is_grey_in_the_mask_greys_and_is_coloured_gently() -> None:
    made = two_halves(right=None)
    drag(made, [Touch(MIDDLE - 20, 100), Touch(MIDDLE + 20, 100)], Brush(15, 0.5, 0.8))
    along = planes_of(made.state.layer)[0, 100, MIDDLE - 20 : MIDDLE + 40].astype(float)
    assert along[0] == 60
    assert along[-1] == 0
    assert along[20] > 20
    assert np.abs(np.diff(along)).max() < 12, "no step from colour to grey"
    drag(made, [Touch(MIDDLE + 60, 200), Touch(MIDDLE - 20, 200)], Brush(15, 0.5, 0.9))
    assert planes_of(made.state.layer)[0, 200, MIDDLE - 15] < 40


def test_how_a_drag_is_cut_into_calls_is_not_seen() -> None:
    path = [Touch(40 + 35 * i, 60 + 30 * (i % 3), 1.0, 0.4 + 0.05 * i) for i in range(8)]
    whole, cut = document("noise", "noise"), document("noise", "noise")
    drag(whole, path, Brush(24, 0.3, 0.8), cut=8)
    drag(cut, path, Brush(24, 0.3, 0.8))
    np.testing.assert_array_equal(planes_of(whole.state.layer), planes_of(cut.state.layer))


def test_it_shows_while_it_goes_on_and_can_be_given_up() -> None:
    made = two_halves()
    before = made.state
    told: list[object] = []
    made.changed.connect(told.append)
    made.begin_smudge(Brush(20, 1.0, 0.9))
    assert made.extend_stroke([(160, 100)]).is_empty
    rect = made.extend_stroke([(200, 100)])
    assert told == [rect]
    changed = (planes_of(made.state.layer) != planes_of(before.layer)).any(axis=0)
    assert changed.any()
    changed[rect.slices] = False
    assert not changed.any()
    made.abort_stroke()
    assert made.state is before


def test_an_edge_aware_finger_stays_in_its_region() -> None:
    made = document("full", "noise")
    grey = np.full((HEIGHT, WIDTH), 60, np.uint8)
    grey[:, MIDDLE:] = 200
    made = Document(Photo.from_rgb(grey), made.state)
    before = planes_of(made.state.layer)
    drag(made, [Touch(MIDDLE - 15, 60), Touch(MIDDLE - 10, 200)], Brush(24, 1.0, 0.8, edge=1.0))
    changed = (planes_of(made.state.layer) != before).any(axis=0)
    assert changed[70:200, MIDDLE - 20 : MIDDLE - 2].mean() > 0.9
    assert not changed[:, MIDDLE + 2 :].any()


def test_what_cannot_be_smudged_is_refused() -> None:
    neural = Document(photo())
    with pytest.raises(ValueError, match="painted"):
        neural.begin_smudge(Brush(20))
    locked = document("full", locked=True)
    with pytest.raises(RuntimeError, match="locked"):
        locked.begin_smudge(Brush(20))
    assert not neural.is_painting
