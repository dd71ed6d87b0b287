"""A line to a database server that takes its time and counts how often an answer is waited for."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

_CHUNK = 1 << 16


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
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        while True:
            try:
                client, _address = self._door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            has_answered = threading.Event()
            has_answered.set()
            for ends in ((client, server, has_answered, True), (server, client, has_answered, False)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(
        self, source: socket.socket, target: socket.socket, has_answered: threading.Event, asks: bool
    ) -> None:
        try:
            while data := source.recv(_CHUNK):
                if not asks:
                    has_answered.set()
                elif has_answered.is_set():
                    has_answered.clear()
                    with self._counting:
                        self.round_trips += 1
                    time.sleep(self._delay_s)
                target.sendall(data)
        except OSError:
            pass
        finally:
            for one in (source, target):
                one.close()

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.close()
