"""A line to a database server that takes its time and counts round trips, and that can stall and be cut."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Optional

_CHUNK = 1 << 16
# Closing with this tells the other side at once that all is lost, and sends nothing more.
_RESET = struct.pack("ii", 1, 0)


class SlowLine:
    """A door on 127.0.0.1 that leads to a socket of a server.

    Parameters
    ----------
    target
        The socket's path.
    delay_s
        How long a question and its answer are under way together.

    Attributes
    ----------
    round_trips
        How often somebody asked after an answer, on all connections together.
    """

    def __init__(self, target: Path, delay_s: float = 0.0) -> None:
        self._target = str(target)
        self._delay_s = delay_s
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.round_trips = 0
        self._counting = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._trap: Optional[tuple[bytes, bool, Callable[[], None]]] = None
        self._ends: list[socket.socket] = []
        self._carriers: list[threading.Thread] = []
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        while True:
            try:
                client, _address = self._door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._target)
            except OSError:
                # No server is there at present.
                client.close()
                continue
            self._ends += [client, server]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            has_answered = threading.Event()
            has_answered.set()
            for ends in ((client, server, has_answered, True), (server, client, has_answered, False)):
                carrier = threading.Thread(target=self._carry, args=ends, daemon=True)
                self._carriers.append(carrier)
                carrier.start()

    def _carry(
        self, source: socket.socket, target: socket.socket, has_answered: threading.Event, asks: bool
    ) -> None:
        try:
            while data := source.recv(_CHUNK):
                self._flowing.wait()
                if not asks:
                    has_answered.set()
                elif has_answered.is_set():
                    has_answered.clear()
                    with self._counting:
                        self.round_trips += 1
                    time.sleep(self._delay_s)
                word, is_heard, act = self._trap or (b"", False, None)
                if asks and act and word in data:
                    self._trap = None
                    # Whatever is heard, the answer stays away.
                    self.stall()
                    if is_heard:
                        target.sendall(data)
                    act()
                    continue
                target.sendall(data)
        except OSError:
            pass
        finally:
            for one in (source, target):
                # Closing alone tells nobody anything while the other carrier still reads.
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def stall(self) -> None:
        """Let nothing through, and say nothing of it: those who call are let in and hear nothing."""
        self._flowing.clear()

    @property
    def is_stalled(self) -> bool:
        """Whether nothing gets through."""
        return not self._flowing.is_set()

    def stall_at(self, word: bytes) -> None:
        """Stall once somebody has said a word, which the server still hears."""
        self._trap = word, True, lambda: None

    def cut_at(self, word: bytes, *, is_heard: bool) -> None:
        """Cut once somebody has said a word, which the server still hears or does not."""
        self._trap = word, is_heard, self.cut

    def cut(self) -> None:
        """End what is open, and say so at once."""
        ends, self._ends = self._ends, []
        carriers, self._carriers = self._carriers, []
        for end in ends:
            with suppress(OSError):
                if end.family == socket.AF_INET:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RD)
                end.close()
        self.mend()
        for carrier in carriers:
            # Their sockets are closed once nobody reads them.
            if carrier is not threading.current_thread():
                carrier.join(5.0)

    def mend(self) -> None:
        """Let through what waited, and all that comes."""
        self._flowing.set()

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.close()
        self.mend()
