"""The one exception whose text is meant for people.

Everything that can go wrong with a user's file, option or device is raised as :class:`HuebrushError` with a single
sentence that names the thing, the limit and the remedy. The command line prints it and exits with 1, the window
shows it in a message; the traceback goes to the log only.
"""

from __future__ import annotations


class HuebrushError(Exception):
    """A failure told in one sentence a user can act on."""
