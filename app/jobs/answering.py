"""One answer of the network for one layer: from mask and hints to a chroma field at any size.

Pure functions between the document and the model, without Qt: the live worker and the command line call the same ones,
so a layer refreshed in the window equals what ``huebrush colorize`` writes for the same mask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.chroma import GUIDE_LONG_SIDE, Chroma, ChromaField, fit, merge, support_of
from app.document.geometry import Rect
from app.document.layer import DocumentState, Hint, LayerState, hint_raster
from app.document.photo import Photo, fitted_size
from app.document.sources.neural import Neural
from app.document.sources.source import ColourSource, Work
from app.jobs.crop import PhotoViews, View, laid_out, on_grid, view_for
from app.jobs.settling import settle
from model.colorizer import LONG_SIDE, Colorizer


@dataclass(frozen=True, eq=False)
class PhotoLight:
    """What the network sees of a photo: L* at network size, L* at guide size. Arrays are kept and never changed."""

    photo: Photo
    small: NDArray[np.float32]
    guide: NDArray[np.float32]
    views: PhotoViews

    @classmethod
    def of(cls, photo: Photo, long_side: int = LONG_SIDE) -> PhotoLight:
        views = PhotoViews(photo)
        small = views.whole(fitted_size(photo.height, photo.width, long_side))
        return cls(photo, small, photo.lightness_at(GUIDE_LONG_SIDE), views)

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the photo."""
        return self.photo.height, self.photo.width


class Kept(NamedTuple):
    """What is already painted: its chroma, the hints it was made with, and the field on screen."""

    chroma: Chroma | None = None
    hints: tuple[Hint, ...] = ()
    field: ChromaField | None = None


NOTHING_KEPT = Kept()


class Answer(NamedTuple):
    """The chroma of a layer, its field, and the photo pixels whose colour may differ from what was kept."""

    chroma: Chroma | None
    field: ChromaField
    changed: Rect


def full_answer(colorizer: Colorizer, light: PhotoLight) -> ChromaField:
    """The colours of the whole photo without any hint: what a first stroke shows before it is answered."""
    h, w = light.small.shape
    ab = colorizer.colorize(
        light.small, np.ones((h, w), np.uint8), np.zeros((2, h, w), np.float32), np.zeros((h, w), np.uint8)
    )
    return fit(Chroma.of(ab, np.ones((h, w), np.uint8)), light.guide, light.size)


def answer(
    colorizer: Colorizer,
    light: PhotoLight,
    layer: LayerState,
    *,
    kept: Kept = NOTHING_KEPT,
    ambient: ChromaField | None = None,
) -> Answer:
    """Ask the network for a layer's colours.

    Painted colour stays: where ``kept`` has chroma and its hints are the same, it is not touched; new places are
    shifted to meet it. ``ambient`` is the field beyond the mask. Where kept chroma already covers the mask, the
    network is not run at all.
    """
    view = view_for(layer.coverage.presence(*light.small.shape), light.size)
    grid = view.grid
    if kept.chroma is not None:
        # What is painted stays as it is, so whatever comes is laid out on its grid; a coarse grid is worth no crop.
        grid = kept.chroma.support.shape[0], kept.chroma.support.shape[1]
        view = view if max(view.grid) <= max(grid) else View.whole(light.small.shape[0], light.small.shape[1])
    support = support_of(layer.coverage.presence(*grid))
    hint_ab, hint_mask = hint_raster(layer.hints, light.size, grid)
    hint_mask &= support
    pinned = _pinned(kept, light, layer.hints, hint_ab, hint_mask, support)
    if not support.any() and ambient is not None:
        return Answer(None, *settle(ambient, kept.field))
    if pinned is not None and not np.any(support > pinned.support):
        chroma = pinned
    else:
        new = _seen(colorizer, light, layer, view, grid, support)
        chroma = _joined(pinned, _with_hints(new, hint_ab, hint_mask), hint_mask)
    fallback = None if ambient is None else on_grid(ambient, grid)
    return Answer(chroma, *settle(fit(chroma, light.guide, light.size, fallback=fallback), kept.field))


def _seen(
    colorizer: Colorizer,
    light: PhotoLight,
    layer: LayerState,
    view: View,
    grid: tuple[int, int],
    support: NDArray[np.uint8],
) -> Chroma:
    """What the network answers in a view, as chroma of the whole photo at a grid."""
    place = view.rect.slices
    shown = support_of(layer.coverage.presence(*view.grid))[place]
    hint_ab, hint_mask = hint_raster(layer.hints, light.size, view.grid)
    hint_ab, hint_mask = np.ascontiguousarray(hint_ab[:, *place]), hint_mask[place] & shown
    ab = _asked(colorizer, light.views.lightness(view), shown, hint_ab, hint_mask, layer.source)
    return laid_out(ab, shown, view, light.views, grid, support)


def _with_hints(chroma: Chroma, hint_ab: NDArray[np.float32], hint_mask: NDArray[np.uint8]) -> Chroma:
    """The chroma with the hints exact, also on a finer grid than the network's."""
    return Chroma.of(np.where(hint_mask > 0, hint_ab, chroma.ab), chroma.support) if hint_mask.any() else chroma


def _asked(
    colorizer: Colorizer,
    L: NDArray[np.float32],
    support: NDArray[np.uint8],
    hint_ab: NDArray[np.float32],
    hint_mask: NDArray[np.uint8],
    source: ColourSource,
) -> NDArray[np.float32]:
    """The network's chroma, (2, h, w). A hint speaks for the painted region it lies in, never for one apart from it."""
    colorize: Callable[..., NDArray[np.float32]] = colorizer.colorize
    if isinstance(source, Neural):
        colorize = partial(colorizer.colorize, vividness=source.vividness)
        if source.choice:
            colorize = partial(colorizer.alternative, choice=source.choice, vividness=source.vividness)
    if not hint_mask.any():
        return colorize(L, support, hint_ab, hint_mask)
    _, regions = cv2.connectedComponents(support, connectivity=8)
    told = (np.isin(regions, np.unique(regions[hint_mask > 0])) & (support > 0)).astype(np.uint8)
    ab = colorize(L, told, hint_ab, hint_mask)
    untold = support - told
    if untold.any():
        ab = np.where(untold > 0, colorize(L, untold, 0 * hint_ab, 0 * hint_mask), ab)
    return ab


def _joined(pinned: Chroma | None, new: Chroma, hint_mask: NDArray[np.uint8]) -> Chroma:
    """The new answer around what is pinned. A colour that was asked for is no measure of what its neighbours should
    have: only colours the network chose are met smoothly."""
    if pinned is None or not hint_mask.any():
        return merge(pinned, new)
    chosen = pinned.support & (1 - hint_mask)
    joined = merge(Chroma.of(pinned.ab, chosen), new).ab if chosen.any() else new.ab
    stays = pinned.support > 0
    ab = np.where(hint_mask > 0, new.ab, joined)
    return Chroma.of(np.where(stays, pinned.ab, ab), pinned.support | new.support)


def with_colours(
    colorizer: Callable[[], Colorizer], photo: Photo, state: DocumentState, long_side: int = LONG_SIDE
) -> DocumentState:
    """The state with every layer answered from scratch; what the command line exports.

    `colorizer` gives the network; it is not asked where no layer needs one.
    """
    from app.jobs.scribbling import LONG_SIDES, Scribbler
    from app.jobs.styling import Styler

    light = PhotoLight.of(photo, long_side)
    layers = []
    for layer in state.layers:
        work = Work.NOTHING if layer.coverage.is_empty else layer.source.work(photo)
        if work is Work.NETWORK:
            told = answer(colorizer(), light, layer)
            layer = layer.answered(told.chroma, told.field)
        elif work is Work.STYLE:
            ambient = full_answer(colorizer(), light) if photo.source is None else None
            told = Styler(light).answer(layer, ambient)
            layer = layer.answered(told.chroma, told.field)
        elif work is Work.SOLVER:
            told = Scribbler(light).answer(layer, LONG_SIDES[-1])
            layer = layer.answered(told.chroma, told.field)
        layers.append(layer)
    return replace(state, layers=tuple(layers))


def _pinned(
    kept: Kept,
    light: PhotoLight,
    hints: tuple[Hint, ...],
    hint_ab: NDArray[np.float32],
    hint_mask: NDArray[np.uint8],
    support: NDArray[np.uint8],
) -> Chroma | None:
    """The kept chroma without the surroundings of hints that came, went or changed.

    A stroke of colour leaves what lies beside it; a dab is there to spread, so all of the painted region is let go
    that one came to or went from.
    """
    if kept.chroma is None:
        return None
    old_ab, old_mask = hint_raster(kept.hints, light.size, hint_mask.shape)
    differs = (old_mask != hint_mask) | (np.abs(old_ab - hint_ab).max(axis=0) > 0)
    if not differs.any():
        return kept.chroma
    let_go = support_of(differs.astype(np.uint8))
    dabs = [hint for hint in {*hints} ^ {*kept.hints} if not hint.disc]
    if dabs:
        _, dabbed = hint_raster(dabs, light.size, hint_mask.shape)
        _, regions = cv2.connectedComponents(support | kept.chroma.support, connectivity=8)
        let_go |= np.isin(regions, np.unique(regions[(dabbed > 0) & (regions > 0)])).astype(np.uint8)
    stays = kept.chroma.support * (1 - let_go)
    return Chroma.of(kept.chroma.ab, stays) if stays.any() else None
