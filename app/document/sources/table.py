"""Every colour source in one table: a new one is a file beside this one and a row here."""

from __future__ import annotations

from typing import Any

from app.document.sources.neural import Neural
from app.document.sources.original import Original
from app.document.sources.painted import Painted
from app.document.sources.painting import Style
from app.document.sources.reference import Reference
from app.document.sources.scribbles import Scribbles
from app.document.sources.source import ColourSource
from app.document.sources.tint import Tint

SOURCES: dict[str, type[ColourSource]] = {
    kind.id: kind for kind in (Neural, Original, Tint, Reference, Style, Scribbles, Painted)
}
"""By their ids, in the order in which they are offered."""


def to_dict(source: ColourSource) -> dict[str, Any]:
    """A source in JSON's types: its id and its settings."""
    return {"source": source.id, **source.to_dict()}


def from_dict(stored: dict[str, Any]) -> ColourSource:
    """The source that :func:`to_dict` told of. Raises ValueError where there is none such."""
    settings = dict(stored)
    kind = SOURCES.get(settings.pop("source", ""))
    if kind is None:
        raise ValueError(f"there is no colour source called {stored.get('source')!r}")
    return kind.from_dict(settings)
