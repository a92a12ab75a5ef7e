"""One row of the table of actions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionSpec:
    """``keys`` are the default shortcuts, the first is shown; ``group`` makes a choice of one.

    ``needs`` says what is missing when the action is off although a photo is open.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str | None = None
    tip: str = ""
    checkable: bool = False
    group: str | None = None
    needs_photo: bool = True
    starts_section: bool = False
    needs: str = ""

    @property
    def label(self) -> str:
        """The words of the menu without the mark of the underlined letter."""
        return self.text.replace("&", "")

    @property
    def name(self) -> str:
        """The label without the dots that announce a dialog."""
        return self.label.removesuffix("…")

    @property
    def menu_name(self) -> str:
        return self.menu.replace("&", "")
