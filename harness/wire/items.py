"""pytest items of a proof at the wire: some look at what tests see of an honest server, then there is one for each mutation."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from harness.binding import RULE
from harness.outcome import Outcome
from harness.run import Run
from harness.stash import MAKE_WORLD, RUN, WORLD
from harness.wire.document import Document
from harness.wire.generating import described, mutations, promises_of
from harness.wire.mutation import Mutation
from harness.wire.openings import openings
from harness.wire.promises import left_open
from harness.wire.reach import FILE, Reach, ReachFile, in_order
from harness.wire.result import OPEN, Fate, Result, red
from harness.wire.world import WireWorld

# Tests that one item looks at: few enough that workers share them evenly.
AT_ONCE = 20
CURRENT = pytest.StashKey[Mutation | None]()


class Bench:
    """What all items of one process share: the tests, and what is known of them."""

    def __init__(self, config: pytest.Config, tests: Sequence[pytest.Item]) -> None:
        self.run: Run = config.stash[RUN]
        self.tests = {test.nodeid: test for test in tests}
        self.file = ReachFile(self.run.reports.parent / FILE)
        self.sample: int | None = config.option.sample
        self._chosen: dict[tuple[str, str], set[str]] | None = None
        self.mutations = mutations(self.run)
        self._openings = openings(self.run.providers)
        self._promises = {name: promises_of(name, Document(described(self.run, name)), self.run.catalogue) for name in self.run.providers}

    @property
    def reach(self) -> dict[str, Reach]:
        """What each test sees of the honest server."""
        return self.file.of(self.tests)

    def left_open(self, mutation: Mutation, met_by: Iterable[Reach]) -> bool:
        """Whether the documents have nothing against the mutation, as the answers are that tests meet."""
        answers = (answer for reach in met_by for answer in reach.answers)
        promises = self._promises[mutation.provider].get(mutation.operation)
        return promises is not None and left_open(mutation, promises, answers)

    def excuse(self, mutation: Mutation) -> str:
        """Why nobody can be blamed where the mutation is not caught; empty where somebody can."""
        return next((each.because for each in self._openings if each.speaks_of(mutation.name)), "")

    def chosen(self, mutation: Mutation) -> bool:
        """Whether the sample of its kind and provider, drawn from those that tests meet, holds the mutation."""
        if self.sample is None:
            return True
        if self._chosen is None:
            self._chosen = self._draw(self.sample)
        return mutation.name in self._chosen[mutation.provider, mutation.kind]

    def _draw(self, count: int) -> dict[tuple[str, str], set[str]]:
        met: dict[tuple[str, str], list[str]] = defaultdict(list)
        for each in self.mutations:
            if any(reach.fit and reach.meets(each) for reach in self.reach.values()):
                met[each.provider, each.kind].append(each.name)
        chooser = random.Random(self.run.shared.seed)  # noqa: S311  (no secret)
        return defaultdict(set, {key: set(chooser.sample(names, min(count, len(names)))) for key, names in met.items()})


class WireItem(pytest.Item):
    """An item that runs tests of the suites by itself, one after another."""

    def __init__(self, *, bench: Bench, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bench = bench

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Where pytest says that it stands."""
        return "wire", None, self.name

    def play(self) -> str:
        """Run the tests; what the controller is to know, as JSON."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Play without telling anybody; pytest wants every item to have it."""
        self.play()

    def report(self) -> None:
        """Play, and let every process know what came of it."""
        self.ihook.pytest_runtest_logstart(nodeid=self.nodeid, location=self.location)
        report = pytest.TestReport(self.nodeid, self.location, {}, "passed", None, "call")
        vars(report)["wire"] = self.play()
        self.ihook.pytest_runtest_logreport(report=report)
        self.ihook.pytest_runtest_logfinish(nodeid=self.nodeid, location=self.location)

    def try_one(self, test: pytest.Item, next_test: pytest.Item | None) -> Outcome:
        """Run one test as pytest would, and return what it said."""
        for report in runtestprotocol(test, log=False, nextitem=next_test):
            encoded = getattr(report, "railproof", None)
            if encoded is not None:
                outcome = msgspec.json.decode(encoded, type=Outcome)
        test.user_properties.clear()
        return outcome

    def world(self) -> WireWorld | None:
        """The world of the tests that ran last."""
        world = self.config.stash[WORLD].get("world")
        return world if isinstance(world, WireWorld) else None


class Look(WireItem):
    """Looks at what some tests see of an honest server, each in a world of its own."""

    def __init__(self, *, tests: Sequence[pytest.Item], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tests = tests

    def play(self) -> str:
        """One line per test in the file that all processes read."""
        for test in self.tests:
            self.config.stash[WORLD].clear()
            outcome = self.try_one(test, None)
            world = self.world()
            self.bench.file.append(
                Reach(
                    test=test.nodeid,
                    rule_operation=test.stash[RULE].operation,
                    provider=test.stash[RULE].provider,
                    verdict=outcome.verdict,
                    seconds=outcome.seconds,
                    listened=world is not None and world.listened,
                    shapes=list(world.shapes) if world is not None else [],
                    answers=[(*key[:2], body) for key, body in world.answers.items()] if world is not None else [],
                )
            )
        return ""


class Trying(WireItem):
    """Tries one mutation on the tests that meet it, until one of them is red."""

    def __init__(self, *, mutation: Mutation, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mutation = mutation

    def play(self) -> str:
        """The result, as JSON."""
        started = time.perf_counter()
        result = self._result()
        return msgspec.json.encode(msgspec.structs.replace(result, seconds=round(time.perf_counter() - started, 3))).decode()

    def _result(self) -> Result:
        order = in_order(self.mutation, self.bench.reach.values())
        if not order:
            return Result(mutation=self.mutation, fate=Fate.NOT_REACHED)
        if self.bench.left_open(self.mutation, order):
            return Result(mutation=self.mutation, fate=Fate.LEFT_OPEN)
        if not self.bench.chosen(self.mutation):
            return Result(mutation=self.mutation, fate=Fate.LEFT_OUT)
        self.config.stash[CURRENT] = self.mutation
        self.config.stash[WORLD].clear()
        try:
            result = self._until_red([self.bench.tests[reach.test] for reach in order])
        finally:
            self.session._setupstate.teardown_exact(None)
            self.config.stash[CURRENT] = None
        world = self.world()
        hits = world.hits if world is not None else 0
        result = msgspec.structs.replace(result, hits=hits)
        if result.fate is Fate.CAUGHT:
            return result
        if not hits:
            return msgspec.structs.replace(result, fate=Fate.NOT_REACHED)
        because = self.bench.excuse(self.mutation)
        return msgspec.structs.replace(result, fate=Fate.LEFT_OPEN, said=because) if because else result

    def _until_red(self, tests: Sequence[pytest.Item]) -> Result:
        specification_rule = self.bench.run.catalogue.specification_rule(self.mutation.provider)
        left_open = ""
        for count, test in enumerate(tests, 1):
            outcome = self.try_one(test, tests[count] if count < len(tests) else None)
            world = self.world()
            broken = red(outcome, specification_rule)
            if broken is not None:
                rule, said = broken
                requests = world.requests_until_red(outcome) if world is not None else 0
                return Result(
                    mutation=self.mutation, fate=Fate.CAUGHT, rule=rule, test=test.nodeid, said=said, requests=requests, tests=count
                )
            if outcome.verdict in OPEN and self.bench.reach[test.nodeid].verdict not in OPEN:
                left_open = left_open or f"{outcome.verdict}: {test.nodeid}: {outcome.reason}"[:300]
        requests = world.requests if world is not None else 0
        fate = Fate.HALTED if left_open else Fate.SURVIVED
        return Result(mutation=self.mutation, fate=fate, said=left_open, requests=requests, tests=len(tests))


def items(session: pytest.Session, tests: Sequence[pytest.Item]) -> Iterator[WireItem]:
    """The items of this proof in the place of the tests that they run."""
    bench = Bench(session.config, tests)
    session.config.stash[MAKE_WORLD] = lambda **options: _world(session.config, **options)
    for start in range(0, len(tests), AT_ONCE):
        yield Look.from_parent(session, name=f"look-{start}", bench=bench, tests=tests[start : start + AT_ONCE])
    for mutation in bench.mutations:
        yield Trying.from_parent(session, name=mutation.name, bench=bench, mutation=mutation)


def _world(config: pytest.Config, **options: Any) -> WireWorld:
    world = config.stash[RUN].world(kind=WireWorld, **options)
    assert isinstance(world, WireWorld)
    world.mutation = config.stash.get(CURRENT, None)
    return world
