"""Requests to other participants, against small servers on this machine."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from genba.connector.http import GuardedHttp
from genba.errors import Denied, InvalidInput, Unavailable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Name: a\r\n\r\nok"
Handler = Callable[[socket.socket], None]


class Server:
    """Accepts connections and hands each to a function in a thread."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with closing(connection):
            try:
                self._handler(connection)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], Server]]:
    servers: list[Server] = []

    def start(handler: Handler) -> Server:
        servers.append(Server(handler))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def always(answer: bytes) -> Handler:
    def handler(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(answer)

    return handler


def local(**options: object) -> GuardedHttp:
    return GuardedHttp(private=("127.0.0.0/8",), plain_http=True, **options)  # type: ignore[arg-type]


def test_an_answer_is_read_and_its_headers_have_lower_case_names(serve: Callable[[Handler], Server]) -> None:
    answer = local().request("GET", serve(always(OK)).url + "/x?y=1", headers={"Accept": "application/json"})
    assert (answer.status, answer.body, answer.headers["x-name"]) == (200, b"ok", "a")


def test_what_is_sent_arrives_as_it_is(serve: Callable[[Handler], Server]) -> None:
    seen: list[bytes] = []

    def handler(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    local().request("POST", serve(handler).url + "/a", headers={"Authorization": "Bearer x"}, body=b'{"a": 1}')
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a HTTP/1.1\r\nHost: 127.0.0.1:") and b"Authorization: Bearer x" in head
    assert body == b'{"a": 1}'


def test_a_connection_is_used_again(serve: Callable[[Handler], Server]) -> None:
    server, http = serve(always(OK)), local()
    for _ in range(5):
        http.request("POST", server.url, body=b"{}")
    assert server.connections == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(serve: Callable[[Handler], Server]) -> None:
    def once(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)

    server, http = serve(once), local()
    for _ in range(3):
        assert http.request("POST", server.url, body=b"{}").status == 200


def test_a_redirect_is_not_followed(serve: Callable[[Handler], Server]) -> None:
    server = serve(always(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))
    assert local().request("GET", server.url).status == 302
    assert server.connections == 1


def test_this_machine_is_refused_unless_named(serve: Callable[[Handler], Server]) -> None:
    server = serve(always(OK))
    with pytest.raises(Denied):
        GuardedHttp(private=("10.0.0.0/8",), plain_http=True).request("GET", server.url)
    assert server.connections == 0


def test_a_name_that_changes_its_address_is_connected_to_the_checked_one(serve: Callable[[Handler], Server]) -> None:
    server, asked = serve(always(OK)), []

    def resolve(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("10.0.0.1",)

    http = local(resolve=resolve)
    url = server.url.replace("127.0.0.1", "partner.example")
    assert http.request("GET", url).status == 200
    assert asked == ["partner.example"]


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 2000,
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"],
)  # fmt: skip
def test_an_answer_beyond_the_limit_is_refused(serve: Callable[[Handler], Server], answer: bytes) -> None:
    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    with pytest.raises(Unavailable) as refused:
        local(max_body_bytes=1000).request("GET", serve(handler).url)
    assert refused.value.code == "connector.too_large"


def test_a_server_that_drips_is_left_at_the_deadline(serve: Callable[[Handler], Server]) -> None:
    stop = threading.Event()

    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.02):
            connection.sendall(b"X-A: b\r\n")

    with pytest.raises(Unavailable) as refused:
        local(timeout_s=0.3).request("GET", serve(handler).url)
    stop.set()
    assert refused.value.code in ("connector.timed_out", "connector.no_answer")


def test_a_broken_off_answer_is_told(serve: Callable[[Handler], Server]) -> None:
    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")

    with pytest.raises(Unavailable) as refused:
        local().request("GET", serve(handler).url)
    assert refused.value.code == "connector.broken_off"


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
     b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", b"HTTP/1.1 200 OK\r\n folded\r\n\r\n",
     b"HTTP/2 200\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
     b"HTTP/1.1 103 Early Hints\r\n" + b"A: b\r\n" * 200 + b"\r\n" + OK,
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" + b"A: b\r\n" * 200 + b"\r\n",
     b"HTTP/1.1 100 Continue\r\n\r\n" * 50, b"HTTP/1.1 200 OK\r\nA: " + b"b" * 40_000 + b"\r\n\r\n"],
)  # fmt: skip
def test_a_head_that_leaves_doubts_is_no_answer(serve: Callable[[Handler], Server], answer: bytes) -> None:
    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    with pytest.raises(Unavailable):
        local(timeout_s=2.0).request("GET", serve(handler).url)


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_an_answer_without_body_leaves_the_connection_in_use(serve: Callable[[Handler], Server], status: bytes) -> None:
    server, http = serve(always(b"HTTP/1.1 " + status + b"\r\n\r\n")), local()
    for _ in range(3):
        assert http.request("GET", server.url).body == b""
    assert server.connections == 1


def test_only_the_head_of_a_file_can_be_asked_for(serve: Callable[[Handler], Server]) -> None:
    server, http = serve(always(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")), local()
    for _ in range(2):
        answer = http.request("HEAD", server.url)
        assert (answer.body, answer.headers["content-length"]) == (b"", "500")
    assert server.connections == 1


def test_what_comes_before_the_answer_is_passed_over(serve: Callable[[Handler], Server]) -> None:
    server = serve(always(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK))
    assert local().request("GET", server.url).body == b"ok"


def test_nobody_there_is_unavailable() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable) as refused:
        local().request("GET", f"http://127.0.0.1:{port}/")
    assert refused.value.code == "connector.not_reached"


def test_a_header_cannot_smuggle_another(serve: Callable[[Handler], Server]) -> None:
    with pytest.raises(InvalidInput):
        local().request("GET", serve(always(OK)).url, headers={"A": "b\r\nC: d"})


def test_a_stream_gives_all_bytes_and_keeps_the_connection(serve: Callable[[Handler], Server]) -> None:
    body = bytes(range(256)) * 4000
    answer = b"HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    server, http = serve(always(answer)), local()
    for _ in range(2):
        buffer, got = bytearray(100_000), bytearray()
        with http.stream("GET", server.url) as streamed:
            while count := streamed.readinto(buffer):
                got += buffer[:count]
            assert streamed.status == 206 and streamed.is_complete
        assert bytes(got) == body
    assert server.connections == 1


def test_a_stream_that_breaks_off_is_not_complete(serve: Callable[[Handler], Server]) -> None:
    def handler(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")

    with local().stream("GET", serve(handler).url) as streamed:
        buffer = bytearray(100)
        while streamed.readinto(buffer):
            pass
        assert not streamed.is_complete


def test_a_certificate_that_nobody_vouches_for_is_refused(serve: Callable[[Handler], Server]) -> None:
    def handler(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"not tls at all")

    http = GuardedHttp(private=("127.0.0.0/8",))
    with pytest.raises(Unavailable) as refused:
        http.request("GET", serve(handler).url.replace("http:", "https:"))
    assert refused.value.code == "connector.tls_failed"
