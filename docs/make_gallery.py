"""Makes the pictures of ``docs/gallery`` with the program's own modules: ``python docs/make_gallery.py [NAME …]``.

One function per picture: it draws regions with the program's tools, puts them into layers and says where each layer's
colours come from. What is exported is what the window would export; nothing is retouched, and nothing is left to
chance. Long outlines, which a person draws with the lasso, are in ``docs/gallery/outlines.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache, reduce
from itertools import starmap
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
from app.document.sources.reference import Method, make_reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.statistics import statistics_of
from app.document.sources.tint import TINTS, Stop, Tint, codes_of
from app.document.tiles import TileMask
from app.document.tone import Tone
from app.document.wand import luminance_range, wand
from app.files.reading import read_photo
from app.jobs.answering import with_colours
from app.jobs.rendering import ExportOptions, export_picture
from model.colorizer import Colorizer

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
QUALITY = 92


class Easel:
    """A sample photo, and a hand that draws regions on it: each method gives a mask of the photo's size."""

    def __init__(self, sample: str) -> None:
        self.photo = read_photo(ROOT / "resources" / "samples" / f"{sample}.jpg")
        self.size = self.photo.height, self.photo.width

    def lasso(self, *points: Point) -> TileMask:
        """A polygon."""
        return shapes.polygon(*self.size, points)

    def outline(self, name: str) -> TileMask:
        """What has been drawn with the lasso once and for all; corners a little rounded."""
        return mask_ops.smooth(united(*starmap(self.lasso, outlines()[name])), 2)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> TileMask:
        return shapes.rectangle(*self.size, x0, y0, x1, y1)

    def oval(self, x: float, y: float, across: float, down: float) -> TileMask:
        """The ellipse around (x, y) with these half axes."""
        return shapes.ellipse(*self.size, x - across, y - down, x + across, y + down)

    def glow(self, x: float, y: float, radius: float) -> TileMask:
        """Whole at (x, y), nothing from the radius on."""
        return radial_gradient(*self.size, (x, y), (x + radius, y))

    def ramp(self, start: Point, end: Point) -> TileMask:
        """Whole up to the start, nothing from the end on."""
        return linear_gradient(*self.size, start, end)

    def light(self, low: float, high: float, softness: float = 6) -> TileMask:
        """All that has a lightness L* from low to high, with soft shoulders."""
        return luminance_range(self.photo, low, high, softness)

    def wand(self, x: float, y: float, tolerance: float) -> TileMask:
        """What hangs together with a place and is as light."""
        return wand(self.photo, x, y, tolerance)

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


def stack(*layers: LayerState, **values: Any) -> DocumentState:
    """Layers from bottom to top."""
    numbered = (LayerState(**{**vars(each), "id": number}) for number, each in enumerate(layers))
    return DocumentState(tuple(numbered), **values)


def dabs(size: float, *asked: tuple[float, float, str]) -> tuple[Hint, ...]:
    """Dabs of one size at places (x, y), each with a colour #rrggbb."""
    return tuple(Hint(x, y, size, codes_of(color)) for x, y, color in asked)


def tint(*stops: tuple[float, str]) -> Tint:
    """Colours #rrggbb at lightnesses, from dark to light."""
    return Tint(tuple(Stop(lightness, codes_of(color)) for lightness, color in stops))


Picture = tuple[Easel, DocumentState]


def dahlia() -> Picture:
    """One object, coloured by the network alone."""
    easel = Easel("flower")
    return easel, stack(layer("Dahlia", whole_dahlia(easel), source=Neural(vividness=1.0)))


def whole_dahlia(easel: Easel) -> TileMask:
    """The flower: its outline, and the bright rims of petals that reach a little beyond it."""
    around = mask_ops.grow(easel.outline("dahlia"), 7)
    return united(easel.outline("dahlia"), mask_ops.smooth(common(around, easel.light(30, 100, 8)), 2))


def magenta() -> Picture:
    """The same flower in another colour: four dabs."""
    easel = Easel("flower")
    asked = dabs(14, (306, 222, "#8e1248"), (306, 160, "#c8357e"), (240, 225, "#d4528f"), (372, 222, "#d4528f"),
                 (306, 292, "#cf4787"), (306, 104, "#eba6c6"), (190, 215, "#eba6c6"), (425, 240, "#eba6c6"), (306, 345, "#e59bbf"))
    return easel, stack(layer("Dahlia", whole_dahlia(easel), hints=asked))


def eyes() -> Picture:
    """Nothing but the eyes."""
    easel = Easel("cat")
    irises = without(easel.outline("irises"), easel.outline("pupils"))
    asked = dabs(6, (150, 112, "#b9a336"), (194, 110, "#a58f2c"), (170, 138, "#c2b34a"), (160, 120, "#7f9440"), (184, 122, "#8a9a44"),
                 (303, 140, "#8f9a3c"), (330, 122, "#b3a040"), (314, 155, "#b9aa46"), (332, 140, "#b9a84a"))
    return easel, stack(layer("Irises", irises, hints=asked, feather=1.5))


def cup() -> Picture:
    """The photo's own colours, only where the cup is."""
    easel = Easel("coffee")
    mask = without(united(easel.outline("saucer"), easel.outline("rim")), easel.outline("spoon"))
    return easel, stack(layer("Cup", mask, source=ORIGINAL, adjustments=Adjustments(vibrance=0.35), feather=1))


def temple() -> Picture:
    easel = Easel("china")
    building = whole_temple(easel)
    sky = common(without(easel.ramp((300, 180), (300, 225)), building), easel.light(60, 100, 8))
    roofs = common(building, roofs_of(easel))
    walls = without(building, roofs)
    return easel, stack(
        layer("Sky", sky, source=tint((60, "#c2738f"), (78, "#e3a68c"), (92, "#f3ddb8")), feather=2),
        layer("Walls", walls, hints=dabs(8, (180, 145, "#8c2a2a"), (150, 215, "#8c2a2a"), (183, 215, "#9c2f2a"), (215, 215, "#9c2f2a"))),
        layer("Roofs", roofs, source=ORIGINAL, adjustments=Adjustments(vibrance=0.4), feather=1),
    )


def whole_temple(easel: Easel) -> TileMask:
    """The building without the sky behind its railings: what is dark near its outline, and all well inside."""
    drawn = easel.outline("temple")
    dark = easel.light(0, 66, 8)
    upper = common(mask_ops.grow(drawn, 3), easel.box(0, 0, 400, 318))
    core = without(mask_ops.shrink(drawn, 6), easel.box(98, 190, 112, 226), easel.box(307, 190, 322, 222),
                   easel.box(304, 270, 345, 306), easel.box(80, 284, 108, 316))
    return united(common(upper, dark), core, common(drawn, easel.box(60, 318, 400, 427)))


def roofs_of(easel: Easel) -> TileMask:
    return united(
        easel.lasso((90, 135), (90, 100), (185, 62), (185, 20), (230, 20), (230, 62), (325, 112), (322, 122), (285, 124), (262, 117), (185, 112), (182, 118), (100, 122)),
        easel.lasso((80, 190), (80, 160), (120, 150), (185, 152), (262, 156), (300, 158), (335, 172), (332, 184), (290, 184), (262, 180), (185, 176), (160, 182), (100, 184)),
        easel.lasso((58, 275), (62, 250), (110, 240), (180, 246), (290, 238), (325, 232), (356, 250), (345, 262), (312, 274), (250, 284), (176, 280), (160, 284), (80, 280)),
        easel.lasso((200, 352), (300, 346), (340, 318), (375, 330), (376, 345), (340, 376), (300, 384), (240, 396), (205, 380)),
    )


def rocket() -> Picture:
    """The lamps of the launch pad, glowing."""
    easel = Easel("rocket")
    lamps = ((83, 349, 30), (151, 377, 48), (194, 394, 52), (364, 397, 60), (433, 394, 45))
    glows = united(*(easel.glow(*lamp) for lamp in lamps))
    return easel, stack(layer("Lamps", glows, source=ORIGINAL, adjustments=Adjustments(saturation=1.5)))


def suit() -> Picture:
    easel = Easel("astronaut")
    patch = easel.oval(171, 385.8, 36.6, 36.6)
    cloth = without(easel.outline("suit"), patch)
    orange = dabs(12, (100, 300, "#e8622f"), (80, 400, "#e8622f"), (200, 320, "#e8622f"), (310, 290, "#e8622f"), (150, 450, "#d9531f"), (225, 430, "#e8622f"))
    return easel, stack(layer("Suit", cloth, hints=orange), layer("Patch", patch, source=ORIGINAL))


def cyanotype() -> Picture:
    easel = Easel("flower")
    flower = whole_dahlia(easel)
    return easel, stack(
        layer("Cyanotype", easel.all(), source=dict(TINTS)["Cyanotype"]),
        layer("Dahlia", flower, source=ORIGINAL, adjustments=Adjustments(vibrance=0.2)),
    )


def reference() -> Picture:
    easel, other = Easel("coffee"), Easel("flower")
    spoon = easel.outline("spoon")
    mask = without(united(easel.outline("saucer"), easel.outline("rim")), spoon)
    coffee = easel.oval(290, 145, 85, 50)
    base, target = small_colours(easel.photo, None), small_colours(other.photo, None)
    assert base is not None and target is not None
    flower = whole_dahlia(other)
    red = without(easel.outline("saucer"), mask_ops.grow(easel.outline("rim"), 2), spoon)
    made = make_reference("flower.jpg", Method.REINHARD_CIELAB, base, target, small_region(easel.photo, coffee), small_region(other.photo, flower))
    made = made.with_pair(statistics_of(base, small_region(easel.photo, red)), statistics_of(target, small_region(other.photo, other.box(0, 60, 150, 300))))
    return easel, stack(layer("Cup", mask, source=made, feather=1))


def palette() -> Picture:
    easel = Easel("astronaut")
    colours = Palette("Space age", tuple(Swatch(codes_of(color)) for color in ("#d8432f", "#1f3f6e", "#e0a33a", "#2f8f86")))
    return easel, stack(layer("Everything", easel.all(), source=ORIGINAL, adjustments=Adjustments(vibrance=0.5), palette=PaletteLock(colours, 0.15)))


def scribbles() -> Picture:
    easel = Easel("cat")
    document = Document(easel.photo, stack(layer("Cat", easel.outline("cat"), source=Scribbles(), feather=5)))
    fur, dark, cream, pink, green = "#b5793f", "#7a4a26", "#e8d2b8", "#c9786c", "#8fa03c"
    for color, radius, *path in (
        (fur, 4, (60, 60), (110, 45), (160, 40), (205, 20)),
        (fur, 4, (210, 60), (235, 110), (240, 160), (250, 200)),
        (fur, 4, (300, 60), (320, 100)),
        (fur, 3, (345, 130), (340, 170), (320, 200)),
        (fur, 4, (60, 130), (110, 150), (170, 165), (200, 180)),
        (fur, 4, (10, 150), (12, 200), (15, 250)),
        (cream, 4, (60, 210), (100, 215), (70, 250), (110, 270)),
        (cream, 3, (165, 255), (200, 265), (230, 262), (240, 250)),
        (cream, 3, (272, 160), (276, 200)),
        (cream, 3, (275, 262), (290, 240)),
        (pink, 2.5, (252, 233), (268, 240), (280, 234)),
        (pink, 4, (350, 20), (365, 30), (360, 50)),
        (pink, 4, (65, 15), (75, 5)),
        (green, 2, (148, 100), (146, 115), (155, 132), (170, 138), (190, 130)),
        (green, 2, (300, 130), (299, 150), (312, 157), (330, 145), (336, 125)),
    ):
        document.begin_stroke(Brush(radius), colour=codes_of(color))
        document.extend_stroke(path)
        document.commit_stroke()
    return easel, document.state


def portrait() -> Picture:
    easel = Easel("hopper")
    skin = easel.outline("face")
    gold = common(easel.outline("gold"), easel.light(30, 100, 15))
    button = easel.oval(210, 502.6, 11, 11)
    metal = tint((15, "#4a2c10"), (50, "#a8741f"), (80, "#e5c25c"), (97, "#fff3c4"))
    asked = dabs(10, (224, 128, "#d9a386"), (225, 190, "#d59a80"), (185, 205, "#d3977c"), (272, 205, "#d3977c"), (224, 262, "#cf9378"),
                 (225, 310, "#b87a5c"), (140, 185, "#cf8a70"), (312, 180, "#cf8a70"))
    return easel, stack(
        layer("Skin", skin, hints=asked, feather=2),
        layer("Lips", easel.outline("lips"), source=Tint.of(codes_of("#b0605c")), opacity=0.6, feather=3),
        layer("Gold", united(gold, button), source=metal, feather=0.7),
        layer("Crimson", united(easel.box(313.5, 417, 347, 427), easel.lasso((301, 427.4), (301, 437.4), (288, 437.4))), source=Tint.of(codes_of("#b03058"))),
        layer("Red", united(easel.box(360.6, 428, 374, 437), easel.lasso((275.6, 448), (285, 439.4), (285, 448)), easel.box(300, 439.4, 311, 447.4), easel.box(353.6, 439.4, 382, 447.4)), source=Tint.of(codes_of("#c8242c"))),
        layer("Yellow", united(easel.box(352, 428, 357, 437), easel.box(378, 428, 382.6, 437), easel.box(288.6, 439.4, 297, 447.4)), source=Tint.of(codes_of("#dfa32c"))),
        layer("Blue", united(easel.box(311.6, 428, 317, 437.4), easel.box(323.6, 428, 329, 437.4), easel.box(331.6, 428, 337, 437.4), easel.box(344, 428, 350, 437.4), easel.box(312.4, 439.4, 318, 448), easel.box(327, 439.4, 331, 448), easel.box(341.6, 439.4, 348, 448)), source=Tint.of(codes_of("#3f63ae"))),
        tone=Tone(contrast=0.08),
    )


MAKERS: dict[str, Callable[[], Picture]] = {
    "dahlia": dahlia,
    "magenta": magenta,
    "eyes": eyes,
    "cup": cup,
    "temple": temple,
    "rocket": rocket,
    "suit": suit,
    "cyanotype": cyanotype,
    "reference": reference,
    "palette": palette,
    "scribbles": scribbles,
    "portrait": portrait,
}


def main(names: list[str]) -> int:
    colorizer = cache(Colorizer)
    for name in names or list(MAKERS):
        easel, state = MAKERS[name]()
        path = GALLERY / f"{name}.jpg"
        export_picture(easel.photo, with_colours(colorizer, easel.photo, state), path, ExportOptions(quality=QUALITY))
        print(f"{path.name}: {path.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
