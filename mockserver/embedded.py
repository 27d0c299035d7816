"""The mock server as a child process, for as long as a `with` block or a test session lasts."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20.0
STOP_SECONDS = 10.0


class Embedded:
    """Starts `python -m mockserver` on a free port; it ends with `stop`, with the block, or with its parent.

    `url` is where it listens. Extra arguments are passed on, e.g. `Embedded("--state", "state.sqlite")`.

    Raises:
        RuntimeError: the server did not come up; the message holds what it said.
    """

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "mockserver", "--port", "0", "--exit-with-parent", *arguments]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._said: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.url = self._first_line()

    def _first_line(self) -> str:
        assert self._process.stdout is not None
        watchdog = threading.Timer(START_SECONDS, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        if not line:
            self.stop()
            raise RuntimeError(f"the mock server did not come up: {''.join(self._said).strip()}")
        url: str = json.loads(line)["url"]
        return url

    def _listen(self) -> None:
        # An unread pipe fills up and would stop the server.
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said = [*self._said[-200:], line]

    @property
    def log(self) -> str:
        """The last lines that the server wrote to stderr."""
        return "".join(self._said)

    def stop(self) -> None:
        """End the server and wait until it is gone; a second call does nothing."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(STOP_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None and not pipe.closed:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
