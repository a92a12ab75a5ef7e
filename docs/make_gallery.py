"""Makes the pictures of ``docs/gallery`` with the program's own modules: ``python docs/make_gallery.py [NAME …]``.

One function per picture: it draws regions with the program's tools, puts them into layers and says where each layer's
colours come from. What is exported is what the window would export; nothing is retouched, and nothing is left to
chance. Long outlines, which a person draws with the lasso, are in ``docs/gallery/outlines.json``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from functools import cache, reduce
from itertools import starmap
from pathlib import Path
from typing import Any

import numpy as np

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
    return easel, stack(layer("Dahlia", whole_dahlia(easel), source=Neural(vividness=1.25), feather=1))


def whole_dahlia(easel: Easel) -> TileMask:
    """The flower: its outline, and above its lower rim the bright edges of petals that reach a little beyond."""
    drawn = easel.outline("dahlia")
    edges = common(mask_ops.grow(drawn, 6), easel.light(32, 100, 8), easel.box(0, 0, 640, 338))
    return united(drawn, mask_ops.smooth(edges, 2))


def magenta() -> Picture:
    """The same flower in another colour: crimson in its heart, pale at the tips."""
    easel = Easel("flower")
    asked = [
        Hint(306 + radius * math.cos(turn), 221 + radius * math.sin(turn), 12, codes_of(color))
        for radius, count, color in ((0, 1, "#c2003f"), (24, 5, "#c2003f"), (62, 8, "#d4256a"), (128, 14, "#e9a9c4"))
        for turn in np.arange(count) * (2 * math.pi / count)
    ]
    return easel, stack(layer("Dahlia", whole_dahlia(easel), hints=tuple(asked), feather=1))


def eyes() -> Picture:
    """Nothing but the eyes: amber outside, green around the pupils."""
    easel = Easel("cat")
    irises = without(easel.outline("irises"), easel.outline("pupils"))
    amber, green = "#a3914f", "#85904f"
    asked = dabs(
        6,
        *((x, y, amber) for x, y in ((147, 112), (197, 112), (172, 139), (335, 124), (314, 158))),
        *((x, y, green) for x, y in ((159, 116), (187, 118), (168, 132), (302, 138), (326, 134), (310, 151))),
    )
    return easel, stack(layer("Irises", irises, hints=asked, feather=1.5))


def cup() -> Picture:
    """The photo's own colours, only where the cup is."""
    easel = Easel("coffee")
    mask = without(united(easel.outline("saucer"), easel.outline("rim")), easel.outline("spoon"))
    return easel, stack(layer("Cup", mask, source=ORIGINAL, adjustments=Adjustments(vibrance=0.35), feather=1))


def temple() -> Picture:
    """Four layers: roofs in the photo's colours, walls by the network and dabs, balconies and sky in tints."""
    easel = Easel("china")
    building, bands = whole_temple(easel), balconies(easel)
    roofs = common(building, roofs_of(easel))
    walls = without(building, roofs, bands, easel.light(64, 100, 10))
    sky = without(common(easel.ramp((300, 150), (300, 222)), easel.light(72, 100, 8)), building)
    red, dark = "#8e2f2b", "#6b2422"
    asked = dabs(
        5,
        *((x, y, red) for x, y in ((160, 147), (215, 147), (282, 147), (183, 215), (211, 215), (255, 213), (290, 212), (126, 217))),
        *((x, y, dark) for x, y in ((150, 205), (230, 210), (270, 205), (120, 205))),
        *((x, y, red) for x, y in ((177, 310), (216, 310), (263, 308), (299, 305), (145, 305), (320, 300), (110, 300), (84, 300), (200, 327), (250, 325), (290, 318), (330, 306), (130, 322))),
        *((x, y, dark) for x, y in ((125, 298), (160, 300), (240, 305), (280, 295))),
        *((x, y, "#5f6f68") for x, y in ((150, 133), (220, 132), (270, 134), (150, 190), (230, 188), (290, 188), (140, 290), (200, 290), (270, 288))),
    )
    return easel, stack(
        layer("Sky", sky, source=tint((70, "#b8909a"), (82, "#d8b09c"), (94, "#efdcc0")), opacity=0.65, feather=2),
        layer("Walls", walls, hints=asked, feather=0.7),
        layer("Balconies", bands, source=tint((20, "#46331c"), (60, "#a98a52"), (92, "#efe6d0")), feather=1),
        layer("Roofs", roofs, source=ORIGINAL, adjustments=Adjustments(vibrance=0.3), feather=1),
    )


def balconies(easel: Easel) -> TileMask:
    return common(easel.outline("temple"), united(
        easel.lasso((92, 234), (180, 235), (285, 231), (330, 225), (330, 237), (285, 243), (180, 247), (92, 244)),
        easel.lasso((70, 324), (183, 342), (303, 331), (349, 306), (352, 319), (305, 346), (177, 359), (160, 345), (70, 336)),
    ))


def whole_temple(easel: Easel) -> TileMask:
    """The building without the sky behind its railings: what is dark near its outline, and all well inside."""
    drawn = easel.outline("temple")
    dark = easel.light(0, 66, 8)
    before_sky = common(mask_ops.grow(drawn, 3), easel.box(0, 0, 400, 185))
    openings = united(
        *starmap(easel.box, ((98, 190, 112, 226), (307, 190, 322, 222), (304, 270, 345, 306), (76, 280, 110, 318)))
    )
    core = without(mask_ops.shrink(drawn, 6), openings)
    return united(common(united(before_sky, drawn), dark), core)


def roofs_of(easel: Easel) -> TileMask:
    return united(
        easel.lasso((90, 135), (90, 100), (185, 62), (185, 20), (230, 20), (230, 62), (325, 112), (322, 122), (285, 124), (262, 117), (185, 112), (182, 118), (100, 122)),
        easel.lasso((80, 190), (80, 160), (120, 150), (185, 152), (262, 156), (300, 158), (335, 172), (332, 184), (290, 184), (262, 180), (185, 176), (160, 182), (100, 184)),
        easel.lasso((58, 275), (62, 250), (110, 240), (180, 246), (290, 238), (325, 232), (356, 250), (345, 262), (312, 274), (250, 284), (176, 280), (160, 284), (80, 280)),
        easel.lasso((200, 352), (300, 346), (340, 318), (375, 330), (376, 345), (340, 376), (300, 384), (240, 396), (205, 380)),
    )


def rocket() -> Picture:
    """Lamplight: the lamps and what they shine on, warm in a grey night."""
    easel = Easel("rocket")
    lamps = ((83, 349, 0.5), (151, 377, 0.9), (194, 394, 1.1), (364, 397, 1.2), (433, 394, 0.9))
    near = united(*(easel.glow(x, y, 50 * size) for x, y, size in lamps))
    halos = united(*(easel.glow(x, y, 120 * size) for x, y, size in lamps))
    warm = tint((12, "#2a1608"), (35, "#6b452a"), (65, "#d9923c"), (88, "#fbdf9a"), (100, "#fff8e6"))
    body = easel.lasso((311, 405), (311, 140), (316, 132), (322, 127), (328, 132), (334, 140), (334, 405))
    lit = common(united(body, easel.box(265, 405, 380, 427)), easel.light(30, 100, 15))
    return easel, stack(
        layer("Halos", halos, source=warm, opacity=0.4, feather=60),
        layer("Rocket", lit, source=ORIGINAL, adjustments=Adjustments(saturation=1.5), feather=1),
        layer("Lamps", near, source=warm, feather=8),
    )


def suit() -> Picture:
    easel = Easel("astronaut")
    patch = easel.oval(171, 385.8, 36.6, 36.6)
    badge = easel.lasso((279.4, 339.9), (327.7, 346.3), (329, 362.2), (319, 376.6), (283, 373))
    cloth = without(easel.outline("suit"), patch)
    orange = dabs(12, (100, 300, "#e8622f"), (80, 400, "#e8622f"), (200, 320, "#e8622f"), (310, 290, "#e8622f"), (150, 450, "#d9531f"), (225, 430, "#e8622f"))
    return easel, stack(layer("Suit", cloth, hints=orange, adjustments=Adjustments(saturation=0.92), feather=0.7), layer("Patches", united(patch, badge), feather=0.7, source=ORIGINAL))


def cyanotype() -> Picture:
    easel = Easel("flower")
    flower = whole_dahlia(easel)
    return easel, stack(
        layer("Cyanotype", easel.all(), source=dict(TINTS)["Cyanotype"]),
        layer("Dahlia", flower, source=ORIGINAL, adjustments=Adjustments(vibrance=0.2)),
    )


def reference() -> Picture:
    """A cup in the colours of another photo: its glaze like the dahlia's leaves, its coffee like the petals."""
    easel, other = Easel("coffee"), Easel("flower")
    shine = easel.light(62, 100, 10)
    glaze = without(easel.outline("saucer"), easel.outline("rim"), easel.outline("spoon"), shine)
    coffee = easel.outline("coffee")
    return easel, stack(
        layer("Glaze", glaze, source=colours_of(other, other.box(0, 60, 150, 300), easel, glaze, METHODS[0]), feather=1),
        layer("Coffee", coffee, source=colours_of(other, whole_dahlia(other), easel, coffee, METHODS[1]), feather=2),
    )


METHODS = [Method.REINHARD_CIELAB, Method.REINHARD_CIELAB]


def colours_of(other: Easel, region: TileMask, easel: Easel, mask: TileMask, method: Method) -> Reference:
    """What a region of the one photo lends to a region of the other."""
    base, target = small_colours(easel.photo, None), small_colours(other.photo, None)
    assert base is not None and target is not None  # these photos have colours of their own
    regions = small_region(easel.photo, mask), small_region(other.photo, region)
    return make_reference("flower.jpg", method, base, target, *regions)


def palette() -> Picture:
    """The photo's own colours brought to four, like a print from four blocks; sky and lake are left to the paper."""
    easel = Easel("china")
    blocks = Palette("Four blocks", tuple(Swatch(codes_of(color)) for color in ("#c8452c", "#d9a04a", "#2f7d74", "#5a7aa0")))
    trees = united(
        easel.lasso((0, 140), (40, 175), (80, 220), (74, 250), (30, 262), (0, 280)),
        easel.lasso((0, 285), (40, 320), (130, 330), (210, 360), (300, 400), (340, 370), (390, 318), (470, 285), (530, 265),
                    (575, 285), (540, 225), (590, 130), (640, 130), (640, 427), (0, 427)),
    )
    mask = united(whole_temple(easel), common(trees, easel.light(0, 74, 8)))
    lock = PaletteLock(blocks, 0.15)
    return easel, stack(layer("Print", mask, source=ORIGINAL, adjustments=Adjustments(vibrance=0.6), palette=lock))


def scribbles() -> Picture:
    easel = Easel("cat")
    cat = united(easel.outline("cat"), easel.box(0, 200, 60, 300))
    document = Document(easel.photo, stack(layer("Cat", cat, source=Scribbles(), feather=5)))
    fur, cream, pink, rose, green = "#b5793f", "#dcc09c", "#b9806f", "#a86a60", "#86884a"
    for color, radius, *path in (
        (fur, 4, (50, 40), (75, 60), (110, 45), (160, 40), (205, 20)),
        (fur, 4, (110, 20), (160, 10), (200, 5)),
        (fur, 4, (225, 10), (250, 40), (290, 60), (270, 15), (300, 30)),
        (fur, 4, (210, 60), (235, 110), (240, 160), (250, 200)),
        (fur, 4, (262, 80), (275, 110), (285, 100)),
        (fur, 3, (285, 118), (288, 150)),
        (fur, 4, (310, 55), (325, 90), (345, 95)),
        (fur, 3, (345, 130), (340, 170), (320, 200)),
        (fur, 4, (60, 130), (110, 150), (170, 165), (200, 180)),
        (fur, 4, (10, 150), (12, 200), (15, 250), (6, 292)),
        (fur, 3, (180, 215), (205, 230)),
        (cream, 4, (60, 210), (100, 215), (70, 250), (110, 270), (60, 285)),
        (cream, 3, (150, 280), (165, 255), (200, 265), (230, 262), (240, 250)),
        (cream, 3, (272, 160), (276, 200)),
        (cream, 3, (275, 262), (290, 240)),
        (rose, 2.5, (252, 233), (268, 240), (280, 234)),
        (pink, 4, (350, 20), (368, 28), (360, 50)),
        (pink, 3, (67, 14), (74, 5)),
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
