"""Fin.com's fixture: one client of the provider per worker, or per fault and variant that a proof switches on."""

import pytest

from harness.sandbox import World
from suites.fincom.driver import Fincom
from suites.fincom.v1 import FincomV1, speaking_v1


@pytest.fixture(scope="session")
def fincom(world: World) -> Fincom:
    """A client of Fin.com at the target."""
    return Fincom.of(world)


@pytest.fixture(scope="session")
def v1(fincom: Fincom) -> FincomV1:
    """The same client speaking V1."""
    return speaking_v1(fincom)
