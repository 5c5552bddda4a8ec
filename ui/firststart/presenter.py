"""First start's work, off the GUI thread: building the demo, judging an address, making a shop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.clock import Clock, SystemClock
from app.errors import DomainError
from ui.firststart.demo import DemoCancelled, build
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs, Progress

if TYPE_CHECKING:
    from app.shop.encryption import SheetOnPaper
    from app.shop.filekey import FileKey
    from app.shop.model import ShopDraft
    from app.shop.verdict import Verdict

# Builds a demo shop at a path, telling how far it is; stops early, leaving nothing, when asked to.
DemoBuilder = Callable[[str, Progress], None]


class FirstStartPresenter(QObject):
    demo_progress = Signal(int, int)  # done, total
    demo_cancelled = Signal()
    judged = Signal(str, object)  # address, app.shop.verdict.Verdict
    sheet_ready = Signal(object, object)  # app.shop.filekey.FileKey, app.shop.encryption.SheetOnPaper
    shop_ready = Signal(str)  # address to open
    refused = Signal(object, str)  # DomainError, a sentence
    failed = Signal(str)  # a sentence

    def __init__(
        self,
        writes: Jobs,
        *,
        folder: Path | None = None,
        build_demo: DemoBuilder | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self._writes = writes
        self._folder = folder
        self._build_demo = build_demo or build
        self._clock = clock or SystemClock()
        self._running: Progress | None = None
        self._demo_path = ""

    @property
    def jobs(self) -> Jobs:
        return self._writes

    def default_place(self) -> str:
        """Where a new shop's file lies unless somebody chooses otherwise."""
        return str(self._file("shop.db"))

    def _file(self, name: str) -> Path:
        if self._folder is None:
            from app.places import default_folder

            self._folder = default_folder()
        return self._folder / name

    # The demo shop

    def explore_demo(self) -> None:
        """Open the demo shop; build it first where there is none yet, or it was left half made."""
        path = self._file("demo.db")
        self._demo_path = str(path)
        builder = self._build_demo

        def work(progress: Progress) -> None:
            from app.shop.verdict import Next, check_database
            from db.errors import KeyNeeded

            found = check_database(str(path)).next
            if path.exists() and found is Next.OPEN:
                return
            if found is Next.UNLOCK:  # somebody encrypted it: theirs to throw away
                raise KeyNeeded(path.name)
            _remove(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                builder(str(path), progress)
                if progress.cancelled:
                    raise DemoCancelled
            except BaseException:
                _remove(path)
                raise

        self._running = self._writes.start_long(work, self._on_demo_done, self._on_demo_failed, self._on_demo_progress)

    def cancel_demo(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _on_demo_progress(self, done: int, total: int) -> None:
        self.demo_progress.emit(done, total)

    def _on_demo_done(self, _: None) -> None:
        self._running = None
        self.shop_ready.emit(self._demo_path)

    def _on_demo_failed(self, error: Exception) -> None:
        stopped = self._running is not None and self._running.cancelled
        self._running = None
        if stopped:
            self.demo_cancelled.emit()
        else:
            self.failed.emit(_said(error))

    # A shop of one's own

    def judge(self, address: str) -> None:
        def work() -> tuple[str, Verdict]:
            from app.shop.verdict import check_database

            return address, check_database(address)

        self._writes.start(work, self._on_judged, self._on_failed)

    def _on_judged(self, answer: tuple[str, Verdict]) -> None:
        self.judged.emit(*answer)

    def prepare_key(self, address: str, draft: ShopDraft, key: FileKey | None = None) -> None:
        """A key for the shop's file, or the one it had before, and its sheet; ends in `sheet_ready`.

        Nothing is written yet: where somebody stops here there is neither a key nor a shop.
        """
        clock, address = self._clock, _whole(address)

        def work() -> tuple[FileKey, SheetOnPaper]:
            from app.shop.encryption import make_sheet
            from app.shop.filekey import new_key
            from app.shop.setup import check_draft

            checked = check_draft(draft)
            file, _ = _free_place(address)
            if file is None:
                raise _PlaceRefused(_ONLY_FILES)
            made = key or new_key()
            return made, make_sheet(
                checked.name, made, clock.now(), locale=checked.locale, zone=checked.time_zone,
                country=checked.country, file=str(file),
            )  # fmt: skip

        self._writes.start(work, self._on_prepared, self._on_failed)

    def _on_prepared(self, answer: tuple[FileKey, SheetOnPaper]) -> None:
        self.sheet_ready.emit(*answer)

    def create(self, address: str, draft: ShopDraft, key: FileKey | None = None) -> None:
        """Make the shop at `address`, encrypted under `key`; ends in `shop_ready`, or in `refused` naming a field."""
        clock, address = self._clock, _whole(address)

        def work() -> str:
            from app.shop.setup import check_draft, clear_unfinished, create_encrypted_shop, create_shop, set_up
            from db.uow import Database

            checked = check_draft(draft)
            file, unfinished = _free_place(address)
            if key is not None:
                if file is None:
                    raise _PlaceRefused(_ONLY_FILES)
                clear_unfinished(file)  # nobody's shop is in it: so said the look at the place
                create_encrypted_shop(file, checked, clock, key).close()
            elif unfinished:
                database = Database.connect(address)
                try:
                    set_up(database, checked, clock)
                finally:
                    database.close()
            else:
                create_shop(address, checked, clock).close()
            return address

        self._writes.start(work, self._on_created, self._on_failed)

    def open_existing(self, address: str, typed_key: str = "") -> None:
        """Open a shop that is there; an older one is upgraded first, a file with a copy kept beside it.

        An encrypted one whose key is not known here ends in `refused` at the field "key" until it is typed.
        """
        clock, address = self._clock, _whole(address)

        def work() -> str:
            from app.shop.filekey import key_at, take_key
            from app.shop.verdict import Next, check_database
            from db.errors import WrongKey

            verdict = check_database(address)
            if verdict.next is Next.UNLOCK:
                if not typed_key.strip():
                    raise KeyWanted(verdict.sentence)
                try:
                    take_key(address, typed_key)
                except WrongKey as error:
                    raise KeyWanted(str(error)) from error
                verdict = check_database(address)
            if verdict.next is Next.UPGRADE:
                from app.backup.upgrade import upgrade_with_copy

                upgrade_with_copy(address, clock, key=key_at(address))
            elif verdict.next is not Next.OPEN:
                raise _PlaceRefused(verdict.sentence)
            return address

        self._writes.start(work, self._on_created, self._on_failed)

    def _on_created(self, address: str) -> None:
        self.shop_ready.emit(address)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, DomainError):
            self.refused.emit(error, sentence(error))
        else:
            self.failed.emit(_said(error))


class _PlaceRefused(DomainError):
    code = "shop.place"
    field = "database"


class KeyWanted(DomainError):
    """The recovery key is missing, or another shop's."""

    code = "shop.key"
    field = "key"


_ONLY_FILES = "Only a file on this computer is encrypted here. A server's disks are encrypted by whoever runs it."


def _free_place(address: str) -> tuple[Path | None, bool]:
    """(the file, None for a server; whether a set-up was cut off there). Raises _PlaceRefused where something is."""
    from app.shop.verdict import Next, check_database
    from db.engine import file_of, parse_url
    from db.looking import Found

    verdict = check_database(address)
    if verdict.next is not Next.SET_UP:
        raise _PlaceRefused(verdict.sentence)
    return file_of(parse_url(address)), verdict.found is Found.UNFINISHED


def _whole(address: str) -> str:
    """A file's whole path: the next start may be from another folder. An address of a server as it is."""
    if "://" in address or not address.strip():
        return address
    return str(Path(address.strip()).expanduser().absolute())


def _said(error: Exception) -> str:
    from db.errors import DatabaseProblem

    if isinstance(error, DatabaseProblem):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename or ''}".rstrip(": ")
    return sentence(error)


def _remove(path: Path) -> None:
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        file.unlink(missing_ok=True)
