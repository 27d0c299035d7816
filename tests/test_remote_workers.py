"""One run on two interpreters, the way that docs/nightly.md says: the other one gets a copy of the project and tests like any worker."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from harness.docket import CONFORMING, USAGE
from harness.record import Verdict, read_records
from mockserver.embedded import Embedded
from tests.runs_kit import PATIENCE, ROOT, environment
from tests.sandbox_kit import DEMO, fincom_target
from tests.servers import free_port


@contextmanager
def another_interpreter(folder: Path, credentials: dict[str, str]) -> Iterator[int]:
    """A process that waits at a port for work, in a directory of its own, with these credentials in its environment."""
    port = free_port()
    words = [sys.executable, "-u", "-m", "execnet.script.socketserver", f"127.0.0.1:{port}"]
    own = environment(**credentials)
    with subprocess.Popen(words, cwd=folder, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as far:
        assert far.stdout is not None
        assert "Entering Accept loop" in far.stdout.readline()
        yield port
        far.kill()


def shared_run(tmp_path: Path, url: str, credentials: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A run that is shared with another interpreter; it goes to `far`, its reports to `reports`."""
    far = tmp_path / "far"
    far.mkdir()
    path = fincom_target(tmp_path / "apart.toml", url, timeout_seconds=5, requests_per_second=200)
    with another_interpreter(far, credentials) as port:
        remote = ("-d", "--tx=popen", f"--tx=socket=127.0.0.1:{port}//chdir={far}", "--max-worker-restart=0")
        copied = (f"--rsyncdir={ROOT}", "--rsyncignore=reports", "-W", "ignore:The --rsyncdir")
        rules = ("--rule=fincom-v2/phone", "--rule=fincom-v2/passport")
        wanted = (f"--target={path}", "--provider=fincom", "--profile=smoke", f"--reports={tmp_path / 'reports'}", *rules, *remote, *copied)
        words = [sys.executable, "-m", "pytest", f"{ROOT}/suites", *wanted]
        return subprocess.run(words, cwd=ROOT, env=environment(**DEMO), capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_two_interpreters_share_a_run(tmp_path: Path) -> None:
    with Embedded() as server:
        ended = shared_run(tmp_path, server.url, DEMO)
        with httpx.Client(base_url=server.url, trust_env=False) as control:
            journal = control.get("/control/tenants/demo-fincom/journal", params={"limit": 1_000}).text
    assert ended.returncode == CONFORMING, ended.stdout + ended.stderr
    assert {record.verdict for record in read_records(tmp_path / "reports")} == {Verdict.PASSED}
    assert set(re.findall(r"rp[0-9a-z]+?(w\d)n\d+", journal)) == {"w0", "w1"}, "each of the two has sent requests"
    copy = tmp_path / "far" / ROOT.name
    assert (copy / "suites").is_dir()
    assert not (copy / "reports").exists()


def test_an_interpreter_without_the_credentials_says_which_it_lacks(tmp_path: Path) -> None:
    with Embedded() as server:
        ended = shared_run(tmp_path, server.url, {})
    said = ended.stdout + ended.stderr
    assert ended.returncode == USAGE, said
    assert "DEMO_ID" in said
    assert "worker gw1" in said
    assert "Traceback" not in said
