"""Weights on disk: safetensors, with what is needed to rebuild the network as JSON in the file's own header.

A pickle is a program; weights from strangers are safetensors only. Files are written beside their target, synced and
moved over it, so that a crash leaves the old file or the new one, never half of either.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from model.generator import Generator, GeneratorConfig

FORMAT = "huebrush-generator-1"
MAX_HEADER_BYTES = 1 << 20
MAX_WEIGHTS_BYTES = 512 << 20
MAX_WIDTH = 2048


class WeightsError(Exception):
    """One sentence that names the file, what is wrong with it and what to do."""


def save_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        # save_file may replace the file rather than write into it, so the one to sync is opened afterwards.
        save_file({key: value.detach().contiguous().cpu() for key, value in tensors.items()}, temporary, metadata)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)  # a temporary file is its owner's alone; weights are for everyone
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def save_generator(path: Path, generator: Generator, about: dict[str, Any], *, half: bool = True) -> None:
    """Write a generator, in fp16 by default; ``about`` (data, training, figures) goes into the JSON header."""
    tensors = {
        name: value.half() if half and value.is_floating_point() else value
        for name, value in generator.state_dict().items()
    }
    header = {"format": FORMAT, "config": generator.config.as_dict(), **about}
    save_tensors(path, tensors, {"huebrush": json.dumps(header)})


def read_header(
    path: Path, kind: str = FORMAT, remedy: str = "choose a .safetensors file that Huebrush trained"
) -> dict[str, Any]:
    """The JSON header of a weights file; raises WeightsError, ending in ``remedy``, if it is none of that ``kind``."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise WeightsError(f"Cannot open the weights {path}: {error.strerror or error}; check the path.") from error
    if path.is_dir():
        raise WeightsError(f"{path} is a folder, not a weights file; {remedy}.")
    if size > MAX_WEIGHTS_BYTES:
        limit = f"the {MAX_WEIGHTS_BYTES >> 20} MiB a weights file may have"
        raise WeightsError(f"{path} has {size >> 20} MiB, more than {limit}; {remedy}.")
    try:
        with safe_open(path, framework="pt") as stored:
            metadata = stored.metadata() or {}
    except (SafetensorError, OSError, ValueError, MemoryError) as error:
        raise WeightsError(f"{path} is not a safetensors file ({error}); {remedy}.") from error
    text = metadata.get("huebrush", "")
    if not text or len(text) > MAX_HEADER_BYTES:
        raise WeightsError(f"{path} holds no Huebrush network (its header is missing); {remedy}.")
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{path} has a damaged header; {remedy}.") from error
    if not isinstance(header, dict) or header.get("format") != kind:
        raise WeightsError(f"{path} holds a network of another kind than {kind}; {remedy}.")
    return header


def _config(path: Path, stored: object) -> GeneratorConfig:
    wrong = WeightsError(
        f"{path} describes an architecture this version cannot build; use the version it was made with."
    )
    names = {field.name for field in fields(GeneratorConfig)}
    if not isinstance(stored, dict) or set(stored) != names:
        raise wrong
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
    numbers = [n for value in values.values() for n in (value if isinstance(value, tuple) else (value,))]
    shapes = all(len(values[key]) == 4 for key in names if isinstance(values[key], tuple))
    if not shapes or not all(type(n) is int and 0 < n <= MAX_WIDTH for n in numbers):
        raise wrong
    return GeneratorConfig(**values)  # type: ignore[arg-type] # every value was checked just above


def load_generator(path: Path) -> tuple[Generator, dict[str, Any]]:
    """Read a generator in fp32, in evaluation mode, with its header. Raises WeightsError with a sentence."""
    header = read_header(path)
    config = _config(path, header.get("config"))
    try:
        with torch.device("meta"):
            expected = {name: value.shape for name, value in Generator(config).state_dict().items()}
        with safe_open(path, framework="pt") as stored:
            found = {name: tuple(stored.get_slice(name).get_shape()) for name in stored.keys()}  # noqa: SIM118
            if found != {name: tuple(shape) for name, shape in expected.items()}:
                raise WeightsError(
                    f"{path} does not hold the tensors its header describes; download or train it again."
                )
            state = {name: stored.get_tensor(name) for name in found}
    except (SafetensorError, RuntimeError, ValueError, TypeError) as error:
        raise WeightsError(f"{path} cannot be read as a network ({error}); download or train it again.") from error
    if not all(torch.isfinite(value).all() for value in state.values() if value.is_floating_point()):
        raise WeightsError(f"{path} contains numbers that are not finite; download or train it again.")
    generator = Generator(config)
    generator.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()})
    return generator.eval(), header


def sha256(path: Path) -> str:
    """The file's SHA-256, hexadecimal."""
    with path.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def shipped_weights() -> Path:
    """The weights that come with the program."""
    return Path(__file__).resolve().parent.parent / "weights" / "huebrush.safetensors"
