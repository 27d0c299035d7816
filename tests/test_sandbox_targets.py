"""The targets of the providers' own sandboxes: ready but for credentials, polite, and never the production host by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.openapi import specification
from harness.targets import check_environment, load_target
from tests.runs_kit import ROOT, run

SANDBOXES = {path.stem: path for path in sorted(Path("targets").glob("*-sandbox.toml"))}
VARIABLES = {
    "fincom-sandbox": ("FINCOM_CLIENT_ID", "FINCOM_CLIENT_SECRET"),
    "harbor-sandbox": ("HARBOR_API_KEY",),
    "mbanq-sandbox": ("MBANQ_USERNAME", "MBANQ_PASSWORD", "MBANQ_CLIENT_ID", "MBANQ_CLIENT_SECRET", "MBANQ_TENANT_ID"),
    "omnumi-sandbox": ("OMNUMI_TOKEN", "OMNUMI_TENANT_ID", "OMNUMI_URL"),
}
# Reserved for such purposes: nobody answers there.
NOWHERE = "https://sandbox.invalid"


def _set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES[name]:
        monkeypatch.setenv(variable, NOWHERE if variable.endswith("_URL") else f"value-of-{variable.lower()}")


def test_there_is_one_for_each_provider() -> None:
    assert set(SANDBOXES) == set(VARIABLES)
    providers = {provider for name in SANDBOXES for provider in load_target(name).providers}
    assert providers == set(load_target("mock").providers)


@pytest.mark.parametrize("name", SANDBOXES)
def test_every_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES[name]:
        monkeypatch.delenv(variable, raising=False)
    target = load_target(name)
    with pytest.raises(UsageError) as refused:
        check_environment(target, list(target.providers))
    assert all(variable in str(refused.value) for variable in VARIABLES[name])


@pytest.mark.parametrize("name", SANDBOXES)
def test_a_sandbox_is_treated_politely_and_never_controlled(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(name, monkeypatch)
    target = load_target(name)
    check_environment(target, list(target.providers))
    limits = target.limits
    assert limits.requests_per_second is not None
    assert limits.requests_per_second <= 10
    assert None not in {limits.requests, limits.minutes}
    assert not target.control
    assert not target.embedded
    for provider, entry in target.providers.items():
        assert entry.auth.kind != "control"
        assert target.base_url(provider).startswith("https://")


@pytest.mark.parametrize("name", SANDBOXES)
def test_no_value_of_a_credential_stands_in_the_file(name: str) -> None:
    lines = [line for line in SANDBOXES[name].read_text(encoding="utf-8").splitlines() if "_env" in line]
    assert all(line.split("=")[1].strip().strip('"').isupper() for line in lines)


@pytest.mark.parametrize("name", SANDBOXES)
def test_the_catalogue_says_what_would_run_there_and_why_not(name: str, tmp_path: Path) -> None:
    variables = {each: NOWHERE if each.endswith("_URL") else "x" for each in VARIABLES[name]}
    provider = name.partition("-")[0]
    ended = run(tmp_path, "--target", name, "--provider", provider, "--list-rules", root=ROOT, **variables)
    assert ended.code == 0, ended.said
    assert f"{provider}" in ended.out
    assert "does not claim" in ended.out
    assert ended.insides() == []


def test_the_one_deletion_that_any_document_has_is_that_of_an_identifier() -> None:
    """Nothing else of a sandbox could be deleted: the documents of the sandboxes know no other call that does."""
    documents = {path for name in SANDBOXES for entry in load_target(name).providers.values() for path in entry.documents}
    operations = [operation for path in sorted(documents) for operation in specification(path).operations.values()]
    assert len(operations) > 20
    assert {operation.id for operation in operations if operation.method == "DELETE"} == {"removeIdentifier"}
