"""``python -m app`` and the ``huebrush`` command."""

from __future__ import annotations

import multiprocessing
import os
import sys


def main() -> int:
    multiprocessing.freeze_support()
    # Idle OpenMP threads must sleep, not spin: the network shares its few cores with the window. Read once, by torch.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from app.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
