"""The entry point: a command line that loads no Qt, or the program with a window."""

from __future__ import annotations

import builtins
import gc
import os
import sys
from collections.abc import Mapping, Sequence

NOT_POSSIBLE = 2
_NO_SCREEN = (
    "Regulars needs a screen, and there is none here. Start it on a desktop, or use one of its commands: "
    "regulars --help"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, or open the program (`--db URL` names the shop). Returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    database = ""
    if words[:1] == ["--db"] and len(words) == 2:
        database, words = words[1], []
    if words:
        from app.cli import run

        return run(words)
    if not has_screen(os.environ, sys.platform):
        print(_NO_SCREEN, file=sys.stderr)
        return NOT_POSSIBLE
    gc.disable()  # what is imported stays; the program collects by itself once it runs (ui.shared.garbage)
    try:
        load_qt()
        from ui.program import run_program
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        print(f"Qt cannot be loaded ({error}). Run python3 installer/start.py: it installs what is missing.",
              file=sys.stderr)  # fmt: skip
        return NOT_POSSIBLE
    return run_program(database)


def load_qt() -> None:
    """Load Qt and keep Python's own import.

    PySide puts another in its place, which reads the source of every module imported later to see whether it asks for
    `__feature__` names. Nothing here does, and it makes a start a third longer.
    """
    python_import = builtins.__import__
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = python_import


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether Qt will find a display: it ends the process without a word when it does not."""
    if environment.get("QT_QPA_PLATFORM") in ("offscreen", "minimal", "vnc") or not platform.startswith("linux"):
        return True
    if environment.get("WAYLAND_DISPLAY"):
        return True
    return _x_answers(environment.get("DISPLAY", ""))


def _x_answers(display: str) -> bool:
    """Whether an X server listens where DISPLAY points."""
    import socket

    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return False
    if host in ("", "unix"):
        places = [(socket.AF_UNIX, f"/tmp/.X11-unix/X{number}"), (socket.AF_UNIX, f"\0/tmp/.X11-unix/X{number}")]  # noqa: S108
    else:
        places = [(socket.AF_INET, (host, 6000 + int(number)))]  # type: ignore[list-item]
    for family, place in places:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(3)
            try:
                line.connect(place)
            except OSError:
                continue
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
