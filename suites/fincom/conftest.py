"""Fin.com's fixtures: one client of the provider per worker, or per fault and variant that a proof switches on, in each version."""

import pytest

from harness.errors import NotApplicable
from harness.openapi import specification
from harness.sandbox import World
from harness.stash import RUN
from suites.fincom.driver import PROVIDER, Fincom
from suites.fincom.v1 import FincomV1

VERSIONS: dict[str, type[Fincom]] = {"v2": Fincom, "v1": FincomV1}
"""Who speaks which version, by the name of the fixture."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what speaks a version that the target does not have; what names none speaks the one that is there."""
    documents = item.config.stash[RUN].target.providers[PROVIDER].documents
    spoken = {*getattr(item, "fixturenames", ()), getattr(getattr(item, "callspec", None), "params", {}).get("speaking")}
    for version, client in VERSIONS.items():
        if version in spoken and not specification(*documents).describes(client.create_operation):
            raise NotApplicable(f"{client.create_operation} stands in no specification of the target")


@pytest.fixture(scope="session")
def fincom(world: World) -> Fincom:
    """A client of Fin.com at the target, speaking V2, or V1 where the target has no V2."""
    client = Fincom.of(world)
    return client if client.describes(client.create_operation) else FincomV1(client.world, client.sandbox)


@pytest.fixture(scope="session")
def v2(fincom: Fincom) -> Fincom:
    """The client speaking V2."""
    return fincom


@pytest.fixture(scope="session")
def v1(fincom: Fincom) -> FincomV1:
    """The same client speaking V1."""
    return FincomV1(fincom.world, fincom.sandbox)


@pytest.fixture(scope="module", params=VERSIONS)
def speaking(request: pytest.FixtureRequest, fincom: Fincom) -> Fincom:
    """The client speaking one version and then the other."""
    return VERSIONS[request.param](fincom.world, fincom.sandbox)
