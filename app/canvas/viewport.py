"""Where the photo lies in the window: pure arithmetic between photo pixels and device pixels.

All view coordinates are *device* pixels (logical pixels times the screen's pixel ratio), so that 100 % shows one photo
pixel per device pixel on every screen. A viewport is a value: each movement returns a new one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from app.document.geometry import Point, Rect

MAX_SCALE = 64.0
"""Device pixels per photo pixel at the closest zoom."""

SMALLEST_SIDE = 24.0
"""The photo's long side never gets shorter than this many device pixels."""

KEPT_VISIBLE = 48.0
"""At least this many device pixels of the photo (or all of it, if smaller) stay inside the view in every direction."""

FIT_MARGIN = 16
"""Device pixels left free on each side of a fitted photo."""

MAX_FIT_SCALE = 3.0

SNAP_DEGREES = 15.0

ZOOM_STOPS = tuple(sorted({2.0**k for k in range(-12, 7)} | {1.5 * 2.0**k for k in range(-3, 5)}))
"""The scales that the zoom keys walk through."""


class Axes(NamedTuple):
    """Where the photo's axes point in the view: unit vectors (right_x, right_y) and (down_x, down_y)."""

    right_x: float
    right_y: float
    down_x: float
    down_y: float


@lru_cache(maxsize=256)
def _axes(rotation: float, mirrored: bool) -> Axes:
    turns, rest = divmod(rotation, 90.0)
    if rest:
        cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    else:  # exactly, or 100 % would not be pixel for pixel
        cos, sin = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(turns) % 4]
    return Axes(-cos, -sin, -sin, cos) if mirrored else Axes(cos, sin, -sin, cos)


def normalized(degrees: float) -> float:
    """The same angle in 0 <= degrees < 360."""
    rest = math.fmod(degrees, 360.0)
    rest = rest + 360.0 if rest < 0 else rest
    return 0.0 if rest >= 360.0 else rest


def snapped_rotation(degrees: float, step: float = SNAP_DEGREES) -> float:
    """The nearest whole multiple of ``step`` degrees, in 0 <= degrees < 360."""
    return normalized(round(degrees / step) * step)


@dataclass(frozen=True)
class Viewport:
    """A photo of ``photo_width`` x ``photo_height`` pixels seen through ``view_width`` x ``view_height`` device pixels.

    ``scale`` is device pixels per photo pixel. The photo is mirrored left to right, if ``mirrored``, and then turned
    clockwise by ``rotation``, 0 <= degrees < 360. (``origin_x``, ``origin_y``) is where its top left corner lies in the
    view: at right angles on whole device pixels, so that at 100 % every photo pixel covers exactly one of them.
    """

    photo_width: int
    photo_height: int
    view_width: int
    view_height: int
    scale: float = 1.0
    origin_x: float = 0.0
    origin_y: float = 0.0
    rotation: float = 0.0
    mirrored: bool = False

    # -- between photo and view ----------------------------------------------------------------------------------

    @property
    def axes(self) -> Axes:
        """Where the photo's axes point in the view."""
        return _axes(self.rotation, self.mirrored)

    def to_photo(self, x: float, y: float) -> Point:
        """Device pixels in the view to photo pixels; both count from the corner, so a pixel's centre is at +0.5."""
        axes = self.axes
        dx, dy = (x - self.origin_x) / self.scale, (y - self.origin_y) / self.scale
        return axes.right_x * dx + axes.right_y * dy, axes.down_x * dx + axes.down_y * dy

    def to_view(self, x: float, y: float) -> Point:
        """Photo pixels to device pixels in the view: the inverse of :meth:`to_photo`."""
        axes = self.axes
        return (
            (axes.right_x * x + axes.down_x * y) * self.scale + self.origin_x,
            (axes.right_y * x + axes.down_y * y) * self.scale + self.origin_y,
        )

    def transform(self) -> tuple[float, float, float, float, float, float]:
        """:meth:`to_view` as (m11, m12, m21, m22, dx, dy): x' = m11·x + m21·y + dx, y' = m12·x + m22·y + dy."""
        right_x, right_y, down_x, down_y = (part * self.scale for part in self.axes)
        return right_x, right_y, down_x, down_y, self.origin_x, self.origin_y

    def angle_in_view(self, degrees: float) -> float:
        """How far clockwise a line appears turned that is turned clockwise by ``degrees`` in the photo, 0..360."""
        return normalized(self.rotation + (180.0 - degrees if self.mirrored else degrees))

    @property
    def is_square(self) -> bool:
        """Whether the photo's edges run along the view's: it is turned by a multiple of 90°."""
        return self.rotation % 90.0 == 0.0

    @property
    def lies_sideways(self) -> bool:
        """Whether the photo's rows run rather down than across the view."""
        return abs(self.axes.right_y) > abs(self.axes.right_x)

    # -- what is seen --------------------------------------------------------------------------------------------

    @property
    def level(self) -> int:
        """The mip level to draw from: the coarsest that still has at least one pixel per device pixel."""
        return max(0, math.floor(math.log2(1.0 / self.scale)))

    @property
    def min_scale(self) -> float:
        """The smallest scale: the whole photo with room around it, but never a mere dot."""
        return min(1.0, SMALLEST_SIDE / max(self.photo_width, self.photo_height, 1))

    @property
    def fit_scale(self) -> float:
        """The scale at which the whole photo just fits into the view; small ones are enlarged, but not to blocks."""
        return min(MAX_FIT_SCALE, self._filling(self.photo_width, self.photo_height, FIT_MARGIN))

    def _filling(self, width: float, height: float, margin: int) -> float:
        """The scale at which a rectangle of photo pixels just fits into the view with a margin of device pixels."""
        across, down = self._bounds(width, height)
        return min(max(1, self.view_width - 2 * margin) / across, max(1, self.view_height - 2 * margin) / down)

    def _bounds(self, width: float, height: float) -> tuple[float, float]:
        """(width, height) of the upright box round a photo rectangle at scale 1."""
        axes = self.axes
        return (
            width * abs(axes.right_x) + height * abs(axes.down_x),
            width * abs(axes.right_y) + height * abs(axes.down_y),
        )

    def photo_in_view(self) -> tuple[float, float, float, float]:
        """The upright box round the photo in the view: left, top, width, height in device pixels."""
        corners = [self.to_view(x, y) for x in (0, self.photo_width) for y in (0, self.photo_height)]
        width, height = self._bounds(self.photo_width, self.photo_height)
        return min(x for x, _ in corners), min(y for _, y in corners), width * self.scale, height * self.scale

    def view_in_photo(self) -> tuple[Point, Point, Point, Point]:
        """The view's corners in photo pixels, clockwise from its top left; they may lie off the photo."""
        right, bottom = self.view_width, self.view_height
        return self.to_photo(0, 0), self.to_photo(right, 0), self.to_photo(right, bottom), self.to_photo(0, bottom)

    def visible(self, level: int) -> Rect:
        """The smallest rectangle of mip ``level``, clipped to the photo, with all that the view shows; perhaps empty.

        While the photo is turned by an odd angle it holds corners that are not seen: see :meth:`shows`.
        """
        step = 2.0**level
        columns, rows = math.ceil(self.photo_width / step), math.ceil(self.photo_height / step)
        corners = self.view_in_photo()
        left, top = (max(0, math.floor(min(c[i] for c in corners) / step)) for i in (0, 1))
        right, bottom = (min(n, math.ceil(max(c[i] for c in corners) / step)) for i, n in ((0, columns), (1, rows)))
        return Rect(left, top, max(0, right - left), max(0, bottom - top))

    def shows(self, rect: Rect, level: int) -> bool:
        """Whether any of ``rect`` at mip ``level`` is seen."""
        left, top, width, height = self.covering(rect, level)
        apart = left >= self.view_width or top >= self.view_height or left + width <= 0 or top + height <= 0
        return not apart and (self.is_square or not rect.intersect(self.visible(level)).is_empty)

    def fills(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether the photo covers all of a rectangle of device pixels, and a little more."""
        room = 1.0 / self.scale
        corners = [self.to_photo(x, y) for x in (left, right) for y in (top, bottom)]
        return all(room <= x <= self.photo_width - room and room <= y <= self.photo_height - room for x, y in corners)

    def covering(self, rect: Rect, level: int = 0, margin: float = 1.0) -> tuple[int, int, int, int]:
        """The whole device pixels touched when ``rect`` at mip ``level`` is redrawn: left, top, width, height.

        ``margin`` counts mip pixels: interpolation lets a pixel shine into its neighbours.
        """
        step = 2.0**level
        xs = (rect.x - margin) * step, (rect.x + rect.width + margin) * step
        ys = (rect.y - margin) * step, (rect.y + rect.height + margin) * step
        corners = [self.to_view(x, y) for x in xs for y in ys]
        left, top = math.floor(min(x for x, _ in corners)), math.floor(min(y for _, y in corners))
        right, bottom = math.ceil(max(x for x, _ in corners)), math.ceil(max(y for _, y in corners))
        return left, top, right - left, bottom - top

    # -- movements -----------------------------------------------------------------------------------------------

    @property
    def middle(self) -> Point:
        """The view's centre."""
        return self.view_width / 2, self.view_height / 2

    def fitted(self) -> Viewport:
        """The whole photo, centred."""
        return replace(self, scale=self.fit_scale).centred()

    def centred(self) -> Viewport:
        """The photo's centre in the view's centre."""
        return self._pinned((self.photo_width / 2, self.photo_height / 2), self.middle)._aligned()

    def centred_on(self, x: float, y: float) -> Viewport:
        """The photo point (``x``, ``y``) in the view's centre."""
        return self._pinned((x, y), self.middle).settled()

    def scaled_to(self, scale: float, x: float, y: float) -> Viewport:
        """Zoomed to ``scale`` with the photo point at view position (``x``, ``y``) staying there (within a pixel)."""
        scale = min(MAX_SCALE, max(self.min_scale, scale))
        # Steps of a wheel come to 100 % but for a rounding error, and only at exactly that nothing has to be scaled.
        scale = next((stop for stop in ZOOM_STOPS if math.isclose(stop, scale, rel_tol=1e-9)), scale)
        return replace(self, scale=scale)._pinned(self.to_photo(x, y), (x, y)).settled()

    def filled_with(self, x0: float, y0: float, x1: float, y1: float) -> Viewport:
        """As close as the whole photo rectangle between two corners can be seen, in the view's centre."""
        scale = self._filling(max(abs(x1 - x0), 1e-6), max(abs(y1 - y0), 1e-6), 0)
        scale = min(MAX_SCALE, max(self.min_scale, scale))
        return replace(self, scale=scale).centred_on((x0 + x1) / 2, (y0 + y1) / 2)

    def stepped(self, direction: int, x: float, y: float) -> Viewport:
        """The next zoom stop above (``direction`` > 0) or below the present scale."""
        if direction > 0:
            stops = [stop for stop in ZOOM_STOPS if stop > self.scale * 1.001]
            return self.scaled_to(stops[0] if stops else MAX_SCALE, x, y)
        stops = [stop for stop in ZOOM_STOPS if stop < self.scale / 1.001]
        return self.scaled_to(stops[-1] if stops else self.min_scale, x, y)

    def panned(self, dx: float, dy: float) -> Viewport:
        """Moved by device pixels; part of the photo always stays in sight."""
        return replace(self, origin_x=self.origin_x + dx, origin_y=self.origin_y + dy).settled()

    def rotated_to(self, degrees: float, x: float | None = None, y: float | None = None) -> Viewport:
        """Turned to ``degrees`` clockwise about a view position, or about the middle."""
        place = self._place(x, y)
        return replace(self, rotation=normalized(degrees))._pinned(self.to_photo(*place), place).settled()

    def rotated_by(self, degrees: float, x: float | None = None, y: float | None = None) -> Viewport:
        """Turned further by ``degrees`` clockwise about a view position, or about the middle."""
        return self.rotated_to(self.rotation + degrees, x, y)

    def mirrored_about(self, x: float | None = None, y: float | None = None) -> Viewport:
        """Seen in a mirror that stands upright at a view position, or in the middle.

        What was turned clockwise then appears turned the other way.
        """
        place = self._place(x, y)
        flipped = replace(self, mirrored=not self.mirrored, rotation=normalized(-self.rotation))
        return flipped._pinned(self.to_photo(*place), place).settled()

    def resized(self, view_width: int, view_height: int) -> Viewport:
        """The same scale in another view size; the photo point in the middle stays in the middle."""
        dx, dy = (view_width - self.view_width) / 2, (view_height - self.view_height) / 2
        return replace(self, view_width=view_width, view_height=view_height).panned(dx, dy)

    def settled(self) -> Viewport:
        """Enough of the photo in sight that it cannot be lost; at right angles the origin on whole device pixels."""
        centre_x, centre_y = self.to_view(self.photo_width / 2, self.photo_height / 2)
        middle_x, middle_y = self.middle
        away = (centre_x - middle_x, centre_y - middle_y)
        kept = _nearest_inside(away, self._slabs())
        return replace(
            self, origin_x=self.origin_x + kept[0] - away[0], origin_y=self.origin_y + kept[1] - away[1]
        )._aligned()

    def _place(self, x: float | None, y: float | None) -> Point:
        return self.middle[0] if x is None else x, self.middle[1] if y is None else y

    def _pinned(self, photo: Point, view: Point) -> Viewport:
        """The photo point ``photo`` at the view position ``view``."""
        x, y = replace(self, origin_x=0.0, origin_y=0.0).to_view(*photo)
        return replace(self, origin_x=view[0] - x, origin_y=view[1] - y)

    def _aligned(self) -> Viewport:
        if not self.is_square:
            return self
        return replace(self, origin_x=float(round(self.origin_x)), origin_y=float(round(self.origin_y)))

    def _slabs(self) -> list[_Slab]:
        """How far the photo's centre may be from the view's along each axis of the two rectangles.

        Two rectangles overlap exactly if they do along all of their axes (the separating axis theorem; Gottschalk,
        Lin, Manocha 1996).
        """
        right_x, right_y, down_x, down_y = self.axes
        slabs = []
        for x, y in ((1.0, 0.0), (0.0, 1.0), (right_x, right_y), (down_x, down_y))[: 2 if self.is_square else 4]:
            view = (self.view_width * abs(x) + self.view_height * abs(y)) / 2
            along, across = abs(right_x * x + right_y * y), abs(down_x * x + down_y * y)
            photo = (self.photo_width * along + self.photo_height * across) * self.scale / 2
            slabs.append(_Slab(x, y, view + photo - min(KEPT_VISIBLE, 2 * view, 2 * photo)))
        return slabs


class _Slab(NamedTuple):
    """All points whose distance from the origin along the unit vector (x, y) is at most ``limit``."""

    x: float
    y: float
    limit: float

    def along(self, point: Point) -> float:
        return self.x * point[0] + self.y * point[1]

    def holds(self, point: Point) -> bool:
        return abs(self.along(point)) <= self.limit + 1e-9 * (1.0 + self.limit)

    def nearest(self, point: Point) -> Point:
        there = self.along(point)
        back = there - min(self.limit, max(-self.limit, there))
        return point[0] - self.x * back, point[1] - self.y * back


def _nearest_inside(point: Point, slabs: list[_Slab]) -> Point:
    """The point nearest to ``point`` that lies in all slabs: itself, on an edge, or at a corner of their polygon."""
    if all(slab.holds(point) for slab in slabs):
        return point
    candidates = [slab.nearest(point) for slab in slabs if not slab.holds(point)]
    for one, other in combinations(slabs, 2):
        area = one.x * other.y - one.y * other.x
        if abs(area) < 1e-6:  # as good as parallel: the corner is lost in rounding, and others lie beside it
            continue
        for sign, other_sign in product((-1, 1), repeat=2):
            reach, other_reach = sign * one.limit, other_sign * other.limit
            candidates.append(
                (
                    (reach * other.y - other_reach * one.y) / area,
                    (other_reach * one.x - reach * other.x) / area,
                )
            )
    inside = [candidate for candidate in candidates if all(slab.holds(candidate) for slab in slabs)]
    return min(inside, key=lambda candidate: math.dist(candidate, point))
