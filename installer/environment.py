# ruff: noqa: S603 - every command here is a list made of our own words and paths
"""Make .venv, fill it from the lock lists, and tell in a line or two what is going on.

Standard library only, for it runs before anything is installed. Nothing runs at import. Parses on old Pythons
too, so that they get a sentence rather than a syntax error.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEAST_PYTHON = (3, 11)
_STAMP = "regulars-stamp.json"
WAIT_S = 1.0  # between two looks whether another set-up is done


class SetupProblem(Exception):
    """A sentence for whoever set the program up; `status` is the exit status."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def say(text: str) -> None:
    print(f"regulars: {text}", flush=True)


def check_python(version: tuple[int, ...] | None = None) -> None:
    """Raise SetupProblem on a Python that is too old."""
    found = tuple(version or sys.version_info[:3])
    if found[:2] < LEAST_PYTHON:
        shown = ".".join(map(str, found))
        raise SetupProblem(
            f"Regulars needs Python 3.11 or newer; this is {shown}. "
            "Install one from your system's packages or python.org, then start again with it."
        )


# --- What has to be installed -------------------------------------------------------------------------------------


def lock_files(root: Path, *, dev: bool) -> list[Path]:
    """The lists to install from: the run-time one, and for development the one that holds the tools."""
    names = ["lock.txt", "lock-dev.txt"] if dev else ["lock.txt"]
    return [root / "installer" / name for name in names]


def read_lock(path: Path) -> list[str]:
    """The `name==version` lines of one list. Raises SetupProblem for a line of another form."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    for line in wanted:
        name, _, version = line.partition("==")
        if not name or not version or any(sign in line for sign in "/@ "):
            raise SetupProblem(f"{path.name} holds a line that is not name==version: {line}")
    return wanted


def fingerprint(root: Path, *, dev: bool) -> str:
    """Changes when the set-up has to be done again: other lists, other project data, other Python, moved folder."""
    interpreter = venv_python(root).resolve()
    facts = interpreter.stat()  # a system upgrade replaces the file under the venv's link
    digest = hashlib.sha256(f"{root}\n{interpreter} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    for path in [*lock_files(root, dev=dev), root / "pyproject.toml"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


# --- The virtual environment --------------------------------------------------------------------------------------


def venv_python(root: Path) -> Path:
    inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return root / ".venv" / inside


def is_ready(root: Path, *, dev: bool) -> bool:
    """Whether the last set-up ended well and nothing it depended on has changed since. Takes a millisecond."""
    if not venv_python(root).exists():
        return False
    try:
        stamp = json.loads((root / ".venv" / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(stamp, dict):
        return False
    wanted = {True: ("dev",), False: ("run", "dev")}[dev]
    return any(stamp.get(kind) == fingerprint(root, dev=kind == "dev") for kind in wanted)


def prepare(root: Path, *, dev: bool) -> Path:
    """Make `.venv` right, whatever state it is in, and return its Python. Raises SetupProblem."""
    if is_ready(root, dev=dev):
        return venv_python(root)
    with _one_at_a_time(root):
        if is_ready(root, dev=dev):  # another start did it while this one waited
            return venv_python(root)
        (root / ".venv" / _STAMP).unlink(missing_ok=True)
        _make_venv(root)
        _install(root, dev=dev)
        _write_stamp(root, dev=dev)
        say("ready.")
    return venv_python(root)


def _make_venv(root: Path) -> None:
    if _works(root):
        return
    folder = root / ".venv"
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"{'repairing' if folder.exists() else 'making'} .venv with Python {version} …")
    made = _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    if made.returncode != 0:
        raise SetupProblem(f"Python could not make {folder}:\n{_tail(made.stdout)}")


def _works(root: Path) -> bool:
    """Whether the venv's Python is new enough and its pip answers, and it was made where it lies.

    A half-made venv fails this, and one whose Python was taken away or whose folder was moved (the scripts in it
    name the old place).
    """
    python = venv_python(root)
    if not python.exists() or not _made_here(root):
        return False
    try:
        asked = _run([str(python), "-c", "import sys, pip; sys.exit(sys.version_info[:2] < (3, 11))"])
    except OSError:
        return False
    return asked.returncode == 0


def _made_here(root: Path) -> bool:
    try:
        lines = (root / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    place = next((line.partition(" -m venv ")[2] for line in lines if line.startswith("command ")), "")
    while place.startswith("--"):  # options come before the folder, which may hold blanks
        place = place.partition(" ")[2]
    return not place or Path(place).resolve() == (root / ".venv").resolve()


def _install(root: Path, *, dev: bool) -> None:
    lists = lock_files(root, dev=dev)
    count = sum(len(read_lock(path)) for path in lists)
    say(f"installing {count} packages (a minute or two the first time) …")
    pip = [str(venv_python(root)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    wanted = [word for path in lists for word in ("-r", str(path))]
    _pip([*pip, "--progress-bar", "off", *wanted], root, count)
    _pip([*pip, "--no-deps", "--no-build-isolation", "-e", str(root)], root, 0)


def _pip(command: list[str], root: Path, count: int) -> None:
    """Run pip, showing a count on a terminal and its own words only when it fails."""
    process = subprocess.Popen(
        command, cwd=root, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    heard: list[str] = []
    seen = 0
    live = sys.stdout.isatty() and count > 0
    for line in process.stdout or ():
        heard.append(line)
        if live and line.startswith(("Collecting ", "Requirement already satisfied")):
            seen = min(seen + 1, count)
            print(f"\r  {seen} of {count} ", end="", flush=True)
    if live:
        print("\r" + " " * 20 + "\r", end="", flush=True)
    if process.wait() != 0:
        raise SetupProblem(
            "The packages could not be installed. What pip said last:\n" + _tail("".join(heard))
            + "\nCheck the network, then run the same command again; it goes on from where it stopped."
        )  # fmt: skip


def _write_stamp(root: Path, *, dev: bool) -> None:
    """A set-up with tools serves a plain start too, so that one's mark is all it needs."""
    kind = "dev" if dev else "run"
    path = root / ".venv" / _STAMP
    part = path.with_suffix(".part")
    part.write_text(json.dumps({kind: fingerprint(root, dev=dev)}), encoding="utf-8")
    part.replace(path)


def clean_environment() -> dict[str, str]:
    """The environment without what would point a venv's Python at another one's packages."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join("  " + line for line in text.strip().splitlines()[-lines:])


@contextmanager
def _one_at_a_time(root: Path):  # type: ignore[no-untyped-def]
    """Two starts at once would each spoil the other's half-made .venv; the lock ends with its process."""
    name = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    user = str(os.getuid()) if hasattr(os, "getuid") else ""
    with (Path(tempfile.gettempdir()) / f"regulars-setup-{name}{user}.lock").open("a+b") as file:
        waited = False
        while not _locked(file):
            if not waited:
                say("another set-up of this folder is under way; waiting for it …")
                waited = True
            time.sleep(WAIT_S)
        yield


def _locked(file) -> bool:  # type: ignore[no-untyped-def]
    """Take the lock if nobody has it."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


# --- Debian's own packages ----------------------------------------------------------------------------------------

# What Qt's wheels load from the system, and the Debian package that brings it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def missing_packages() -> list[str]:
    """Debian packages this machine lacks for Qt and for making a venv; empty away from Debian's family."""
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        return []
    missing = [package for library, package in QT_LIBRARIES.items() if not _loads(library)]
    if not _has_ensurepip():
        missing.append("python3-venv")
    return missing


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_ensurepip() -> bool:
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def apt_line(packages: list[str]) -> str:
    return "sudo apt-get install --no-install-recommends -y " + " ".join(packages)


def install_system_packages() -> None:
    """Bring in what is missing where we may; otherwise raise SetupProblem with the line to type."""
    missing = missing_packages()
    if not missing:
        return
    prefix = _right_to_install()
    if prefix is None:
        raise SetupProblem(
            f"This computer lacks {len(missing)} system libraries. Install them with this line, then start again:\n"
            f"  {apt_line(missing)}"
        )
    say(f"installing {len(missing)} system libraries through apt …")
    if not _apt(prefix, missing):
        raise SetupProblem(f"apt did not install them. Try this line and see what it says:\n  {apt_line(missing)}")


def _right_to_install() -> list[str] | None:
    """What to put before apt-get: nothing for root, sudo where it asks no password, None for no right."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    return ["sudo", "-n"] if _run(["sudo", "-n", "true"]).returncode == 0 else None


def _apt(prefix: list[str], packages: list[str]) -> bool:
    """Install, after a refresh of the lists only where that was needed (a fresh machine has none)."""
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]
    install = [*quiet, "install", "--no-install-recommends", *packages]
    if _run(install).returncode == 0:
        return True
    _run([*quiet, "update"])
    done = _run(install)
    if done.returncode != 0:
        print(_tail(done.stdout), file=sys.stderr)
    return done.returncode == 0


# --- The screen ---------------------------------------------------------------------------------------------------


def has_screen(platform: str = sys.platform, environment: dict[str, str] | None = None) -> bool:
    """Whether a window can open: on Linux a display is named, or Qt is told to use a platform that needs none."""
    names = os.environ if environment is None else environment
    if not platform.startswith("linux"):
        return True
    qt = names.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if qt and qt not in ("xcb", "wayland", "wayland-egl"):
        return True
    return bool(names.get("DISPLAY") or names.get("WAYLAND_DISPLAY"))


NO_SCREEN = (
    "There is no screen here to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set). "
    "Start it from a desktop, or only set it up with: python3 installer/start.py --setup-only"
)


_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


def _about_the_disk(error: OSError) -> str:
    """A sentence where the disk is the trouble, "" for a defect of ours."""
    if error.errno in _UNWRITABLE:
        return f"{error.filename or ROOT} cannot be written. Move Regulars to a folder of your own, then start again."
    if error.errno == errno.ENOSPC:
        return f"The disk is full, so {error.filename or ROOT} could not be written. Make room, then start again."
    return ""


def main(work) -> int:  # type: ignore[no-untyped-def]
    """Run `work`; a SetupProblem becomes its sentence and exit status, Ctrl+C one line, a full or closed disk too."""
    try:
        return int(work())
    except SetupProblem as problem:
        print(f"regulars: {problem}", file=sys.stderr, flush=True)
        return problem.status
    except OSError as error:
        told = _about_the_disk(error)
        if not told:
            raise
        print(f"regulars: {told}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nregulars: stopped. Run the same command again to go on.", file=sys.stderr, flush=True)
        return 130
