"""Runs that do not come to their end: killed, interrupted, or with a worker that dies. What was learnt is kept; none is green."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from harness.docket import INCOMPLETE
from harness.record import RuleRecord, RunInfo, Verdict, read_records
from tests.runs_kit import PATIENCE, ROOT, command, environment

# Enough tests for a few seconds, each of them short.
SELECTION = ("--rule", "fincom-v2", "suites/fincom/test_create_presence.py", "suites/fincom/test_create_contact.py")


@contextmanager
def running(reports: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A run that has written its first lines. Whatever is left of it at the end of the block is killed."""
    process = subprocess.Popen(
        command(reports, *SELECTION, *arguments),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        lines = reports / "verdicts.jsonl"
        wait_until(lambda: judged(lines) >= 2 or process.poll() is not None)
        assert process.poll() is None, "the run was over before it could be disturbed"
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.02)


def judged(lines: Path) -> int:
    return lines.read_bytes().count(b'"verdict":"passed"') if lines.exists() else 0


def info(reports: Path) -> RunInfo:
    return msgspec.json.decode((reports / "run.json").read_bytes(), type=RunInfo)


def left(reports: Path) -> dict[Verdict, list[RuleRecord]]:
    found: dict[Verdict, list[RuleRecord]] = {}
    for record in read_records(reports):
        found.setdefault(record.verdict, []).append(record)
    return found


def test_a_killed_run_keeps_whole_lines_says_that_it_was_killed_and_takes_its_server_along(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        servers = [each for each, line in children(process.pid).items() if "mockserver" in line]
        assert len(servers) == 1
        process.kill()
        process.wait()
        wait_until(lambda: not any(alive(server) for server in servers))
    assert len(left(tmp_path)[Verdict.PASSED]) >= 2
    assert (tmp_path / "verdicts.jsonl").read_bytes().endswith(b"}\n")
    assert (info(tmp_path).exit_code, info(tmp_path).finished) == (-1, "")


def test_an_interrupted_run_ends_with_its_summary_and_is_incomplete(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == INCOMPLETE, said
    assert "INCOMPLETE: " in said
    assert "the run was stopped before its tests were done" in said
    assert "Traceback" not in said
    kept = left(tmp_path)
    assert len(kept[Verdict.PASSED]) >= 2
    assert len(kept[Verdict.NOT_CHECKABLE]) >= 1
    assert (info(tmp_path).exit_code, info(tmp_path).verdict) == (INCOMPLETE, "incomplete")
    assert (tmp_path / "index.html").is_file()


def test_a_run_whose_worker_dies_is_incomplete_and_goes_on(tmp_path: Path) -> None:
    with running(tmp_path, "-n", "1") as process:
        (worker,) = [each for each, line in children(process.pid).items() if "mockserver" not in line]
        os.kill(worker, signal.SIGKILL)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == INCOMPLETE, said
    assert "the worker process gw0 died" in " ".join(said.split())
    assert "INTERNALERROR" not in said
    assert len(left(tmp_path)[Verdict.PASSED]) > 10, "another worker took over"
    assert info(tmp_path).verdict == "incomplete"


def children(parent: int) -> dict[int, str]:
    """The processes started by this one, each with its command line."""
    found = {}
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            status = (each / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) == parent:
                found[int(each.name)] = (each / "cmdline").read_text()
    return found


def alive(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
