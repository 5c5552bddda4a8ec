"""A connection to a PostgreSQL server that does not wait for ever on a line nobody answers on.

TCP's own timers notice a line that loses what is sent. They do not notice one whose other end takes every byte and
never says anything: a stopped proxy, a firewall that hangs, a virtual machine that was frozen. A long statement looks
the same from here, so after some silence the server itself is asked on a line of its own whether it is there (F24).
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

SILENCE_S = 1.5  # without a byte, before the server is asked for the first time
ASK_AGAIN_S = 5.0  # between two questions while a statement goes on
ANSWER_S = 2.0  # for the answer
# The first packet of any client that wants TLS: answered with one byte before anybody says who they are.
_IS_ANYBODY_THERE = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


class WatchedConnection(psycopg.Connection[Any]):
    """Breaks off with OperationalError, as for any lost connection, once the server is silent on a second line too."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        return super().wait(self._watched(gen), interval=interval, timeout=timeout)

    def _watched(self, gen: PQGen[RV]) -> Generator[Any, Any, RV]:
        """`gen`, and a look at the clock each time it is woken with nothing to do."""
        ask_at = 0.0  # never, as long as something comes
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    ask_at = 0.0
                elif not ask_at:
                    ask_at = time.monotonic() + SILENCE_S
                elif time.monotonic() >= ask_at:
                    self._ask()
                    ask_at = time.monotonic() + ASK_AGAIN_S
                wanted = gen.send(ready)
        except StopIteration as end:
            answer: RV = end.value
            return answer

    @property
    def is_hung_up(self) -> bool:
        """Whether something lies unread on an idle connection: the server said farewell, or is gone."""
        if self.closed:
            return True
        if hasattr(select, "poll"):
            look = select.poll()
            look.register(self.pgconn.socket, select.POLLIN)
            return bool(look.poll(0))
        return bool(select.select([self.pgconn.socket], [], [], 0)[0])  # Windows, where any handle will do

    def _ask(self) -> None:
        address = self.info.hostaddr
        if address and not answers(address, self.info.port):
            self.close()  # a ROLLBACK would wait just as long
            raise psycopg.OperationalError("the server does not answer any more")


def answers(address: str, port: int) -> bool:
    """Whether a PostgreSQL server, or what stands before it, says anything at all within ANSWER_S."""
    try:
        with socket.create_connection((address, port), ANSWER_S) as line:
            line.sendall(_IS_ANYBODY_THERE)
            return bool(line.recv(1))
    except OSError:
        return False
