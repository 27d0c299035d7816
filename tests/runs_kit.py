"""What the tests of whole runs share: `pytest suites ...` as a person would call it, and what it left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness.record import RuleRecord, RunInfo, read_records

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds
TOKEN = "token-of-the-environment-0815"
# What a person must never see: our own or pytest's insides.
INSIDES = ("Traceback", "INTERNALERROR", "site-packages", "_pytest", "Exit:", "!!!!")


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    code: int
    out: str
    err: str
    reports: Path

    @property
    def said(self) -> str:
        """Everything on the terminal."""
        return self.out + self.err

    @property
    def records(self) -> dict[str, RuleRecord]:
        """The lines of the record by rule."""
        return {record.id: record for record in read_records(self.reports)}

    @property
    def info(self) -> RunInfo:
        """What `run.json` says."""
        return msgspec.json.decode((self.reports / "run.json").read_bytes(), type=RunInfo)

    def insides(self) -> list[str]:
        """What of our insides it showed."""
        return [word for word in INSIDES if word in self.said]


def command(reports: Path, *arguments: str) -> list[str]:
    """The call: Fin.com, in one process, with reports in a place of their own, where the arguments say nothing else."""
    paths = [] if any(argument.startswith(("suites", "tests")) for argument in arguments) else ["suites"]
    workers = [] if "-n" in arguments else ["-n", "0"]
    provider = [] if "--provider" in arguments else ["--provider", "fincom"]
    return [sys.executable, "-m", "pytest", *paths, "--reports", str(reports), *provider, *workers, *arguments]


def environment(**variables: str | None) -> dict[str, str]:
    """The environment of a run, with a token for targets that take one."""
    merged = {**os.environ, "ACME_TOKEN": TOKEN, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return {name: value for name, value in merged.items() if value is not None and not name.startswith("PYTEST_")}


def run(reports: Path, *arguments: str, root: Path = ROOT, **variables: str | None) -> Ended:
    """Call it and wait for its end."""
    done = subprocess.run(
        command(reports, *arguments),
        cwd=root,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr, reports)


def bearer_target(folder: Path, url: str, *, more: str = "") -> str:
    """The path of a target file for Fin.com at this URL, with a bearer token from ACME_TOKEN and little patience."""
    path = folder / "acme.toml"
    path.write_text(
        f'description = "A sandbox of tests"\nurl = "{url}"\n{more}\n'
        "[limits]\ntimeout_seconds = 0.5\npoll_seconds = 0.5\n"
        '[providers.fincom]\nspecification = "specs/fincom_v2.openapi.yaml"\ncanary = "listOccupations"\n'
        'auth = { kind = "bearer", token_env = "ACME_TOKEN" }\n',
        encoding="utf-8",
    )
    return str(path)


def tree(folder: Path, *copied: str) -> Path:
    """A checkout of links to ours, in which these files can be written to."""
    for name in ("conftest.py", "harness", "mockserver", "pyproject.toml", "specs", "strategies", "suites", "targets"):
        source = ROOT / name
        if any(each.startswith(f"{name}/") for each in copied):
            _link_all(source, folder / name, {ROOT / each for each in copied})
        else:
            (folder / name).symlink_to(source)
    return folder


def _link_all(source: Path, goal: Path, copied: set[Path]) -> None:
    goal.mkdir(exist_ok=True)
    for each in source.iterdir():
        if each in copied:
            (goal / each.name).write_bytes(each.read_bytes())
        elif any(each in deeper.parents for deeper in copied):
            _link_all(each, goal / each.name, copied)
        elif each.name != "__pycache__":
            (goal / each.name).symlink_to(each)
