"""The command line: sub-commands that never open a window and never end in a traceback.

Exit status: 0 done, 1 refused or something found broken, 2 misused or not possible here, 130 stopped by the user.
Each command is imported when it is asked for, so that `regulars` alone starts as fast as it can.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, TextIO

from app.console import key_for, key_for_shop, progress_line
from app.errors import DomainError
from app.places import default_database, demo_database

COMMANDS = (
    "demo", "migrate", "backup", "restore", "doctor", "verify", "signing-key", "scenarios", "import", "export",
    "nightly",
)  # fmt: skip
DONE, BROKEN, MISUSED, STOPPED = 0, 1, 2, 130

log = logging.getLogger(__name__)


class _Misuse(Exception):
    """The words typed make no command; the message is a sentence."""


class _Parser(argparse.ArgumentParser):
    """argparse, but a mistake is one sentence in place of a page of usage."""

    def error(self, message: str) -> NoReturn:
        raise _Misuse(f"{message[:1].upper()}{message[1:]}. Run {self.prog} --help to see what it takes.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """A wrong command or kind, in plain words."""
        if action.choices is not None and value not in action.choices:
            wrong, right = repr(str(value)[:40]), ", ".join(map(str, action.choices))
            said = f"There is no command {wrong}; there are" if action.metavar else f"{wrong} is not one of"
            raise _Misuse(f"{said} {right}. Run {self.prog} --help to see what it takes.")

    def _print_message(self, message: str, file: object = None) -> None:
        super()._print_message(message, self.help_goes_to)

    help_goes_to: TextIO = sys.stdout


def is_command(argv: Sequence[str]) -> bool:
    """Whether these words are for the command line rather than the program with a window."""
    return bool(argv) and (argv[0] in COMMANDS or argv[0] in ("-h", "--help", "--version"))


def run(argv: Sequence[str], out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Do what `argv` (without the program's name) says; return the exit status."""
    out, err = out or sys.stdout, err or sys.stderr
    with _log_file():
        return _run(argv, out, err)


def _run(argv: Sequence[str], out: TextIO, err: TextIO) -> int:
    from db.errors import DatabaseProblem, KeyNeeded

    options = argparse.Namespace()
    try:
        options = _parser(out).parse_args(list(argv))
        command: Callable[[argparse.Namespace, TextIO], int] = options.command
        return command(options, out)
    except _Misuse as error:
        print(error, file=err)
        return MISUSED
    except SystemExit as asked:  # --help and --version have printed what they had to
        return asked.code if isinstance(asked.code, int) else DONE
    except KeyNeeded as error:  # a wrong one too
        print(error, file=err)
        return MISUSED
    except (DomainError, DatabaseProblem) as error:
        print(_words_for(error, options), file=err)
        return BROKEN
    except KeyboardInterrupt:
        print("Stopped. Nothing half made was left behind.", file=err)
        return STOPPED
    except BrokenPipeError:  # `| head` had enough
        return DONE
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        print(f"{error.strerror or 'The disk refused'}{place}.", file=err)
        return BROKEN
    except Exception:  # a defect: its trace belongs into the log, not on somebody's terminal
        print(_report_defect(), file=err)
        return BROKEN


def _words_for(error: Exception, options: argparse.Namespace) -> str:
    """A till is told that its basket is kept; here somebody typed an address, and can be told what is wrong with it."""
    from db.errors import DatabaseUnavailable

    address = str(getattr(options, "db", None) or "")
    if not isinstance(error, DatabaseUnavailable) or not address.startswith("postgresql"):
        return str(error)
    from app.shop.verdict import check_database

    verdict = check_database(address)
    return str(error) if verdict.good else verdict.sentence


@contextmanager
def _log_file() -> Iterator[None]:
    """Warnings and traces go into the program's log, not between the lines on somebody's terminal."""
    root = logging.getLogger()
    handler: logging.Handler = logging.NullHandler()
    with suppress(OSError):  # a home that cannot be written: the command itself may still do its work
        handler = logging.FileHandler(_log_path(), encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def _log_path() -> Path:
    from platformdirs import user_log_path

    return user_log_path("regulars", appauthor=False, ensure_exists=True) / "regulars.log"


def _report_defect() -> str:
    """Keep the trace in the log under a number and say the number."""
    number = secrets.token_hex(3).upper()
    try:
        place = _log_path()
        log.exception("report %s", number)
        if place.exists():
            return f"Something went wrong inside Regulars. Report {number} is in {place}."
    except OSError:
        pass  # said below
    return f"Something went wrong inside Regulars (report {number}), and its log could not be written."


def _parser(out: TextIO) -> _Parser:
    _Parser.help_goes_to = out
    parser = _Parser(prog="regulars", description="Point of sale and back office. Without a command it opens the till.")
    parser.add_argument("--version", action="version", version=f"regulars {_version()}")
    commands = parser.add_subparsers(metavar="command", required=True)
    for name, words, fill in (
        ("demo", "make a realistic shop to try things in", _demo_options),
        ("migrate", "bring a shop's data to this version", _migrate_options),
        ("backup", "copy a shop while it sells", _backup_options),
        ("restore", "put a backup in a shop's place, checked first", _restore_options),
        ("doctor", "check every rule the shop's data must keep", _doctor_options),
        ("verify", "hold the journals against a kept Z report or backup", _verify_options),
        ("signing-key", "give a register a new key to sign its journal with", _signing_key_options),
        ("scenarios", "play worked examples through the real services", _scenarios_options),
        ("import", "read customers or products from a list, CSV or XLSX", _import_options),
        ("export", "write all customers to a CSV or XLSX file", _export_options),
        ("nightly", "what is done once a day: expiry, retries, backup", _nightly_options),
    ):
        fill(commands.add_parser(name, help=words, description=words[:1].upper() + words[1:] + "."))
    return parser


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("regulars")
    except PackageNotFoundError:
        return "from source"


def _database_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", metavar="URL", help="the shop: a SQLite file or a postgresql:// address")


def _url(options: argparse.Namespace) -> str:
    """The shop meant. An empty address is a slip in somebody's script, and does not stand for another shop."""
    if options.db is not None and not options.db.strip():
        raise _Misuse("--db names no shop. Give a file or a postgresql:// address, or leave it out.")
    return str(options.db or default_database())


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a whole number from {least} to {most}")
        return int(text)

    return parse


def _demo_options(parser: argparse.ArgumentParser) -> None:
    _database_option(parser)
    parser.add_argument("--customers", type=_whole(1, 2_000_000), default=200, metavar="N")
    parser.add_argument("--sales", type=_whole(0, 20_000_000), default=5_000, metavar="N")
    parser.add_argument("--products", type=_whole(60, 20_000), default=None, metavar="N")
    parser.add_argument("--seed", type=_whole(0, 2**31), default=1, metavar="S")
    parser.set_defaults(command=_demo)


def _demo(options: argparse.Namespace, out: TextIO) -> int:
    from app.demo.command import build_from_command_line

    url = _url(options) if options.db is not None else str(demo_database())
    return build_from_command_line(url, options, out)


def _migrate_options(parser: argparse.ArgumentParser) -> None:
    _database_option(parser)
    parser.set_defaults(command=_migrate)


def _migrate(options: argparse.Namespace, out: TextIO) -> int:
    from app.backup.upgrade import upgrade_with_copy

    url = _url(options)
    answer = upgrade_with_copy(url, key=key_for_shop(url))
    print(answer, file=out)
    return DONE


def _backup_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    _database_option(parser)
    parser.set_defaults(command=_backup)


def _backup(options: argparse.Namespace, out: TextIO) -> int:
    from app.backup.service import BackupService
    from app.clock import SystemClock
    from db.schema import open_shop

    url = _url(options)
    database = open_shop(url, key=key_for_shop(url), read_only=True)
    try:
        made = BackupService(database, SystemClock()).make(options.file, progress=progress_line(out))
    finally:
        database.engine.dispose()
    taken = f"{made.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    print(f"{made.path} holds the shop as of {taken} ({made.size_bytes:,} bytes).", file=out)
    return DONE


def _restore_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    _database_option(parser)
    parser.add_argument("--replace", action="store_true", help="put it in the place of the shop that is there now")
    parser.set_defaults(command=_restore)


def _restore(options: argparse.Namespace, out: TextIO) -> int:
    from app.backup.archive import ArchiveReader
    from app.backup.restore import restore
    from app.clock import SystemClock
    from app.shop.filekey import head_at

    url = _url(options)
    with ArchiveReader(options.file.expanduser()) as archive:
        head = archive.key_head()
    key = key_for(head, options.file.name)
    there = None if head_at(url) in (None, head) else key_for_shop(url)
    done = restore(
        options.file, url, SystemClock(), replace=options.replace, progress=progress_line(out), key=key,
        key_there=there,
    )  # fmt: skip
    for sentence in done.sentences():
        print(sentence, file=out)
    return DONE


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    _database_option(parser)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace, out: TextIO) -> int:
    from app.doctor.service import examine
    from app.doctor.words import print_findings
    from db.schema import open_shop

    url = _url(options)
    database = open_shop(url, key=key_for_shop(url), read_only=True)
    try:
        report = examine(database, progress=progress_line(out), at_once=True)
    finally:
        database.engine.dispose()
    print_findings(report, out, as_json=options.json)
    return DONE if report.clean else BROKEN


def _verify_options(parser: argparse.ArgumentParser) -> None:
    kept = "the text of the square code on a Z report, the mark of the journal on one, or a backup file"
    parser.add_argument("kept", nargs="+", metavar="PAPER|FILE", help=kept)
    _database_option(parser)
    parser.set_defaults(command=_verify)


def _verify(options: argparse.Namespace, out: TextIO) -> int:
    from app.doctor.anchors import verify_from_command_line
    from app.errors import InvalidInput
    from db.schema import open_shop

    url = _url(options)
    database = open_shop(url, key=key_for_shop(url), read_only=True)
    try:
        return DONE if verify_from_command_line(database, options.kept, out) else BROKEN
    except InvalidInput as error:  # nothing was found out, which is not the same as found broken
        raise _Misuse(str(error)) from error
    finally:
        database.engine.dispose()


def _signing_key_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("register", metavar="REGISTER", help="its code, as on receipts: R1")
    _database_option(parser)
    parser.set_defaults(command=_signing_key)


def _signing_key(options: argparse.Namespace, out: TextIO) -> int:
    from app.clock import SystemClock
    from app.journal.key_command import change_from_command_line
    from db.schema import open_shop

    url = _url(options)
    database = open_shop(url, key=key_for_shop(url))
    try:
        print(change_from_command_line(database, url, options.register, SystemClock()), file=out)
    finally:
        database.close()
    return DONE


def _scenarios_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.set_defaults(command=_scenarios)


def _scenarios(options: argparse.Namespace, out: TextIO) -> int:
    from app.scenarios.runner import run_files

    return int(run_files(options.files, out))


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("customers", "products"))
    parser.add_argument("file", type=Path, metavar="FILE")
    _database_option(parser)
    parser.add_argument("--look", action="store_true", help="say what would be done, and change nothing")
    parser.add_argument("--leave-wrong", action="store_true", help="take the right rows, leave the wrong")
    parser.set_defaults(command=_import)


def _import(options: argparse.Namespace, out: TextIO) -> int:
    if options.what == "products":
        from app.catalog.import_command import import_from_command_line as take
    else:
        from app.customers.list_commands import import_from_command_line as take
    url = _url(options)
    right = take(url, options.file, out, options.look, options.leave_wrong, key=key_for_shop(url))
    return DONE if right else BROKEN


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("customers",))
    parser.add_argument("file", type=Path, metavar="FILE", help="its ending says how: .csv or .xlsx")
    _database_option(parser)
    parser.set_defaults(command=_export)


def _export(options: argparse.Namespace, out: TextIO) -> int:
    from app.customers.list_commands import export_from_command_line

    url = _url(options)
    export_from_command_line(url, options.file, out, key=key_for_shop(url))
    return DONE


def _nightly_options(parser: argparse.ArgumentParser) -> None:
    _database_option(parser)
    parser.add_argument("--backup-to", type=Path, default=None, metavar="FOLDER")
    parser.set_defaults(command=_nightly)


def _nightly(options: argparse.Namespace, out: TextIO) -> int:
    from app.backup.nightly import run_nightly
    from app.clock import SystemClock

    url = _url(options)
    return run_nightly(url, SystemClock(), out, backup_to=options.backup_to, key=key_for_shop(url))
