"""The servers that a load is put on: ours, Prism with its log and without, a bare handler; and what is sent to each of them alike."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx
import msgspec
import yaml

ROOT = Path(__file__).resolve().parent.parent
# Prism asks for a later Node than some machines have, so both come from npm.
PRISM = ("npx", "--yes", "-p", "node@24.21.0", "-p", "@stoplight/prism-cli@5.16.0", "prism", "mock")
START_SECONDS = 300  # the first call of npx fetches the packages
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


class Mix(NamedTuple):
    """What every server is asked in turn: to read a customer, and to create a valid one, the document's own example.

    `prefix` is where our server has the provider; `id_name` is the customer's id in `data` of the answer; `{n}` in a header is
    another number in each request. `described`: whether the document describes both, or Prism could not serve the read.
    """

    name: str
    specification: str
    prefix: str
    create_path: str
    read_path: str
    id_name: str
    headers: dict[str, str]
    described: bool

    def body(self) -> bytes:
        """The customer as it is sent."""
        document = yaml.safe_load((ROOT / self.specification).read_text(encoding="utf-8"))
        content = document["paths"][self.create_path]["post"]["requestBody"]["content"]["application/json"]
        if "example" in content:
            return msgspec.json.encode(content["example"])
        first: str = next(iter(content["examples"].values()))["$ref"]
        return msgspec.json.encode(document["components"]["examples"][first.rpartition("/")[2]]["value"])


MIXES = (
    Mix(
        name="fincom",
        specification="specs/fincom_v2.openapi.yaml",
        prefix="/fincom",
        create_path="/v2/customers/individual",
        read_path="/v2/customers/{id}",
        id_name="customer_id",
        headers={"authorization": "Bearer demo-token"},
        described=True,
    ),
    Mix(
        name="harbor",
        specification="specs/harbor.openapi.yaml",
        prefix="/harbor",
        create_path="/api/v1/customers",
        read_path="/api/v1/customers/{id}",
        id_name="uuid",
        headers={"x-api-key": "demo-key", "idempotency-key": "{n}"},
        described=False,
    ),
)


class Running:
    """A command with all processes that it starts, until the block ends."""

    def __init__(self, command: list[str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        self._process = subprocess.Popen(  # noqa: S603 - commands of this room
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said, start_new_session=True
        )

    def is_on(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def said(self) -> str:
        """The end of what it wrote to standard error."""
        self._said.seek(0)
        return self._said.read()[-2000:].decode(errors="replace")

    def processes(self) -> list[Path]:
        """Its processes, as folders of /proc, the first one first."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with suppress(OSError):
                    if int(_stat(folder)[3]) == self._process.pid:
                        found.append(folder)
        return sorted(found, key=lambda folder: int(folder.name))

    def cpu_seconds(self) -> float:
        """The processor time that it has used, in user and system mode, by all processes that it has now."""
        return sum(int(ticks) for folder in self.processes() for ticks in _stat(folder)[11:13]) / TICKS

    def each_resident_mib(self) -> list[float]:
        """The memory that each of its processes holds."""
        found = []
        for folder in self.processes():
            with suppress(OSError):
                found.append(int((folder / "statm").read_text().split()[1]) * PAGE / 2**20)
        return found

    def resident_mib(self) -> float:
        """The memory that it holds."""
        return sum(self.each_resident_mib())

    def stop(self) -> None:
        """End it with its children."""
        for wanted in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, wanted)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self._said.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class Server(Running):
    """A server, from when it listens until the block ends."""

    def __init__(self, command: list[str], port: int) -> None:
        super().__init__(command)
        self.port = port
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.is_on():
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"the server did not come up: {self.said()}")


def _stat(folder: Path) -> list[str]:
    """What the kernel says of a process, from its state on: the name before it may hold blanks."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def ours(_: Mix) -> Server:
    """Our mock server."""
    port = free_port()
    return Server([sys.executable, "-m", "mockserver", "--port", str(port)], port)


def bare(mix: Mix) -> Server:
    """The bare Starlette handler."""
    port = free_port()
    where = [str(port), mix.specification, mix.create_path, mix.read_path, mix.id_name]
    return Server([sys.executable, "-m", "benchmarks.bare", *where], port)


def prism(mix: Mix) -> Server:
    """Prism as it comes; its log goes nowhere."""
    port = free_port()
    return Server([*PRISM, mix.specification, "--port", str(port)], port)


def silenced_prism(mix: Mix) -> Server:
    """Prism that logs nothing."""
    port = free_port()
    return Server([*PRISM, mix.specification, "--port", str(port), "--verboseLevel", "silent"], port)


def requests(mix: Mix, server: Server, prefix: str) -> list[list[bytes]]:
    """A read and a creation, as `Plan` wants them; the read is of a customer that is made now."""
    body = mix.body()
    made = httpx.post(
        f"http://127.0.0.1:{server.port}{prefix}{mix.create_path}",
        content=body,
        headers={"content-type": "application/json", **{name: value.format(n="first") for name, value in mix.headers.items()}},
        trust_env=False,
        timeout=20,
    )
    identity: Any = made.raise_for_status().json()["data"][mix.id_name]
    read = raw_request("GET", prefix + mix.read_path.format(id=identity), mix.headers)
    create = raw_request("POST", prefix + mix.create_path, mix.headers, body)
    return [read, create]


def raw_request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> list[bytes]:
    """A request as `Plan` wants it, cut where its head has `{n}`."""
    fixed = {"host": "127.0.0.1", "accept": "application/json"}
    if body:
        fixed |= {"content-type": "application/json", "content-length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in (fixed | headers).items())]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    *pieces, last = head.split(b"{n}")
    return [*pieces, last + body]
