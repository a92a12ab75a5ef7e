"""``python -m model``: train and evaluate without the app."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    # Idle OpenMP threads must sleep, not spin, where other work shares the cores. Read once, when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from model.cli import main

    sys.exit(main())
