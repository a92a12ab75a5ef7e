"""Fields that hardly change do not change at all, and what was drawn of them is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.document.chroma import Chroma, ChromaField, fit
from app.document.composite import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.photo import Photo
from app.document.tiles import TileMask
from app.jobs.settling import settle

SIZE = (700, 1000)


@pytest.fixture
def photo() -> Photo:
    return Photo.from_rgb(np.random.default_rng(1).integers(0, 255, SIZE, np.uint8))


def field_of(photo: Photo, patch: float) -> ChromaField:
    """Orange everywhere, but for a patch near the lower right corner."""
    ab = np.empty((2, 179, 256), np.float32)
    ab[0], ab[1] = 30, 50
    ab[:, 150:160, 220:235] += patch
    return fit(Chroma.of(ab, np.ones((179, 256), np.uint8)), photo.lightness_at(1024), SIZE)


def test_only_the_changed_part_moves(photo: Photo) -> None:
    old, new = field_of(photo, 0), field_of(photo, 20)
    settled, changed = settle(new, old)
    assert changed.x > 700
    assert changed.y > 400
    assert changed.contains(Rect(int(225 * 1000 / 256), int(155 * 700 / 179), 2, 2))
    lightness = photo.space.lightness_of_codes(photo.grey[:256, :256])
    assert np.array_equal(settled.evaluate_tile(lightness, 0, 0, 0), old.evaluate_tile(lightness, 0, 0, 0))
    corner = photo.space.lightness_of_codes(photo.grey[512:, 768:])
    difference = settled.evaluate_tile(corner, 0, 2, 3) - new.evaluate_tile(corner, 0, 2, 3)
    assert np.abs(difference).max() < 0.1


def test_a_change_too_small_to_see_is_none(photo: Photo) -> None:
    old = field_of(photo, 0)
    settled, changed = settle(field_of(photo, 0), old)
    assert settled is old
    assert changed.is_empty


def test_the_first_answer_changes_everything(photo: Photo) -> None:
    _, changed = settle(field_of(photo, 0), None)
    assert changed == Rect(0, 0, 1000, 700)


def test_drawn_tiles_are_kept_where_the_field_is_the_same(photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    compositor = Compositor(photo)
    state = Document(photo).state
    full = replace(state.layer, mask=TileMask.full(*SIZE))
    old, new = field_of(photo, 0), field_of(photo, 20)
    compositor.region(state.with_layer(0, replace(full, field=old)), 0, Rect(0, 0, 1000, 700))
    settled, _ = settle(new, old)
    drawn: list[tuple[int, int]] = []
    evaluate = ChromaField.evaluate_tile

    def counting(self: ChromaField, lightness: np.ndarray, level: int, ty: int, tx: int) -> np.ndarray:
        drawn.append((ty, tx))
        return evaluate(self, lightness, level, ty, tx)

    monkeypatch.setattr(ChromaField, "evaluate_tile", counting)
    after = state.with_layer(0, replace(full, field=settled))
    codes = compositor.region(after, 0, Rect(0, 0, 1000, 700))
    assert set(drawn) <= {(1, 3), (2, 2), (2, 3), (1, 2)}
    assert drawn
    assert np.array_equal(codes, Compositor(photo).region(after, 0, Rect(0, 0, 1000, 700)))
