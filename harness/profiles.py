"""How hard to look: Hypothesis settings by name, the same on every machine whatever the CI variables say."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, MultiplexedDatabase
from hypothesis.extra.redis import RedisExampleDatabase
from hypothesis.internal.conjecture import engine
from redis import Redis

from harness.errors import UsageError, did_you_mean

# The Redis server by which several machines share examples, such as redis://localhost:6379/0.
SHARED = "RAILPROOF_EXAMPLES"


@dataclass(frozen=True)
class Profile:
    """`examples` per test, `steps` per life of a state machine, seconds to spend on making a breach smaller."""

    examples: int
    steps: int
    shrinking_seconds: int


PROFILES = {
    "smoke": Profile(examples=1, steps=8, shrinking_seconds=5),
    "nightly": Profile(examples=5, steps=20, shrinking_seconds=10),
    "deep": Profile(examples=60, steps=50, shrinking_seconds=60),
}


def examples(directory: Path) -> ExampleDatabase:
    """Where examples are kept that broke something: the directory, or for several machines the Redis server that the variable names."""
    url = os.environ.get(SHARED)
    if not url:
        return DirectoryBasedExampleDatabase(directory)
    shared = RedisExampleDatabase(Redis.from_url(url), key_prefix=b"railproof:")
    # What another machine found is tried here too, and what is found here is kept here as well.
    return MultiplexedDatabase(shared, DirectoryBasedExampleDatabase(directory))


def load_profile(name: str, *, database: Path, shrink: bool = True) -> Profile:
    """Make this profile Hypothesis' default. Without `shrink`, a test ends at its first breach (proofs need no more)."""
    if name not in PROFILES:
        raise UsageError(f"--profile {name}: {did_you_mean(name, PROFILES)}")
    profile = PROFILES[name]
    phases = [Phase.explicit, Phase.generate, *([Phase.reuse, Phase.shrink] if shrink else [])]
    settings.register_profile(
        f"railproof-{name}",
        max_examples=profile.examples,
        stateful_step_count=profile.steps,
        deadline=None,  # the network decides how long a call takes
        derandomize=False,  # the run's seed decides, also where CI variables are set
        report_multiple_bugs=False,
        print_blob=False,
        phases=phases,
        database=examples(database) if shrink else None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    settings.load_profile(f"railproof-{name}")
    # Hypothesis has no setting for it; five minutes over HTTP would be the night of one rule.
    engine.MAX_SHRINKING_SECONDS = profile.shrinking_seconds
    return profile
