"""`python -m mockserver`: serve all providers and the control API on one port."""

import argparse
import gc
import ipaddress
import json
import logging
import socket
import ssl
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn

from mockserver.app import App
from mockserver.state import UnusableState
from mockserver.wire import Outbox, Wire

EXIT_CANNOT_START = 4
# Longer than clients keep a connection in their pools, so that they never write into one that is being closed.
KEEP_ALIVE_SECONDS = 120
# Objects made, less those gone again, until the youngest are searched for cycles.
GARBAGE_AFTER = 10_000


class CannotStart(Exception):
    """The server cannot be started as asked; the message says why and the way out."""


class AnnouncingServer(uvicorn.Server):
    """Tells where it listens once it does: a line of JSON on stdout, and a greeting on stderr."""

    greeting = ""
    url = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(json.dumps({"url": self.url}) + "\n")
            sys.stdout.flush()
            sys.stderr.write(self.greeting)
            sys.stderr.flush()


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser("python -m mockserver", description="Honest mock servers of all providers.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8700, help="port, 0 for a free one (default: %(default)s)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the state in this SQLite file")
    parser.add_argument("--control-token", metavar="TOKEN", help="bearer token that guards /control")
    parser.add_argument("--tls-certificate", type=Path, metavar="FILE", help="serve HTTPS with this certificate (PEM)")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of the certificate (PEM)")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when standard input does")
    return parser.parse_args(argv)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; give a number from 0 to 65535")
    return number


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address.

    Raises:
        CannotStart: the port is taken, or the address is not this machine's.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStart(f"cannot listen on {host}:{port}: {reason}; another --port, or 0, picks a free one") from None
    return bound


def check_tls(certificate: Path | None, key: Path | None) -> None:
    """Raise `CannotStart` unless certificate and key are both absent, or belong together."""
    if (certificate is None) != (key is None):
        raise CannotStart("--tls-certificate and --tls-key go together; give both, or none for plain HTTP")
    if certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:
        why = error.strerror or str(error)
        raise CannotStart(f"--tls-certificate {certificate} with --tls-key {key} cannot be used: {why}; give PEM files") from None


def server(options: argparse.Namespace) -> tuple[AnnouncingServer, socket.socket]:
    """Return a server that is ready to run on a bound socket.

    Raises:
        CannotStart: the command line asks for what cannot be had.
    """
    if not is_loopback(options.host) and not options.control_token:
        raise CannotStart(f"--host {options.host} is open to other machines, and /control would be too: add --control-token TOKEN")
    check_tls(options.tls_certificate, options.tls_key)
    bound = listen(options.host, options.port)
    try:
        app = App(options.control_token, options.state)
    except UnusableState as error:
        raise CannotStart(str(error)) from None
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=cast(Any, partial(Wire, Outbox())),
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=2,
        ssl_certfile=options.tls_certificate,
        ssl_keyfile=options.tls_key,
    )
    announcing = AnnouncingServer(config)
    host = f"[{options.host}]" if ":" in options.host else options.host
    announcing.url = f"{'https' if options.tls_certificate else 'http'}://{host}:{bound.getsockname()[1]}"
    announcing.greeting = greeting(announcing.url, app)
    return announcing, bound


def greeting(url: str, app: App) -> str:
    """Return what a person who started the server wants to know."""
    lines = [f"The mock server listens on {url}; what happens there is shown at {url}/control"]
    lines += [f"{provider.name}: {url}{provider.prefix} for anybody: {provider.welcome()}" for provider in app.providers]
    return "\n".join(lines) + "\n"


def end_with_stdin(running: uvicorn.Server) -> None:
    """Stop the server as soon as standard input ends, which it does when the parent is gone."""

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        running.should_exit = True

    threading.Thread(target=watch, daemon=True).start()


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal; return the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    # It reports broken forms, which are answered with 400, as errors of its own.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    options = arguments(argv)
    try:
        running, bound = server(options)
    except CannotStart as problem:
        sys.stderr.write(f"mockserver: {problem}\n")
        return EXIT_CANNOT_START
    # All that is there by now stays; what comes is mostly values without cycles, and looking for some less often saves a tenth.
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)
    if options.exit_with_parent:
        end_with_stdin(running)
    try:
        running.run(sockets=[bound])
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
