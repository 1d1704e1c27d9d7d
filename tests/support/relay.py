"""TCP servers between the gateway and what it calls: a relay, with or without TLS, and a proxy."""

import base64
import contextlib
import selectors
import socket
import ssl
import threading

CHUNK = 1 << 16


def address_of(url):
    """(host, port) of a URL such as http://127.0.0.1:8080."""
    host, _, port = url.rpartition("/")[2].rpartition(":")
    return host, int(port)


class Relay:
    """Passes connections on to an address, byte by byte. What `before_forward` is given, if it is,
    are the bytes that a client sent, before they are passed on."""

    def __init__(self, target, tls=None, before_forward=None):
        self.target = target
        self.connections = 0
        self.server_names = []  # that clients asked for in their TLS handshakes
        self._before_forward = before_forward
        self._tls = tls
        if tls is not None:
            tls.sni_callback = lambda _, name, __: self.server_names.append(name)
        self._sockets = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def close(self):
        for each in (self._listener, *self._sockets):
            # Closing alone would not wake the threads that wait for it.
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @staticmethod
    def _start(run, *arguments):
        threading.Thread(target=run, args=arguments, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                self._sockets.append(client)
                self._start(self._serve, client)

    def _serve(self, client):
        with contextlib.suppress(OSError, ValueError), client:
            if self._tls is not None:
                client = self._tls.wrap_socket(client, server_side=True)
                self._sockets.append(client)
            self._connect(client)

    def _connect(self, client):
        self._join(client, self.target)

    def _join(self, client, target):
        """One thread for both directions: a TLS socket is not to be read and written at once."""
        with client, socket.create_connection(target) as server:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(server)
            with selectors.DefaultSelector() as selector:
                selector.register(client, selectors.EVENT_READ, (server, self._before_forward))
                selector.register(server, selectors.EVENT_READ, (client, None))
                while all([self._pass_on(key.fileobj, *key.data) for key, _ in selector.select()]):
                    pass

    @staticmethod
    def _pass_on(source, sink, before_forward):
        """Passes on what has arrived; False once the source has closed its connection."""
        while True:
            data = source.recv(CHUNK)
            if data and before_forward is not None:
                before_forward(data)
            sink.sendall(data)
            # What TLS has taken from the socket already, the selector does not see.
            if not (data and isinstance(source, ssl.SSLSocket) and source.pending()):
                return bool(data)


def server_tls(certificate):
    """TLS of a server with the PEM files of a certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


class Proxy(Relay):
    """An HTTP proxy that knows CONNECT only. It leads to `target`, whatever host is asked for;
    with a `status` other than 200 it leads nowhere."""

    def __init__(self, target, status=200):
        super().__init__(target)
        self._status = status
        self.asked_for = []  # "HOST:PORT"
        self.credentials = []  # "USER:PASSWORD", or None

    def _connect(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(CHUNK)
            if not data:
                return
            head += data
        request, *fields = head.decode().split("\r\n\r\n")[0].split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields)
        encoded = headers.get("Proxy-Authorization", "").removeprefix("Basic ")
        self.asked_for.append(request.split()[1])
        self.credentials.append(base64.b64decode(encoded).decode() or None)
        client.sendall(f"HTTP/1.1 {self._status} Whatever\r\n\r\n".encode())
        if self._status == 200:
            self._join(client, self.target)
