#!/usr/bin/env python3
# ruff: noqa: S603, S606 - the command is a list of our own words and the caller's
"""Install what is missing, then open Regulars.

python3 installer/start.py                 set up if need be, open the program
python3 installer/start.py --setup-only    set up, open nothing
python3 installer/start.py doctor --db …   set up if need be, run a command of the program
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from installer import environment


def start(words: list[str]) -> int:
    """Set up, then hand this process over to the program; return only where a process cannot be handed over."""
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    environment.check_python()
    only_setup = "--setup-only" in words
    words = [word for word in words if word != "--setup-only"]
    opens_window = not only_setup and (not words or words[0].startswith("-"))
    if opens_window and not environment.has_screen():
        raise environment.SetupProblem(environment.NO_SCREEN, status=2)
    if not environment.is_ready(environment.ROOT, dev=False):
        environment.install_system_packages()
    python = environment.prepare(environment.ROOT, dev=False)
    if only_setup:
        return 0
    return _hand_over([str(python), "-P", "-m", "ui.main", *words])  # -P: whatever lies in the caller's folder


def _hand_over(command: list[str]) -> int:
    names = environment.clean_environment()
    if os.name != "nt":  # exec there returns to the prompt while the program still runs
        os.execve(command[0], command, names)
    return subprocess.call(command, env=names)


if __name__ == "__main__":
    sys.exit(environment.main(lambda: start(sys.argv[1:])))
