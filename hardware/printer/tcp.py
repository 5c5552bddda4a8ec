"""A network printer's raw port."""

from __future__ import annotations

import contextlib
import socket
import sys
import time

from hardware.printer.transport import PATIENCE, gone, not_found, stuck

_CONNECT = 3.0
_CHUNK = 4096
_SEND_BUFFER = 8192  # small, so that a job the printer does not take is noticed and not swallowed by this side


class TcpTransport:
    """Raw bytes to `host`, port 9100 unless said otherwise."""

    can_answer = True
    stays_open = False

    def __init__(self, host: str, port: int = 9100, *, patience: float = PATIENCE) -> None:
        self._address = (host, port)
        self._patience = patience
        self._socket: socket.socket | None = None

    def open(self) -> None:
        if self._socket is not None:
            return
        try:
            line = socket.create_connection(self._address, timeout=min(_CONNECT, self._patience))
        except (OSError, UnicodeError):
            raise not_found(f"{self._address[0]}:{self._address[1]}") from None
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._socket = line

    def write(self, data: bytes) -> None:
        """The limit is on time without progress: a slow printer is let finish, a stuck one is not waited for."""
        line = self._line()
        sent = 0
        line.settimeout(self._patience)
        while sent < len(data):
            try:
                sent += line.send(data[sent : sent + _CHUNK])
            except TimeoutError:
                raise stuck(started=sent > 0) from None
            except OSError:
                raise gone(started=sent > 0) from None

    def read(self, wait: float) -> bytes:
        line = self._line()
        line.settimeout(max(wait, 0.001))
        try:
            received = line.recv(256)
        except TimeoutError:
            return b""
        except OSError:
            raise gone(started=False) from None
        if not received:
            raise gone(started=False)
        return received

    def finish(self) -> bool:
        """Closes our side and waits for the printer to close its own, which it does once it has read all."""
        line = self._line()
        until = time.monotonic() + min(1.5, self._patience)
        try:
            line.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                line.settimeout(left)
                if not line.recv(256):
                    return True
        except TimeoutError:
            pass  # many printers keep their side open; silence is no bad news
        except OSError:
            return False
        return _all_acknowledged(line)

    def close(self) -> None:
        line, self._socket = self._socket, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()

    def _line(self) -> socket.socket:
        if self._socket is None:
            raise gone(started=False)
        return self._socket


def _all_acknowledged(line: socket.socket) -> bool:
    """Whether the other side has confirmed every byte; taken as so where the system cannot tell."""
    if sys.platform != "linux":
        return True
    import fcntl
    import struct
    import termios

    with contextlib.suppress(OSError):
        answer = fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0" * 4)
        return int(struct.unpack("i", answer)[0]) <= 1  # our own end-of-data mark may still count as one
    return True
