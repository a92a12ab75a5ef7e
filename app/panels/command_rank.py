"""Which commands a few typed letters mean, the likeliest first. Plain text, no window."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True)
class Command:
    """What can be searched: the action's id, its words, where it is, what else says what it does."""

    id: str
    name: str
    menu: str
    tip: str = ""


class Match(IntEnum):
    """How well a typed word fits, from hardly to best."""

    LETTERS = 1
    """Its letters are in the name, in order."""
    TIP = 2
    """A word of the tooltip begins with it."""
    INSIDE = 3
    """It is in the name."""
    MENU = 4
    """The menu's name begins with it."""
    INITIALS = 5
    """The words of the name begin with its letters."""
    WORD = 6
    """A word of the name begins with it."""


def rank(query: str, commands: Sequence[Command], recent: Sequence[str] = ()) -> list[Command]:
    """The commands that every word of ``query`` fits, best first; among equals the recently used, then in their order.

    ``recent``: ids, the latest first. An empty query fits everything.
    """
    words = _folded(query).split()
    found: list[tuple[tuple[int, int, int, int], Command]] = []
    for place, command in enumerate(commands):
        fits = [_fit(word, command) for word in words]
        matches = [fit for fit in fits if fit is not None]
        if len(matches) == len(words):
            quality = sum(match for match, _ in matches)
            way = sum(way for _, way in matches)
            age = recent.index(command.id) if command.id in recent else len(recent)
            found.append(((-quality, age, way, place), command))
    return [command for _, command in sorted(found, key=lambda pair: pair[0])]


def _fit(word: str, command: Command) -> tuple[Match, int] | None:
    """How well one typed word fits, and how far into the name; None where it does not."""
    name, menu, tip = _folded(command.name), _folded(command.menu), _folded(command.tip)
    parts = name.split()
    for place, part in enumerate(parts):
        if part.startswith(word):
            return Match.WORD, place
    if "".join(part[0] for part in parts).startswith(word):
        return Match.INITIALS, 0
    if menu.startswith(word):
        return Match.MENU, 0
    if word in name:
        return Match.INSIDE, name.index(word)
    if any(part.startswith(word) for part in tip.split()):
        return Match.TIP, 0
    spread = _spread(word, name)
    return (Match.LETTERS, spread) if spread is not None else None


def _spread(word: str, name: str) -> int | None:
    """Letters of ``name`` from the first to the last that spell ``word`` in order; None where they do not."""
    first = place = name.find(word[0])
    for letter in word[1:]:
        if place < 0:
            return None
        place = name.find(letter, place + 1)
    return place - first if place >= 0 else None


def _folded(text: str) -> str:
    """Lower case, without accents, with nothing but letters, digits and spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
