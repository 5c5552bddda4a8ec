"""The services behind the screens, each made once, when first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from app.clock import Clock
    from db.uow import Database

S = TypeVar("S")


class Services:
    """`services.get(CouponService)`: only page factories and ui/main.py call it, and hand the result on.

    A service whose constructor is `(database, clock)` needs nothing more. One that needs other things is told how
    once, at start-up: `services.provide(PaperService, lambda services: PaperService(services.database, spooler))`.
    Thread-safe, for a read job may be the first to need a service.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._made: dict[type[Any], Any] = {}
        self._makers: dict[type[Any], Callable[[Services], Any]] = {}
        self._lock = threading.RLock()

    def provide(self, kind: type[S], maker: Callable[[Services], S]) -> None:
        with self._lock:
            self._makers[kind] = maker
            self._made.pop(kind, None)

    def get(self, kind: type[S]) -> S:
        with self._lock:
            made = self._made.get(kind)
            if made is None:
                maker = self._makers.get(kind)
                made = maker(self) if maker is not None else kind(self.database, self.clock)  # type: ignore[call-arg]
                self._made[kind] = made
            result: S = made
            return result
