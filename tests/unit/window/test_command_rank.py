"""What a few letters find, and in which order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.panels.command_rank import Command, rank

COMMANDS = (
    Command("open", "Open", "File", "Open a photo"),
    Command("brush", "Brush", "Tools", "Brush colour in"),
    Command("eraser", "Eraser", "Tools", "Turn grey again"),
    Command("reset_brush", "Reset the brush", "Brush"),
    Command("grow_selection", "Grow selection", "Select"),
    Command("grow_mask", "Grow mask", "Mask"),
    Command("shrink_mask", "Shrink mask", "Mask"),
    Command("coup", "Ça brûle", "Mask"),
)


def found(query: str, *recent: str) -> list[str]:
    return [command.id for command in rank(query, COMMANDS, recent)]


def test_the_beginning_of_a_word_comes_first() -> None:
    assert found("br")[:3] == ["brush", "coup", "reset_brush"]
    assert found("mask")[:2] == ["grow_mask", "shrink_mask"]


def test_of_equals_the_recently_used_comes_first() -> None:
    assert found("mask", "shrink_mask")[:2] == ["shrink_mask", "grow_mask"]
    assert found("grow", "open", "grow_mask") == ["grow_mask", "grow_selection"]
    assert found("grow m", "grow_selection")[0] == "grow_mask"


def test_nothing_typed_shows_everything_recent_first() -> None:
    assert found("", "eraser", "open")[:3] == ["eraser", "open", "brush"]
    assert len(found("  ")) == len(COMMANDS)


def test_initials_scattered_letters_and_what_the_tip_says() -> None:
    assert found("gs")[0] == "grow_selection"
    assert found("shmk") == ["shrink_mask"]
    assert found("grey") == ["eraser"]
    assert found("mask shr")[0] == "shrink_mask"


def test_case_and_accents_do_not_matter() -> None:
    assert found("CA BRULE") == ["coup"]
    assert found("ç")[0] == "coup"


def test_every_word_has_to_fit() -> None:
    assert found("brush zebra") == []
    assert found("xyz") == []


@given(st.text(max_size=6), st.lists(st.sampled_from([command.id for command in COMMANDS]), unique=True))
def test_whatever_is_typed_every_command_comes_at_most_once(query: str, recent: list[str]) -> None:
    ids = found(query, *recent)
    assert len(ids) == len(set(ids))


@given(st.sampled_from(COMMANDS), st.integers(1, 8))
def test_the_beginning_of_its_name_finds_every_command(command: Command, letters: int) -> None:
    assert command.id in found(command.name[:letters])
