"""Harbor's fixture: one client of the provider per worker, or per fault and variant that a proof switches on."""

import pytest

from harness.sandbox import World
from suites.harbor.driver import Harbor


@pytest.fixture(scope="session")
def harbor(world: World) -> Harbor:
    """A client of Harbor at the target."""
    return Harbor.of(world)
