"""Runs that a run of ours starts: pytest as a person would call it, with the call shown."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterable


def pytest_suites(*words: str, providers: Iterable[str] = ()) -> int:
    """Run the suites with these options and return the exit code."""
    call = ["suites", *words, *(word for provider in providers for word in ("--provider", provider))]
    sys.stdout.write(f"\n$ pytest {shlex.join(call)}\n")
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", "pytest", *call], check=False).returncode  # noqa: S603 - ourselves
