"""Where the photo lies in the window: pure arithmetic between photo pixels and device pixels.

All view coordinates are *device* pixels (logical pixels times the screen's pixel ratio), so that 100 % shows one photo
pixel per device pixel on every screen. A viewport is a value: each movement returns a new one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from app.document.geometry import Rect

MAX_SCALE = 64.0
"""Device pixels per photo pixel at the closest zoom."""

SMALLEST_SIDE = 24.0
"""The photo's long side never gets shorter than this many device pixels."""

KEPT_VISIBLE = 48.0
"""At least this many device pixels of the photo (or all of it, if smaller) stay inside the view on both axes."""

FIT_MARGIN = 16
"""Device pixels left free on each side of a fitted photo."""

MAX_FIT_SCALE = 3.0

ZOOM_STOPS = tuple(sorted({2.0**k for k in range(-12, 7)} | {1.5 * 2.0**k for k in range(-3, 5)}))
"""The scales that the zoom keys walk through."""


@dataclass(frozen=True)
class Viewport:
    """A photo of ``photo_width`` x ``photo_height`` pixels seen through ``view_width`` x ``view_height`` device pixels.

    ``scale`` is device pixels per photo pixel; (``origin_x``, ``origin_y``) is where the photo's top left corner lies
    in the view, always on whole device pixels, so that at 100 % every photo pixel covers exactly one of them.
    """

    photo_width: int
    photo_height: int
    view_width: int
    view_height: int
    scale: float = 1.0
    origin_x: float = 0.0
    origin_y: float = 0.0

    def to_photo(self, x: float, y: float) -> tuple[float, float]:
        """Device pixels in the view to photo pixels; both count from the corner, so a pixel's centre is at +0.5."""
        return (x - self.origin_x) / self.scale, (y - self.origin_y) / self.scale

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Photo pixels to device pixels in the view: the inverse of :meth:`to_photo`."""
        return x * self.scale + self.origin_x, y * self.scale + self.origin_y

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
        return min(
            MAX_FIT_SCALE,
            max(1, self.view_width - 2 * FIT_MARGIN) / self.photo_width,
            max(1, self.view_height - 2 * FIT_MARGIN) / self.photo_height,
        )

    def photo_in_view(self) -> tuple[float, float, float, float]:
        """The photo's rectangle in the view: left, top, width, height in device pixels."""
        return self.origin_x, self.origin_y, self.photo_width * self.scale, self.photo_height * self.scale

    def visible(self, level: int) -> Rect:
        """The pixels of mip ``level`` that the view shows, clipped to the photo; perhaps empty."""
        step = 2.0**level
        columns, rows = math.ceil(self.photo_width / step), math.ceil(self.photo_height / step)
        x0, y0 = self.to_photo(0.0, 0.0)
        x1, y1 = self.to_photo(self.view_width, self.view_height)
        left, top = max(0, math.floor(x0 / step)), max(0, math.floor(y0 / step))
        right, bottom = min(columns, math.ceil(x1 / step)), min(rows, math.ceil(y1 / step))
        return Rect(left, top, max(0, right - left), max(0, bottom - top))

    def covering(self, rect: Rect, level: int = 0, margin: float = 1.0) -> tuple[int, int, int, int]:
        """The whole device pixels touched when ``rect`` at mip ``level`` is redrawn: left, top, width, height.

        ``margin`` counts mip pixels: interpolation lets a pixel shine into its neighbours.
        """
        step = 2.0**level
        x0, y0 = self.to_view((rect.x - margin) * step, (rect.y - margin) * step)
        x1, y1 = self.to_view((rect.x + rect.width + margin) * step, (rect.y + rect.height + margin) * step)
        left, top = math.floor(x0), math.floor(y0)
        return left, top, math.ceil(x1) - left, math.ceil(y1) - top

    def fitted(self) -> Viewport:
        """The whole photo, centred."""
        return replace(self, scale=self.fit_scale).centred()

    def centred(self) -> Viewport:
        """The photo's centre in the view's centre."""
        return replace(
            self,
            origin_x=float(round((self.view_width - self.photo_width * self.scale) / 2)),
            origin_y=float(round((self.view_height - self.photo_height * self.scale) / 2)),
        )

    def scaled_to(self, scale: float, x: float, y: float) -> Viewport:
        """Zoomed to ``scale`` with the photo point at view position (``x``, ``y``) staying there (within a pixel)."""
        scale = min(MAX_SCALE, max(self.min_scale, scale))
        photo_x, photo_y = self.to_photo(x, y)
        return replace(self, scale=scale, origin_x=x - photo_x * scale, origin_y=y - photo_y * scale).settled()

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

    def resized(self, view_width: int, view_height: int) -> Viewport:
        """The same scale in another view size; the photo point in the middle stays in the middle."""
        dx, dy = (view_width - self.view_width) / 2, (view_height - self.view_height) / 2
        wider = replace(self, view_width=view_width, view_height=view_height)
        return replace(wider, origin_x=self.origin_x + dx, origin_y=self.origin_y + dy).settled()

    def settled(self) -> Viewport:
        """The origin on whole device pixels, and enough of the photo in sight that it cannot be lost."""
        return replace(
            self,
            origin_x=_kept(self.origin_x, self.photo_width * self.scale, self.view_width),
            origin_y=_kept(self.origin_y, self.photo_height * self.scale, self.view_height),
        )


def _kept(origin: float, length: float, view: int) -> float:
    """The whole-pixel origin nearest to ``origin`` that leaves some of a photo of ``length`` inside ``view`` pixels."""
    kept = min(KEPT_VISIBLE, length, view)
    return float(round(min(view - kept, max(kept - length, origin))))
