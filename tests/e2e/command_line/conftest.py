"""The program in this process: what it prints, what it returns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from app.cli import main


class Outcome(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What it said about its failure: exit code 1, nothing on stdout, one line on stderr."""
        assert self.code == 1
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("huebrush: ")
        assert lines[0].endswith(".")
        assert "Traceback" not in self.err
        assert "something went wrong" not in self.err
        return lines[0]


Command = Callable[..., Outcome]


@pytest.fixture
def huebrush(capsys: pytest.CaptureFixture[str]) -> Command:
    """huebrush("colorize", …): the program in this process."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:  # how argparse refuses
            code = int(leaving.code or 0)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "street.png"
    rgb = np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)
    assert cv2.imwrite(str(path), rgb)
    return path


@pytest.fixture
def colorize(huebrush: Command, tmp_path: Path, photo: Path, tiny_weights: Path) -> Command:
    """colorize(option, …, photo=…, out=…): with the tiny network unless other weights are asked for."""

    def run(*options: object, photo: Path = photo, out: Path = tmp_path / "out.png") -> Outcome:
        weights = () if "--weights" in options else ("--weights", tiny_weights)
        return huebrush("colorize", photo, "-o", out, "--device", "cpu", *weights, *options)

    return run
