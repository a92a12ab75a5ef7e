"""Like this painting: chroma whose local statistics are those of the painting's most similar places.

Reinhard 2001 gives a whole picture one mean and one deviation. Here each place of the photo gets its own: those of
the painting's places of like lightness, contrast and colour. It is done from the largest places to the smallest, so
that the painting's large colour masses come first and its play of colours within them after.

Source of the first and the last step, a linear map between covariances: Pitié and Kokaram 2007, "The Linear
Monge-Kantorovitch Linear Colour Mapping for Example-Based Colour Transfer" (CVMP), here on a*b* alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from app.document.photo import fitted_size
from app.document.space import Floats

LONG_SIDE = 512
"""Longer side, in pixels, beyond which a photo or a painting should be made smaller first."""

_PLACES = (1 / 8, 1 / 20, 1 / 48)  # sigma of a place at each scale, as a share of the longer side
_SHARES = (0.7, 0.6, 0.5)  # of the way from the photo's local mean to the painting's, at each scale
_PHOTO_GRID, _PAINTING_GRID = 64, 40  # places along the longer side whose statistics are compared
_FEATURE_UNITS = (10.0, 0.6, 10.0, 10.0, 0.6)  # L*, doublings of contrast, a*, b*, share of the height: one step apart
_LEAST_CONTRAST = 1.0  # L*; below it all is even
_GAINS = (0.6, 1.8)  # how far a place's play of colours may be damped or stretched
_GUIDE_EPS = 36.0  # squared L*: the corrections have edges where lightness has edges of 6 and more
_LEAST_COVARIANCE = 16.0  # squared a*b*; a photo of less than this has hardly a colour that could be stretched
_MOST_STRETCH = 3.0  # of the colours' deviation, over the whole picture
_KNEE = 0.8  # of the painting's greatest chroma
_GRAIN = 1 / 80  # of the longer side: what is finer in the photo's chroma is noise of camera and file


def style_chroma(
    lightness: Floats,
    base_ab: Floats,
    painting_lightness: Floats,
    painting_ab: Floats,
    strength: float = 1.0,
) -> Floats:
    """(2, h, w) float32 a*b* of a photo painted like a painting.

    lightness: (h, w) L* 0..100 and base_ab: (2, h, w) a*b* of the photo, its own or the network's. The painting's
    likewise, of any size; :data:`LONG_SIDE` suffices for both. strength: 0..1, from the base to the style. The same
    pictures always give the same chroma. Raises ValueError for another strength or planes that do not fit together.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"the strength of a style is 0 to 1, not {strength}")
    for L, ab in ((lightness, base_ab), (painting_lightness, painting_ab)):
        if ab.shape != (2, *L.shape) or not L.size:
            raise ValueError(f"lightness {L.shape} and a*b* {ab.shape} do not belong together")
    base = np.asarray(base_ab, np.float32)
    lightness, painting_ab = np.asarray(lightness, np.float32), np.asarray(painting_ab, np.float32)
    painting_lightness = np.asarray(painting_lightness, np.float32)
    alike = _of_like_lightness(lightness, painting_lightness)
    ab = np.stack([_edge_aware(plane, lightness, _GRAIN * max(lightness.shape)) for plane in base])
    ab = _of_like_covariance(ab, painting_ab)
    for place, share in zip(_PLACES, _SHARES, strict=True):
        ab = _localised(lightness, alike, ab, painting_lightness, painting_ab, place, share)
    ab = _of_like_covariance(ab, painting_ab)
    ab = _within_the_palette(ab, painting_ab)
    return np.asarray(base + np.float32(strength) * (ab - base), np.float32)


@dataclass(frozen=True)
class _Places:
    """Statistics of a picture's places on a grid. features: (n, 5); mean, deviation: (n, 2) a*b*; size: (gh, gw)."""

    features: Floats
    mean: Floats
    deviation: Floats
    size: tuple[int, int]


def _places(lightness: Floats, ab: Floats, place: float, grid: int) -> _Places:
    height, width = lightness.shape
    sigma = max(0.6, place * max(height, width))
    size = fitted_size(height, width, min(grid, max(height, width)))
    planes = np.stack([lightness, *ab])
    means = np.stack([_blurred(plane, sigma) for plane in planes])
    squares = np.stack([_blurred((plane - mean) ** 2, sigma) for plane, mean in zip(planes, means, strict=True)])
    means, squares = (np.stack([_resized(plane, size) for plane in stack]) for stack in (means, squares))
    L, a, b = means
    deviations = np.sqrt(np.maximum(squares, 0))
    contrast = np.log2(np.maximum(deviations[0], np.float32(_LEAST_CONTRAST)))
    height_share = np.broadcast_to(np.linspace(0, 1, size[0], dtype=np.float32)[:, None], size)
    units = np.array(_FEATURE_UNITS, np.float32)
    features = np.stack([L, contrast, a, b, height_share], axis=-1).reshape(-1, 5).astype(np.float32) / units
    return _Places(features, means[1:].reshape(2, -1).T, deviations[1:].reshape(2, -1).T, size)


def _localised(
    lightness: Floats,
    alike: Floats,
    ab: Floats,
    painting_lightness: Floats,
    painting_ab: Floats,
    place: float,
    share: float,
) -> Floats:
    """a*b* whose local means and deviations have gone a share of the way to the painting's most similar places'."""
    photo = _places(alike, ab, place, _PHOTO_GRID)
    painting = _places(painting_lightness, painting_ab, place, _PAINTING_GRID)
    mean, deviation = _of_similar_places(photo, painting)
    gain = np.clip((deviation + 1) / (photo.deviation + 1), *_GAINS) ** np.float32(share)
    shift = (mean - photo.mean) * np.float32(share)
    sigma = max(0.6, place * max(lightness.shape))
    out = np.empty_like(ab)
    for channel, plane in enumerate(ab):
        local = _blurred(plane, sigma)
        wide_shift, wide_gain = (
            _edge_aware(_enlarged(values[:, channel].reshape(photo.size), plane.shape), lightness, sigma)
            for values in (shift, gain)
        )
        out[channel] = local + (plane - local) * wide_gain + wide_shift
    return out


def _of_similar_places(photo: _Places, painting: _Places) -> tuple[Floats, Floats]:
    """(n, 2) means and (n, 2) deviations of a*b*: for each place of the photo, those of places like it."""
    squared = (painting.features**2).sum(axis=1) - 2 * photo.features @ painting.features.T
    squared -= squared.min(axis=1, keepdims=True)  # the most similar counts whole, however unlike it is
    weights = np.asarray(cv2.exp(np.float32(-1.0) * squared), np.float32)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ painting.mean, weights @ painting.deviation


def _of_like_lightness(lightness: Floats, painting: Floats) -> Floats:
    """The photo's L* with the painting's distribution: its shadows are compared with shadows, lights with lights."""
    levels = np.linspace(0, 1, 65)
    own, other = np.quantile(lightness, levels), np.quantile(painting, levels)
    values, index = np.unique(own, return_inverse=True)
    means = np.bincount(index, other) / np.bincount(index)
    return np.asarray((np.interp(lightness, values, means) + lightness) / 2, np.float32)


def _of_like_covariance(ab: Floats, painting_ab: Floats) -> Floats:
    """a*b* moved linearly so that mean and covariance are the painting's, with the least movement that does it."""
    pixels = ab.reshape(2, -1).astype(np.float64)
    own, other = np.cov(pixels, bias=True), np.cov(painting_ab.reshape(2, -1).astype(np.float64), bias=True)
    own += np.eye(2) * _LEAST_COVARIANCE
    root = _square_root(own)
    inverse = np.linalg.inv(root)
    matrix = inverse @ _square_root(root @ (other + np.eye(2) * _LEAST_COVARIANCE) @ root) @ inverse
    stretch, axes = np.linalg.eigh(matrix)
    matrix = (axes * np.minimum(stretch, _MOST_STRETCH)) @ axes.T
    mean, new_mean = pixels.mean(axis=1, keepdims=True), painting_ab.reshape(2, -1).mean(axis=1, keepdims=True)
    return np.asarray(matrix @ (pixels - mean) + new_mean, np.float32).reshape(ab.shape)


def _square_root(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of a symmetric matrix without negative eigenvalues."""
    values, axes = np.linalg.eigh(matrix)
    return np.asarray((axes * np.sqrt(np.maximum(values, 0))) @ axes.T, np.float64)


def _within_the_palette(ab: Floats, painting_ab: Floats) -> Floats:
    """No colour is more vivid than the painting's most vivid ones: beyond most of their chroma it bends softly."""
    most = np.float32(np.quantile(np.hypot(*painting_ab), 0.995) + 1)
    chroma = np.maximum(np.hypot(*ab), np.float32(1e-6))
    knee = np.float32(_KNEE) * most
    over, rest = np.maximum(chroma - knee, np.float32(0)), most - knee
    return np.asarray(ab * ((np.minimum(chroma, knee) + over * rest / (rest + over)) / chroma), np.float32)


def _edge_aware(plane: Floats, lightness: Floats, sigma: float) -> Floats:
    """Smoothed over a place, but not across edges of lightness (guided filter: He, Sun and Tang 2013)."""
    return np.asarray(cv2.ximgproc.guidedFilter(lightness, plane, max(1, round(2 * sigma)), _GUIDE_EPS), np.float32)


def _blurred(plane: Floats, sigma: float) -> Floats:
    """Gaussian; a wide one is taken of a smaller picture, where it costs little."""
    factor = max(1, int(sigma / 3))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)
    small = _resized(plane, (-(-plane.shape[0] // factor), -(-plane.shape[1] // factor)))
    return _enlarged(_blurred(small, sigma / factor), plane.shape)


def _resized(plane: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(plane, size[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _enlarged(plane: Floats, size: tuple[int, ...]) -> Floats:
    return np.asarray(cv2.resize(plane, (size[1], size[0]), interpolation=cv2.INTER_LINEAR), np.float32)
