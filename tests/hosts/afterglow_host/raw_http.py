"""HTTP by hand, so that every byte of a header line is as the test says, or as it came.

Python's own client and server decode, refuse or join lines; these do not. A message's header is a
list of (name, value) pairs of bytes, one a line; values are without the blanks around them.
"""

import socket
import threading

from .servers import PATIENCE_S


class Ended(Exception):
    """The peer closed where a message was not over."""


class Reader:
    """Reads messages from a socket."""

    def __init__(self, connection):
        self._connection = connection
        self._unread = b""

    def _fill(self):
        more = self._connection.recv(65536)
        if not more:
            raise Ended()
        self._unread += more

    def _until(self, mark):
        while mark not in self._unread:
            self._fill()
        part, self._unread = self._unread.split(mark, 1)
        return part

    def _bytes(self, count):
        while len(self._unread) < count:
            self._fill()
        part, self._unread = self._unread[:count], self._unread[count:]
        return part

    def head(self):
        """(first line, header)."""
        first, *lines = self._until(b"\r\n\r\n").split(b"\r\n")
        pairs = [line.split(b":", 1) for line in lines]
        return first, [(name, value.strip(b" \t")) for name, value in pairs]

    def message(self):
        """(first line, header, body)."""
        first, header = self.head()
        framing = {name.lower(): value for name, value in header}
        if framing.get(b"transfer-encoding", b"").lower() == b"chunked":
            return first, header, self._chunks()
        return first, header, self._bytes(int(framing.get(b"content-length", 0)))

    def _chunks(self):
        body = b""
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            body += self._bytes(size)
            self._until(b"\r\n")
        self._until(b"\r\n")
        return body


def request(port, method, target, lines=(), body=b""):
    """(status, body) of the answer to exactly these header lines, besides Host and the framing."""
    head = [f"{method} {target} HTTP/1.1".encode(), b"Host: 127.0.0.1", b"Connection: close",
            f"Content-Length: {len(body)}".encode(), *lines]
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        connection.sendall(b"\r\n".join(head) + b"\r\n\r\n" + body)
        first, _, answer = Reader(connection).message()
    return int(first.split()[1]), answer


class Callbacks:
    """A server that notes (target, header, body) of each POST, in order. It answers
    `statuses[target]`, or 200."""

    def __init__(self, family=socket.AF_INET, address="127.0.0.1"):
        self.arrived = []
        self.statuses = {}
        self._listener = socket.create_server((address, 0), family=family)
        self.port = self._listener.getsockname()[1]
        host = f"[{address}]" if family == socket.AF_INET6 else address
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            reader = Reader(connection)
            try:
                while True:
                    first, header, body = reader.message()
                    target = first.split()[1].decode("latin-1")
                    self.arrived.append((target, header, body))
                    status = self.statuses.get(target, 200)
                    connection.sendall(f"HTTP/1.1 {status} \r\nContent-Length: 0\r\n\r\n".encode())
            except (Ended, OSError):
                pass

    def take(self):
        """What arrived since the last time."""
        taken, self.arrived = self.arrived, []
        return taken
