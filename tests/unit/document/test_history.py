"""History: what it holds is counted, bounded and packed, and comes back as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.chroma import Chroma, ChromaField
from app.document.geometry import TILE
from app.document.history import WARM_STEPS, History
from app.document.layer import DocumentState, LayerState
from app.document.tiles import TILE_BYTES, Tile, TileKey, TileMask


def noise(seed: int) -> Tile:
    return Tile.of(np.random.default_rng(seed).integers(0, 256, (TILE, TILE)).astype(np.uint8))


def smooth() -> Tile:
    pixels = np.zeros((TILE, TILE), np.uint8)
    pixels[:, 20:220] = np.arange(200, dtype=np.uint8)
    return Tile.of(pixels)


def root() -> DocumentState:
    return DocumentState((LayerState("Colour", TileMask.empty(2000, 2000)),))


def brushed(state: DocumentState, changes: dict[TileKey, Tile]) -> DocumentState:
    return state.with_layer(0, replace(state.layer, mask=state.layer.mask.with_tiles(changes)))


def answered(state: DocumentState, value: float = 1.0) -> DocumentState:
    chroma = Chroma(np.full((2, 40, 40), value, np.float16), np.ones((40, 40), np.uint8))
    field = ChromaField(np.full((100, 100, 4), value, np.float32), (2000, 2000))
    return state.with_layer(0, replace(state.layer, chroma=chroma, field=field))


def test_undo_and_redo_return_the_same_roots() -> None:
    history = History()
    states = [root()]
    for i in range(5):
        states.append(brushed(states[-1], {(0, i): noise(i)}))
        history.push(f"step {i}", states[-2], states[-1])
    assert history.names == tuple(f"step {i}" for i in range(5))
    present = states[-1]
    for expected in reversed(states[:-1]):
        older = history.undo(present)
        assert older is expected
        present = older
    assert history.undo(present) is None
    assert history.redo_names == tuple(f"step {i}" for i in range(5))
    for expected in states[1:]:
        newer = history.redo(present)
        assert newer is expected
        present = newer
    assert history.redo(present) is None


def test_a_new_step_forgets_what_was_undone() -> None:
    history = History()
    first, second, third = root(), root(), root()
    history.push("one", first, second)
    assert history.undo(second) is first
    history.push("other", first, third)
    assert history.redo_name is None
    assert history.names == ("other",)


def test_places_come_back_with_their_roots() -> None:
    history = History()
    states = [root() for _ in range(3)]
    start = history.place
    history.push("a", states[0], states[1])
    middle = history.place
    history.push("b", states[1], states[2])
    end = history.place
    assert len({start, middle, end}) == 3
    history.undo(states[2])
    assert history.place == middle
    history.undo(states[1])
    assert history.place == start
    history.redo(states[0])
    history.redo(states[1])
    assert history.place == end
    history.undo(states[2])
    history.push("c", states[1], root())
    assert history.place not in (start, middle, end)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["brush", "brush", "clear", "undo", "redo"]), max_size=WARM_STEPS))
def test_bytes_are_those_of_the_tiles_only_history_holds(commands: list[str]) -> None:
    history = History()
    present = root()
    roots = {id(present): present}
    for n, command in enumerate(commands):
        if command == "undo":
            present = history.undo(present) or present
        elif command == "redo":
            present = history.redo(present) or present
        else:
            tiles = {(n % 3, 0): noise(n), (1, 1): noise(n + 100)}
            after = brushed(present, tiles) if command == "brush" else root()
            history.push(command, present, after)
            present = after
        roots[id(present)] = present
        held = {id(t) for s in history_roots(history) for t in s.layer.mask.tiles.values()}
        own = held - {id(t) for t in present.layer.mask.tiles.values()}
        assert 0 <= history.bytes - len(own) * TILE_BYTES < 20_000, "tiles, and a little for the dictionaries"


def history_roots(history: History) -> list[DocumentState]:
    return [step.state for step in (*history._undo, *history._redo)]


def test_the_oldest_steps_go_when_the_bytes_run_out() -> None:
    history = History(limit=10 * TILE_BYTES)
    present = root()
    dropped = 0
    for i in range(30):
        after = brushed(present, {(0, 0): noise(i)})
        dropped += history.push(f"step {i}", present, after)
        present = after
        assert history.bytes <= history.limit
    assert dropped == history.forgotten > 15
    assert history.names == tuple(f"step {i}" for i in range(dropped, 30))


def test_one_step_is_always_kept() -> None:
    history = History(limit=1)
    before = brushed(root(), {(i, i): noise(i) for i in range(5)})
    after = root()
    assert history.push("Clear mask", before, after) == 0
    assert history.undo(after) is before


def test_what_lies_far_back_is_packed_and_unharmed() -> None:
    history = History()
    states = [root()]
    for i in range(60):
        states.append(brushed(states[-1], {(0, 0): smooth(), (i % 5, 1): smooth()}))
        history.push(f"step {i}", states[-2], states[-1])
    assert history.bytes < (2 * WARM_STEPS + 2) * TILE_BYTES + 60 * 3000 + 60 * 2000
    expected = smooth().pixels
    present = states[-1]
    for _ in range(59):
        older = history.undo(present)
        assert older is not None
        present = older
        assert np.array_equal(present.layer.mask.tile(0, 0).pixels, expected)


def test_far_back_the_chroma_stays_and_the_field_goes() -> None:
    history = History()
    states = [answered(root(), 0)]
    for i in range(WARM_STEPS + 5):
        states.append(answered(brushed(states[-1], {(0, 0): noise(i)}), i))
        history.push(f"step {i}", states[-2], states[-1])
    field_bytes = 100 * 100 * 4 * 4
    assert history.bytes < (WARM_STEPS + 1) * field_bytes + len(states) * (TILE_BYTES + 12_000)
    present = states[-1]
    for steps_back, expected in enumerate(reversed(states[:-1])):
        older = history.undo(present)
        assert older is not None
        present = older
        assert present.layer.chroma is expected.layer.chroma
        assert present.layer.mask is expected.layer.mask
        assert (present.layer.field is None) == (steps_back >= WARM_STEPS)


def test_an_answer_that_came_after_the_step_is_counted() -> None:
    """The root a step began on keeps its chroma alive once the present has another: seen at the next step."""
    history = History()
    first = answered(root(), 1)
    second = brushed(first, {(0, 0): noise(1)})
    history.push("a", first, second)
    settled = answered(second, 2)
    third = brushed(settled, {(0, 1): noise(2)})
    history.push("b", settled, third)
    assert history.bytes > 100 * 100 * 4 * 4


def test_the_newest_root_can_be_amended() -> None:
    history = History()
    first, second = root(), brushed(root(), {(0, 0): noise(1)})
    history.push("a", first, second)
    amended = answered(first)
    before = history.bytes
    history.amend_newest(amended, second)
    assert history.newest is amended
    assert history.bytes > before + 100 * 100 * 4 * 4
    assert history.undo(second) is amended
