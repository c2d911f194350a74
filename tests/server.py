# tests/server.py

"""HTTP server of files that answers range requests, or fails to.

The server listens on 127.0.0.1, keeps a record of all requests, and
can be told to fail in many ways:

>>> with Server({'a.tif': b'II*'}) as server:
...     server.url('a.tif')
'http://127.0.0.1:.../a.tif'

"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote

# faults that end with the connection
FATAL = {'truncated', 'dead', 'garbage', 'silent', 'stuck', 'endless'}

ETAG = '"1"'
MODIFIED = 'Mon, 01 Jan 2024 00:00:00 GMT'


class Request(NamedTuple):
    """Request, and the answer to it.

    Parameters:
        method: 'GET' or 'HEAD'.
        path: Name of file.
        start, stop: Range asked for, None if all of the file.
        headers: Headers of request.

    """

    method: str
    path: str
    start: int | None
    stop: int | None
    headers: Mapping[str, str]


class Server:
    """HTTP server of files in memory.

    Parameters:
        files: Content of files by name.

    """

    fault = ''
    """What the server does wrong; one of the methods ``fault_*``."""

    moved = ''
    """URL of file that moved."""

    healthy = 0
    """Number of requests to answer correctly before faults begin."""

    faulty = 10**9
    """Number of requests to fail at."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.requests: list[Request] = []
        self.sent = 0
        self.most = 0
        self.gate: threading.Barrier | None = None
        self.stopped = threading.Event()
        self._active = 0
        self._lock = threading.Lock()
        handler = type('Handler', (_Handler,), {'owner': self})
        self._server = _HttpServer(('127.0.0.1', 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def url(self, name: str) -> str:
        """Return URL of file."""
        host, port = self._server.server_address[:2]
        return f'http://{host!s}:{port}/{name}'

    def clear(self) -> None:
        """Forget requests."""
        with self._lock:
            self.requests.clear()
            self.sent = self.most = 0

    def count(self, sent: int) -> None:
        """Add to number of bytes sent."""
        with self._lock:
            self.sent += sent

    def choose_fault(self) -> str:
        """Return fault to show in answer to this request."""
        with self._lock:
            if self.healthy > 0:
                self.healthy -= 1
                return ''
            if self.faulty <= 0:
                return ''
            self.faulty -= 1
            return self.fault

    @contextlib.contextmanager
    def serving(self, request: Request) -> Iterator[None]:
        """Context in which a request is answered."""
        with self._lock:
            self.requests.append(request)
            self._active += 1
            self.most = max(self.most, self._active)
            gate = self.gate
        try:
            if gate is not None and request.start:
                # all but the first are held until enough are made
                with contextlib.suppress(threading.BrokenBarrierError):
                    gate.wait(10)
            yield
        finally:
            with self._lock:
                self._active -= 1

    def stop(self) -> None:
        """Stop server."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore that a client closes the connection."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 20
    owner: Server

    def do_GET(self) -> None:
        """Answer request for a range of a file."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer request for the size of a file."""
        self._answer()

    def _answer(self) -> None:
        name = unquote(self.path.partition('?')[0]).lstrip('/')
        match = re.fullmatch(
            r'bytes=(\d+)-(\d+)', self.headers.get('Range', '')
        )
        start, stop = None, None
        if match is not None:
            start, stop = int(match[1]), int(match[2]) + 1
        request = Request(
            self.command, name, start, stop, dict(self.headers.items())
        )
        owner = self.owner
        with owner.serving(request):
            fault = owner.choose_fault()
            data = owner.files.get(name)
            if fault and not name.startswith('moved/'):
                self.close_connection = fault in FATAL
                getattr(self, 'fault_' + fault)(data, start, stop)
            elif data is None:
                self._send_status(404)
            elif start is None:
                self._send(200, data)
            elif start >= len(data):
                self._send(416, b'', {'Content-Range': f'bytes */{len(data)}'})
            else:
                self._send_range(data, start, stop)

    def _send_status(self, status: int, **headers: str) -> None:
        self._send(status, b'sorry', headers)

    def _send_range(
        self,
        data: bytes,
        start: int,
        stop: int,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> None:
        stop = min(stop, len(data))
        self._send(
            206,
            data[start:stop] if body is None else body,
            {
                'Content-Range': f'bytes {start}-{stop - 1}/{len(data)}',
                'ETag': ETAG,
                'Last-Modified': MODIFIED,
                **(headers or {}),
            },
        )

    def _send(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        headers = {'Content-Length': str(len(body)), **(headers or {})}
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.owner.count(len(body))
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Do not print."""

    # -- faults ---------------------------------------------------------------

    def fault_whole(self, data: bytes, start: int, stop: int) -> None:
        """Ignore the range."""
        self._send(200, data)

    def fault_endless(self, data: bytes, start: int, stop: int) -> None:
        """Ignore the range and send chunks without end."""
        self.send_response(200)
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        while not self.owner.stopped.is_set():
            self.owner.count(4096)
            self.wfile.write(b'1000\r\n' + bytes(4096) + b'\r\n')

    def fault_shifted(self, data: bytes, start: int, stop: int) -> None:
        """Send another range, and say so."""
        self._send_range(data, start + 1, stop + 1)

    def fault_short(self, data: bytes, start: int, stop: int) -> None:
        """Send part of the range, and say so."""
        self._send_range(data, start, stop - 1)

    def fault_unlabelled(self, data: bytes, start: int, stop: int) -> None:
        """Do not say which range is sent."""
        self._send_range(data, start, stop, {'Content-Range': ''})

    def fault_less(self, data: bytes, start: int, stop: int) -> None:
        """Send less than announced by the range."""
        self._send_range(data, start, stop, body=data[start : stop - 1])

    def fault_more(self, data: bytes, start: int, stop: int) -> None:
        """Send more than the range, in chunks."""
        stop = min(stop, len(data))
        body = data[start:stop] + b'more'
        self._send_range(
            data,
            start,
            stop,
            {'Content-Length': '', 'Transfer-Encoding': 'chunked'},
            b'%x\r\n' % len(body) + body + b'\r\n0\r\n\r\n',
        )

    def fault_truncated(self, data: bytes, start: int, stop: int) -> None:
        """Die in the middle of the range."""
        stop = min(stop, len(data))
        self._send_range(
            data,
            start,
            stop,
            {'Content-Length': str(stop - start)},
            data[start : (start + stop) // 2],
        )

    def fault_dead(self, data: bytes, start: int, stop: int) -> None:
        """Die without an answer."""

    def fault_garbage(self, data: bytes, start: int, stop: int) -> None:
        """Send something that is not HTTP."""
        self.wfile.write(b'garbage\r\n\r\n' * 100)

    def fault_silent(self, data: bytes, start: int, stop: int) -> None:
        """Do not answer."""
        self.owner.stopped.wait(20)

    def fault_stuck(self, data: bytes, start: int, stop: int) -> None:
        """Stop in the middle of the range without closing the connection."""
        self.fault_truncated(data, start, stop)
        self.wfile.flush()
        self.owner.stopped.wait(20)

    def fault_encoded(self, data: bytes, start: int, stop: int) -> None:
        """Send a range of a compressed file."""
        import gzip

        self._send_range(
            gzip.compress(data, 1), start, stop, {'Content-Encoding': 'gzip'}
        )

    def fault_grown(self, data: bytes, start: int, stop: int) -> None:
        """Send a range of a file that was appended to."""
        self._send_range(data + data, start, stop)

    def fault_replaced(self, data: bytes, start: int, stop: int) -> None:
        """Send a range of another file of the same size."""
        self._send_range(
            data[::-1],
            start,
            stop,
            {'ETag': '"2"', 'Last-Modified': 'Tue, 02 Jan 2024 00:00:00 GMT'},
        )

    def fault_mirrored(self, data: bytes, start: int, stop: int) -> None:
        """Send a range of the file from a server with other tags."""
        self._send_range(data, start, stop, {'ETag': '"2"'})

    def fault_sizeless(self, data: bytes, start: int, stop: int) -> None:
        """Do not tell the size of the file with the range."""
        if self.command == 'HEAD':
            self._send(200, data, {'Accept-Ranges': 'bytes'})
            return
        stop = min(stop, len(data))
        self._send_range(
            data, start, stop, {'Content-Range': f'bytes {start}-{stop - 1}/*'}
        )

    def fault_moved(self, data: bytes, start: int, stop: int) -> None:
        """Redirect to where the file is."""
        place = self.owner.moved or self.owner.url('moved/a.tif')
        self._send_status(302, Location=place)

    def fault_looped(self, data: bytes, start: int, stop: int) -> None:
        """Redirect to the same place forever."""
        self._send_status(302, Location=self.path)

    def fault_missing(self, data: bytes, start: int, stop: int) -> None:
        """Have lost the file."""
        self._send_status(404)

    def fault_forbidden(self, data: bytes, start: int, stop: int) -> None:
        """Deny access."""
        self._send_status(403)

    def fault_broken(self, data: bytes, start: int, stop: int) -> None:
        """Have an internal error."""
        self._send_status(500)

    def fault_busy(self, data: bytes, start: int, stop: int) -> None:
        """Ask to come again later."""
        self._send_status(503)

    def fault_unsatisfied(self, data: bytes, start: int, stop: int) -> None:
        """Claim that the file does not have the range."""
        self._send(416, b'', {'Content-Range': f'bytes */{len(data)}'})
