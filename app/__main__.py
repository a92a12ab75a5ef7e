"""``python -m app`` and the ``huebrush`` command."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    multiprocessing.freeze_support()
    from app.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
