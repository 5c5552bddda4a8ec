"""Set-up: what is decided without installing anything."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installer import environment, start
from installer import test as checking

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that looks set up: lists, project data, a venv's Python and configuration."""
    (tmp_path / "installer").mkdir()
    (tmp_path / "installer" / "lock.txt").write_text("six==1.17.0\n")
    (tmp_path / "installer" / "lock-dev.txt").write_text("ruff==0.17.6\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    python = environment.venv_python(tmp_path)
    python.parent.mkdir(parents=True)
    python.write_text("not really")
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(f"command = /usr/bin/python3 -m venv {tmp_path}/.venv\n")
    return tmp_path


def stamp(project: Path, *, dev: bool) -> None:
    environment._write_stamp(project, dev=dev)


def test_an_old_python_gets_a_sentence() -> None:
    with pytest.raises(environment.SetupProblem, match=r"needs Python 3\.11 or newer; this is 3\.9\.2"):
        environment.check_python((3, 9, 2))
    environment.check_python((3, 11, 0))


@pytest.mark.parametrize("name", ["environment.py", "start.py", "test.py"])
def test_an_old_python_can_read_the_files_at_all(name: str) -> None:
    import ast

    ast.parse((ROOT / "installer" / name).read_text(), feature_version=(3, 8))


def test_a_fresh_folder_is_not_ready(project: Path) -> None:
    assert not environment.is_ready(project, dev=False)


def test_a_set_up_for_development_serves_a_plain_start(project: Path) -> None:
    stamp(project, dev=True)
    assert environment.is_ready(project, dev=False)
    assert environment.is_ready(project, dev=True)


def test_a_plain_set_up_lacks_the_tools(project: Path) -> None:
    stamp(project, dev=False)
    assert environment.is_ready(project, dev=False)
    assert not environment.is_ready(project, dev=True)


@pytest.mark.parametrize("changed", ["installer/lock.txt", "pyproject.toml"])
def test_changed_lists_ask_for_a_new_set_up(project: Path, changed: str) -> None:
    stamp(project, dev=False)
    (project / changed).write_text("tomlkit==0.15.2\n")
    assert not environment.is_ready(project, dev=False)


def test_an_upgraded_interpreter_asks_for_a_new_set_up(project: Path) -> None:
    stamp(project, dev=False)
    environment.venv_python(project).write_text("another one")
    assert not environment.is_ready(project, dev=False)


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"run": 3}', "\x00"])
def test_a_damaged_stamp_is_no_stamp(project: Path, rubbish: str) -> None:
    (project / ".venv" / environment._STAMP).write_text(rubbish)
    assert not environment.is_ready(project, dev=False)


def test_a_half_made_venv_does_not_work_and_a_moved_one_neither(project: Path) -> None:
    assert not environment._works(project)
    environment.venv_python(project).unlink()
    environment.venv_python(project).symlink_to(sys.executable)
    assert environment._made_here(project)
    (project / ".venv" / "pyvenv.cfg").write_text("command = /usr/bin/python3 -m venv /elsewhere/.venv\n")
    assert not environment._made_here(project)
    assert not environment._works(project)


def test_a_half_made_venv_is_made_again_and_filled(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, "")

    monkeypatch.setattr(environment, "_works", lambda root: False)
    monkeypatch.setattr(environment, "_run", run)
    monkeypatch.setattr(environment, "_pip", lambda command, root, count: ran.append(command))
    environment.prepare(project, dev=True)
    assert ran[0][1:4] == ["-m", "venv", "--clear"]
    assert [word for word in ran[1] if word.endswith(".txt")] == [
        str(project / "installer" / "lock.txt"),
        str(project / "installer" / "lock-dev.txt"),
    ]
    assert ran[2][-2:] == ["-e", str(project)] and "--no-deps" in ran[2]
    assert environment.is_ready(project, dev=True)


def test_a_failed_install_leaves_no_stamp_behind(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp(project, dev=False)
    (project / "pyproject.toml").write_text("changed")

    def fail(*_: object) -> None:
        raise environment.SetupProblem("no network")

    monkeypatch.setattr(environment, "_works", lambda root: True)
    monkeypatch.setattr(environment, "_pip", fail)
    with pytest.raises(environment.SetupProblem):
        environment.prepare(project, dev=False)
    assert not (project / ".venv" / environment._STAMP).exists()


def test_what_pip_says_is_shown_when_it_fails(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(3)"]
    with pytest.raises(environment.SetupProblem, match="no such package"):
        environment._pip(command, tmp_path, 0)


@pytest.mark.parametrize(
    ("platform", "names", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("linux", {"QT_QPA_PLATFORM": "minimal:fontengine=freetype"}, True),
        ("linux", {"QT_QPA_PLATFORM": "xcb"}, False),
        ("linux", {"QT_QPA_PLATFORM": "wayland;xcb"}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_screen_is_where_a_window_can_open(platform: str, names: dict[str, str], expected: bool) -> None:
    assert environment.has_screen(platform, names) is expected


def test_no_screen_is_one_sentence_and_status_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "has_screen", lambda: False)
    assert environment.main(lambda: start.start([])) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "no screen" in told.err and "--setup-only" in told.err and "Traceback" not in told.err


def test_without_the_right_to_install_the_exact_line_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "missing_packages", lambda: ["libegl1", "libxcb-cursor0"])
    monkeypatch.setattr(environment, "_right_to_install", lambda: None)
    with pytest.raises(environment.SetupProblem) as refused:
        environment.install_system_packages()
    assert str(refused.value).endswith("sudo apt-get install --no-install-recommends -y libegl1 libxcb-cursor0")


def test_apt_refreshes_its_lists_only_when_it_has_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [1, 0, 0]
    ran: list[list[str]] = []

    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, answers.pop(0), "")

    monkeypatch.setattr(environment, "missing_packages", lambda: ["libegl1"])
    monkeypatch.setattr(environment, "_right_to_install", lambda: ["sudo", "-n"])
    monkeypatch.setattr(environment, "_run", run)
    environment.install_system_packages()
    assert ["update" in command for command in ran] == [False, True, False]
    assert all(command[:2] == ["sudo", "-n"] for command in ran)


def test_lists_hold_nothing_but_names_and_versions() -> None:
    for path in environment.lock_files(ROOT, dev=True):
        assert environment.read_lock(path)


@pytest.mark.parametrize("line", ["six", "six>=1", "-i https://example.org", "six @ file:///x", "==1.0"])
def test_a_list_with_an_address_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lock.txt"
    path.write_text(line + "\n")
    with pytest.raises(environment.SetupProblem):
        environment.read_lock(path)


def test_lists_cover_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run, dev = (
        {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in environment.read_lock(path)}
        for path in environment.lock_files(ROOT, dev=True)
    )
    for text in project["dependencies"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(run[canonicalize_name(wanted.name)]), text
    for text in project["optional-dependencies"]["dev"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains((run | dev)[canonicalize_name(wanted.name)]), text
    assert not set(run) & set(dev)


def test_lists_name_what_these_tests_run_on() -> None:
    for path in environment.lock_files(ROOT, dev=True):
        for line in environment.read_lock(path):
            name, _, version = line.partition("==")
            if name != "setuptools":  # builds the project; the venv may have come with another
                assert distribution(name).version == version


def test_the_checks_come_before_the_tests_and_words_go_to_pytest() -> None:
    python = Path("/x/bin/python")
    assert [name for name, _ in checking.checks(python)] == ["ruff check", "ruff format", "import-linter", "mypy"]
    assert checking.pytest_command(python, ["tests/app", "-k", "coupon"], 2)[1:] == [
        "-m", "pytest", "-n", "2", "tests/app", "-k", "coupon",
    ]  # fmt: skip
    assert checking.pytest_command(python, ["-n0"], 2)[3:] == ["-n0"]


def test_one_failed_check_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert checking.summary([("mypy", 0, 1.0), ("pytest", 0, 2.0)]) == 0
    assert checking.summary([("mypy", 1, 1.0), ("pytest", 0, 2.0)]) == 1
    assert "FAILED  mypy" in capsys.readouterr().out


def test_importing_the_installer_does_nothing(tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import installer.environment, installer.start, installer.test"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(ROOT)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == done.stderr == ""
    assert not any(tmp_path.iterdir())


def test_the_stamp_is_written_whole_or_not_at_all(project: Path) -> None:
    stamp(project, dev=False)
    written = sorted(path.name for path in (project / ".venv").iterdir())
    assert written == sorted(["bin", "pyvenv.cfg", environment._STAMP])
    assert set(json.loads((project / ".venv" / environment._STAMP).read_text())) == {"run"}


def test_a_second_set_up_says_that_it_waits_for_the_first(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "WAIT_S", 0.01)
    held = environment._one_at_a_time(project)
    held.__enter__()
    let_go = [False, False, True]

    def sleep(_seconds: float) -> None:
        if let_go.pop(0):
            held.__exit__(None, None, None)

    monkeypatch.setattr(environment.time, "sleep", sleep)
    with environment._one_at_a_time(project):
        assert let_go == []
    told = capsys.readouterr().out
    assert told.count("another set-up") == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "cannot be written"), (errno.EACCES, "cannot be written"), (errno.ENOSPC, "disk is full")],
)
def test_a_folder_that_takes_nothing_is_one_sentence(
    capsys: pytest.CaptureFixture[str], number: int, words: str
) -> None:
    def work() -> int:
        raise OSError(number, "whatever the system calls it", "/media/stick/regulars/.venv")

    assert environment.main(work) == 1
    told = capsys.readouterr().err
    assert words in told and "/media/stick/regulars/.venv" in told and "Traceback" not in told


def test_a_defect_of_the_set_up_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise OSError(errno.EBADF, "bad descriptor")

    with pytest.raises(OSError, match="bad descriptor"):
        environment.main(work)


@pytest.mark.parametrize("name", ["my shop", "lojã 店", "it's & co"])
def test_a_folder_of_any_name_is_set_up_once(tmp_path: Path, name: str) -> None:
    """A real venv, without its packages: where it was made is read back from what venv wrote."""
    root = tmp_path / name
    root.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--clear", str(root / ".venv")], capture_output=True, check=True
    )
    assert done.returncode == 0
    assert environment._made_here(root)
    root.rename(tmp_path / "moved")
    assert not environment._made_here(tmp_path / "moved")
