"""Digits set the opacity: 1 is 10 %, 0 is 100 %, and two typed quickly are exact: 4 2 is 42 %."""

from __future__ import annotations

PAIR_SECONDS = 0.8


class OpacityDigits:
    """Remembers the digit before."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._typed = 0.0

    def typed(self, digit: int, seconds: float) -> float:
        """The opacity 0.01..1 after ``digit`` at the time ``seconds``."""
        if self._first is not None and seconds - self._typed <= PAIR_SECONDS:
            percent = 10 * self._first + digit
            self._first = None
            return max(percent, 1) / 100
        self._first, self._typed = digit, seconds
        return digit / 10 or 1.0
