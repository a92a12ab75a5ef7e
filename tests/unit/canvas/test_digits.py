"""Digits typed on the canvas."""

from __future__ import annotations

import pytest

from app.canvas.digits import PAIR_SECONDS, OpacityDigits


@pytest.mark.parametrize(("digit", "opacity"), [(1, 0.1), (5, 0.5), (9, 0.9), (0, 1.0)])
def test_one_digit_is_tens(digit: int, opacity: float) -> None:
    assert OpacityDigits().typed(digit, 0.0) == opacity


def test_two_quick_digits_are_exact() -> None:
    digits = OpacityDigits()
    digits.typed(4, 0.0)
    assert digits.typed(2, PAIR_SECONDS / 2) == 0.42
    assert digits.typed(7, PAIR_SECONDS * 0.9) == 0.7, "a third begins anew"


def test_two_slow_digits_are_two_of_them() -> None:
    digits = OpacityDigits()
    digits.typed(4, 0.0)
    assert digits.typed(2, PAIR_SECONDS * 2) == 0.2


def test_nothing_is_not_an_opacity() -> None:
    digits = OpacityDigits()
    digits.typed(0, 0.0)
    assert digits.typed(0, 0.1) == 0.01
