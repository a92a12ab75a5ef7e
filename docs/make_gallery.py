"""Makes the pictures of ``docs/gallery`` with the program's own modules: ``python docs/make_gallery.py [NAME …]``.

One function per picture: it draws regions with the program's tools, puts them into layers and says where each layer's
colours come from. What is written is what the window would export; nothing is retouched, and nothing is left to
chance. Outlines, which a person draws with the lasso, are in ``docs/gallery/outlines.json``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path
from typing import Any

from app.document import mask_ops, shapes
from app.document.adjustments import Adjustments
from app.document.brush import Brush
from app.document.document import Document
from app.document.geometry import Point
from app.document.gradient import linear_gradient, radial_gradient
from app.document.layer import DocumentState, Hint, LayerState
from app.document.palette import Palette, PaletteLock, Swatch
from app.document.selection import Combine, combined
from app.document.sources.base import small_colours, small_region
from app.document.sources.neural import Neural
from app.document.sources.original import ORIGINAL
from app.document.sources.reference import Method, Reference, make_reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.tint import TINTS, Stop, Tint, codes_of
from app.document.tiles import TileMask
from app.document.tone import Tone
from app.document.wand import luminance_range
from app.files.reading import read_photo
from app.jobs.answering import with_colours
from app.jobs.rendering import ExportOptions, export_picture
from model.colorizer import Colorizer

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
QUALITY = 88
ROUNDING = 2
"""Photo pixels within which the corners of an outline are rounded."""


class Easel:
    """A sample photo, and a hand that draws regions on it: each method gives a mask of the photo's size."""

    def __init__(self, sample: str) -> None:
        self.photo = read_photo(ROOT / "resources" / "samples" / f"{sample}.jpg")
        self.size = self.photo.height, self.photo.width

    def outline(self, name: str, rounding: int = ROUNDING) -> TileMask:
        """What was drawn with the lasso, once and for all."""
        drawn = united(*(shapes.polygon(*self.size, line) for line in outlines()[name]))
        return mask_ops.smooth(drawn, rounding) if rounding else drawn

    def box(self, x0: float, y0: float, x1: float, y1: float) -> TileMask:
        return shapes.rectangle(*self.size, x0, y0, x1, y1)

    def disc(self, x: float, y: float, radius: float) -> TileMask:
        return shapes.ellipse(*self.size, x - radius, y - radius, x + radius, y + radius)

    def glow(self, x: float, y: float, radius: float) -> TileMask:
        """Whole at (x, y), nothing from the radius on."""
        return radial_gradient(*self.size, (x, y), (x + radius, y))

    def ramp(self, start: Point, end: Point) -> TileMask:
        """Whole up to the start, nothing from the end on."""
        return linear_gradient(*self.size, start, end)

    def light(self, low: float, high: float, softness: float) -> TileMask:
        """All that has a lightness L* from low to high, with soft shoulders."""
        return luminance_range(self.photo, low, high, softness)

    def all(self) -> TileMask:
        return TileMask.full(*self.size)


@cache
def outlines() -> dict[str, list[list[Point]]]:
    """By name: one closed line or several, in photo pixels."""
    stored: dict[str, list[list[Point]]] = json.loads((GALLERY / "outlines.json").read_text(encoding="utf-8"))
    return stored


def united(first: TileMask, *others: TileMask) -> TileMask:
    return _joined(Combine.ADD, first, others)


def common(first: TileMask, *others: TileMask) -> TileMask:
    return _joined(Combine.INTERSECT, first, others)


def without(first: TileMask, *others: TileMask) -> TileMask:
    return _joined(Combine.SUBTRACT, first, others)


def _joined(how: Combine, first: TileMask, others: Sequence[TileMask]) -> TileMask:
    nothing = TileMask.empty(first.height, first.width)
    return reduce(lambda one, other: combined(one, other, how) or nothing, others, first)


def layer(name: str, mask: TileMask, **values: Any) -> LayerState:
    """A layer; ``values`` are named like the fields of `LayerState`."""
    return LayerState(name, mask, **values)


def stack(*layers: LayerState, tone: Tone | None = None) -> DocumentState:
    """Layers from bottom to top."""
    numbered = tuple(replace(each, id=number) for number, each in enumerate(layers))
    return DocumentState(numbered, tone=tone or Tone())


def dabs(size: float, asked: dict[str, str]) -> tuple[Hint, ...]:
    """Dabs of one size: for each colour #rrggbb its places, "x,y x,y …"."""
    return tuple(Hint(x, y, size, codes_of(color)) for color, places in asked.items() for x, y in points(places))


def points(text: str) -> list[Point]:
    """The points of "x,y x,y …"."""
    return [(float(x), float(y)) for x, y in (place.split(",") for place in text.split())]


def tint(*stops: tuple[float, str]) -> Tint:
    """Colours #rrggbb at lightnesses, from dark to light."""
    return Tint(tuple(Stop(lightness, codes_of(color)) for lightness, color in stops))


Picture = tuple[Easel, DocumentState]


def dahlia() -> Picture:
    """One object, coloured by the network without a hint, a little warmer than it would have it."""
    easel = Easel("flower")
    source, warmer = Neural(vividness=1.1), Adjustments(warmth=0.6)
    return easel, stack(layer("Dahlia", whole_dahlia(easel), source=source, adjustments=warmer, feather=1))


def whole_dahlia(easel: Easel) -> TileMask:
    """The flower: its outline, and above its lower rim the bright edges of petals that reach a little beyond."""
    drawn = easel.outline("dahlia")
    edges = common(mask_ops.grow(drawn, 6), easel.light(32, 100, 8), easel.box(0, 0, 640, 338))
    return united(drawn, mask_ops.smooth(edges, 2))


def magenta() -> Picture:
    """The same flower in another colour: dabs in rings, deep in its heart, pale at the tips."""
    easel = Easel("flower")
    asked = tuple(
        Hint(306 + radius * math.cos(turn), 221 + radius * math.sin(turn), 12, codes_of(color))
        for radius, count, color in ((0, 1, "#a8005c"), (24, 5, "#b00a5c"), (62, 8, "#d4256a"), (131, 18, "#eaa0c4"))
        for turn in (2 * math.pi * place / count for place in range(count))
    )
    return easel, stack(layer("Dahlia", whole_dahlia(easel), hints=asked, feather=1))


def eyes() -> Picture:
    """Nothing but the eyes: amber outside, green around the pupils."""
    easel = Easel("cat")
    irises = without(easel.outline("irises"), easel.outline("pupils"))
    asked = dabs(
        6,
        {
            "#a3914f": "147,112 197,112 172,139 335,124 314,158",
            "#85904f": "159,116 187,118 168,132 302,138 326,134 310,151",
        },
    )
    return easel, stack(layer("Irises", irises, hints=asked, feather=1.5))


def cup() -> Picture:
    """The photo's own colours, only where the cup is."""
    easel = Easel("coffee")
    mask = without(united(easel.outline("saucer"), easel.outline("rim")), easel.outline("spoon"))
    return easel, stack(layer("Cup", mask, source=ORIGINAL, adjustments=Adjustments(vibrance=0.35), feather=1))


def temple() -> Picture:
    """Four layers: roofs in the photo's colours, walls by the network and dabs, balconies and dusk in tints."""
    easel = Easel("china")
    building = whole_temple(easel)
    roofs = common(building, easel.outline("roofs", 0))
    balconies = common(easel.outline("temple"), easel.outline("balconies", 0))
    walls = without(building, roofs, balconies, easel.light(64, 100, 10))
    horizon = common(easel.ramp((300, 205), (300, 0)), easel.ramp((300, 212), (300, 330)))
    dusk = without(common(horizon, easel.light(66, 100, 8)), building)
    asked = dabs(
        5,
        {
            "#8e2f2b": "160,147 215,147 282,147 183,215 211,215 255,213 290,212 126,217 177,310 216,310 263,308 "
            "299,305 145,305 320,300 110,300 84,300 200,327 250,325 290,318 330,306 130,322",
            "#6b2422": "150,205 230,210 270,205 120,205 125,298 160,300 240,305 280,295",
            "#5f6f68": "150,133 220,132 270,134 150,190 230,188 290,188 140,290 200,290 270,288",
        },
    )
    sunset = tint((66, "#c08a86"), (82, "#e3b08c"), (95, "#f6dfb4"))
    brass = tint((20, "#46331c"), (60, "#a98a52"), (92, "#efe6d0"))
    return easel, stack(
        layer("Dusk", dusk, source=sunset, opacity=0.75, feather=3),
        layer("Walls", walls, hints=asked, feather=0.7),
        layer("Balconies", balconies, source=brass, feather=1),
        layer("Roofs", roofs, source=ORIGINAL, adjustments=Adjustments(vibrance=0.3), feather=1),
    )


def whole_temple(easel: Easel) -> TileMask:
    """The building without the sky behind its railings: what is dark near its outline, and all well inside."""
    drawn = easel.outline("temple")
    before_sky = common(mask_ops.grow(drawn, 3), easel.box(0, 0, 400, 185))
    core = without(mask_ops.shrink(drawn, 6), easel.outline("openings", 0))
    return united(common(united(before_sky, drawn), easel.light(0, 66, 8)), core)


def rocket() -> Picture:
    """Lamplight: the lamps and what they shine on, warm in a grey night."""
    easel = Easel("rocket")
    lamps = ((83, 349, 0.5), (151, 377, 0.9), (194, 394, 1.1), (364, 397, 1.2), (433, 394, 0.9))
    near, wide = (united(*(easel.glow(x, y, reach * size) for x, y, size in lamps)) for reach in (50, 120))
    warm = tint((12, "#2a1608"), (35, "#6b452a"), (65, "#d9923c"), (88, "#fbdf9a"), (100, "#fff8e6"))
    lit = common(easel.outline("rocket", 0), easel.light(30, 100, 15))
    return easel, stack(
        layer("Halos", wide, source=warm, opacity=0.4, feather=60),
        layer("Rocket", lit, source=ORIGINAL, adjustments=Adjustments(saturation=1.2), feather=1),
        layer("Lamps", near, source=warm, feather=8),
    )


def suit() -> Picture:
    """The suit in orange by a few dabs, its patches in the photo's own colours."""
    easel = Easel("astronaut")
    patch, badge = easel.disc(171, 385.8, 36.6), easel.outline("badge", 0)
    cloth = without(easel.outline("suit"), patch)
    asked = dabs(12, {"#e8622f": "100,300 80,400 200,320 310,290 225,430", "#d9531f": "150,450"})
    return easel, stack(
        layer("Suit", cloth, hints=asked, adjustments=Adjustments(saturation=0.92), feather=0.7),
        layer("Patches", united(patch, badge), source=ORIGINAL, feather=0.7),
    )


def cyanotype() -> Picture:
    """A toned print, and on it one flower in the photo's own colours."""
    easel = Easel("flower")
    return easel, stack(
        layer("Cyanotype", easel.all(), source=dict(TINTS)["Cyanotype"]),
        layer("Dahlia", whole_dahlia(easel), source=ORIGINAL, adjustments=Adjustments(vibrance=0.2)),
    )


def reference() -> Picture:
    """A cup in the colours of another photo: its glaze like the dahlia's leaves, its coffee like the petals."""
    easel, other = Easel("coffee"), Easel("flower")
    leaves, petals = other.box(0, 60, 150, 300), whole_dahlia(other)
    shine = easel.light(62, 100, 10)
    glaze = without(easel.outline("saucer"), easel.outline("rim"), easel.outline("spoon"), shine)
    coffee = without(easel.outline("coffee"), common(easel.outline("glint"), shine))
    like_leaves = lent(other, leaves, easel, glaze, Method.REINHARD_CIELAB)
    like_petals = lent(other, petals, easel, coffee, Method.REINHARD_LAB_ALPHA_BETA)
    return easel, stack(
        layer("Glaze", glaze, source=like_leaves, feather=1), layer("Coffee", coffee, source=like_petals, feather=2)
    )


def lent(other: Easel, region: TileMask, easel: Easel, mask: TileMask, method: Method) -> Reference:
    """What a region of the one photo lends to a region of the other."""
    base, target = small_colours(easel.photo, None), small_colours(other.photo, None)
    if base is None or target is None:
        raise ValueError("Both photos need colours of their own.")
    regions = small_region(easel.photo, mask), small_region(other.photo, region)
    return make_reference("flower.jpg", method, base, target, *regions)


def palette() -> Picture:
    """The photo's own colours brought to four, like a print from four blocks; sky and lake are left to the paper."""
    easel = Easel("china")
    inks = ("#c8452c", "#d9a04a", "#2f7d74", "#5a7aa0")
    blocks = Palette("Four blocks", tuple(Swatch(codes_of(ink)) for ink in inks))
    mask = united(whole_temple(easel), common(easel.outline("trees", 0), easel.light(0, 58, 8)))
    lively, lock = Adjustments(vibrance=0.6), PaletteLock(blocks, softness=0.15)
    return easel, stack(layer("Print", mask, source=ORIGINAL, adjustments=lively, palette=lock))


FUR, NOSE_BRIDGE, CREAM, ROSE, PINK, GREEN = "#b5793f", "#dcae7c", "#e0bc8e", "#b8684a", "#b9806f", "#86884a"
SCRIBBLES = (
    (FUR, 4, "50,40 75,60 110,45 160,40 205,20"),
    (FUR, 4, "110,20 160,10 200,5"),
    (FUR, 4, "225,10 250,40 290,60 270,15 300,30"),
    (FUR, 4, "210,60 235,110 240,160 250,200"),
    (FUR, 4, "262,80 275,110 285,100"),
    (FUR, 3, "285,118 288,150"),
    (FUR, 4, "310,55 325,90 345,95"),
    (FUR, 3, "345,130 340,170 320,200"),
    (FUR, 4, "60,130 110,150 170,165 200,180"),
    (FUR, 4, "10,150 12,200 15,250 6,292"),
    (FUR, 3, "180,215 205,230"),
    (CREAM, 4, "60,210 100,215 70,250 110,270 60,285"),
    (CREAM, 3, "150,280 165,255 200,265 230,262 240,250"),
    (NOSE_BRIDGE, 3, "272,160 276,200"),
    (CREAM, 3, "275,262 290,240"),
    (ROSE, 2.5, "252,233 268,240 280,234"),
    (PINK, 4, "350,20 368,28 360,50"),
    (PINK, 3, "67,14 74,5"),
    (GREEN, 2, "148,100 146,115 155,132 170,138 190,130"),
    (GREEN, 2, "300,130 299,150 312,157 330,145 336,125"),
)
"""Colour, radius of the brush in photo pixels, path."""


def scribbles() -> Picture:
    """A tabby turned ginger: strokes of colour, spread by optimisation, without the network."""
    easel = Easel("cat")
    cat = united(easel.outline("cat"), easel.box(0, 200, 60, 300))
    document = Document(easel.photo, stack(layer("Cat", cat, source=Scribbles(), feather=5)))
    for color, radius, path in SCRIBBLES:
        document.begin_stroke(Brush(radius), colour=codes_of(color))
        document.extend_stroke(points(path))
        document.commit_stroke()
    return easel, document.state


def portrait() -> Picture:
    """A portrait hand-coloured as in a studio: skin by dabs, lips, gold and every ribbon with a tint of its own."""
    easel = Easel("hopper")
    metal = tint((15, "#4a2c10"), (50, "#a8741f"), (80, "#e5c25c"), (97, "#fff3c4"))
    embroidery = common(easel.outline("gold"), easel.light(30, 100, 15))
    button = easel.disc(210, 502.6, 11)
    asked = dabs(
        9,
        {
            "#d6a68c": "224,122 190,128 262,128 224,262 248,258",
            "#d09880": "225,178 183,188 268,186 170,215 280,212 224,222",
            "#d08c78": "190,212 264,210 226,200",
            "#c08a74": "140,185 312,182 158,222 300,222",
            "#a87660": "200,310 225,305 250,300 225,335",
        },
    )
    inks = {"crimson": "#b03058", "red": "#c8242c", "yellow": "#dfa32c", "blue": "#3f63ae"}
    ribbons = [
        layer(f"Ribbons, {name}", easel.outline(f"{name} ribbons", 0), source=Tint.of(codes_of(ink)))
        for name, ink in inks.items()
    ]
    return easel, stack(
        layer("Skin", easel.outline("face"), hints=asked, feather=2),
        layer("Lips", easel.outline("lips"), source=Tint.of(codes_of("#b0605c")), opacity=0.6, feather=3),
        layer("Gold", united(embroidery, button), source=metal, feather=0.7),
        *ribbons,
        tone=Tone(contrast=0.08),
    )


PICTURES: tuple[Callable[[], Picture], ...] = (
    *(dahlia, magenta, eyes, cup, temple, rocket, suit),
    *(cyanotype, reference, palette, scribbles, portrait),
)


def main(names: list[str]) -> int:
    colorizer = cache(Colorizer)
    for make in PICTURES:
        if names and make.__name__ not in names:
            continue
        easel, state = make()
        path = GALLERY / f"{make.__name__}.jpg"
        export_picture(easel.photo, with_colours(colorizer, easel.photo, state), path, ExportOptions(quality=QUALITY))
        print(f"{path.name}: {path.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
