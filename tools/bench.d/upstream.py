"""The upstream: an nginx that answers every list of projects with the same bytes, so that what is
measured is whoever asks it."""

import contextlib
import os
import pathlib
import re
import socket
import subprocess
import urllib.request

HERE = pathlib.Path(__file__).parent

# The plain server keeps connections for ever; the TLS server replaces them after a tenth of the
# requests that nginx allows by default, and notes each request's connection.
CONFIGURATION = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
  log_format connections "$connection_requests $ssl_session_reused";
  access_log off;
  keepalive_timeout 1h;
  client_body_temp_path {folder}/client;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port};
    keepalive_requests 1000000000;
    location = /v2/public/projects {{ return 200 '{answer}'; }}
    location = /status {{ stub_status; }}
  }}
  server {{
    listen 127.0.0.1:{tls_port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    keepalive_requests 100;
    access_log {folder}/connections.log connections;
    location = /v2/public/projects {{ return 200 '{answer}'; }}
  }}
}}
"""


class Upstream:
    """A running nginx. `url` and `tls_url` are its two faces."""

    def __init__(self, folder, certificate, key):
        self._log = folder / "connections.log"
        with contextlib.ExitStack() as sockets:
            # nginx cannot pick ports, but takes sockets over as from a process that it replaces.
            listening = [sockets.enter_context(socket.create_server(("127.0.0.1", 0)))
                         for _ in range(2)]
            port, tls_port = (each.getsockname()[1] for each in listening)
            descriptors = [each.fileno() for each in listening]
            configuration = folder / "nginx.conf"
            configuration.write_text(CONFIGURATION.format(
                folder=folder, port=port, tls_port=tls_port, certificate=certificate, key=key,
                answer=(HERE / "project_list.json").read_text().strip(),
            ))
            self._process = subprocess.Popen(
                ["/usr/sbin/nginx", "-p", folder, "-c", configuration, "-e", folder / "error.log"],
                stdin=subprocess.DEVNULL, pass_fds=descriptors,
                env={**os.environ, "NGINX": "".join(f"{each};" for each in descriptors)},
            )
        self.url = f"http://127.0.0.1:{port}"
        self.tls_url = f"https://localhost:{tls_port}"

    def requests(self):
        """How many requests there have been so far."""
        with urllib.request.urlopen(f"{self.url}/status", timeout=60) as answer:
            return int(re.search(r"requests\s+\d+ \d+ (\d+)", answer.read().decode())[1])

    def tls_connections(self, action):
        """Runs `action`; returns the TLS server's counts meanwhile: (requests, connections with a
        full handshake, connections with a resumed one)."""
        start = self._log.stat().st_size
        action()
        with open(self._log) as log:
            log.seek(start)
            lines = [line.split() for line in log]
        first = [reused for requests, reused in lines if requests == "1"]
        return len(lines), first.count("."), first.count("r")

    def stop(self):
        self._process.terminate()
        self._process.wait()
