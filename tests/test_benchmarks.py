"""The benchmarks work, in their quick form: no figure of it means anything, but every part of them is gone through."""

from __future__ import annotations

import subprocess
import sys

from mockserver.embedded import ROOT


def said_by(name: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_mock_server_is_measured_beside_others() -> None:
    said = said_by("mock_server")
    for provider in ("fincom", "harbor"):
        assert f"{provider}: GET " in said
    assert said.count("to reach 0.8") == 2


def test_memory_is_measured() -> None:
    said = said_by("memory")
    assert "2000 requests" in said
    assert "controller: " in said
    assert "worker: " in said


def test_growth_is_measured() -> None:
    lines = said_by("growth").splitlines()
    assert lines[0].split() == ["10", "30", "exponent"]
    assert {"run, s", "comparison, s", "index.html, MiB on disk"} <= {line[:28].strip() for line in lines}
