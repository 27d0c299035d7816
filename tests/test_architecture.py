"""Who may import whom: the rooms of the design, and the walls between providers."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import pytest

PROVIDERS = {"fincom", "harbor", "mbanq", "omnumi"}
OPEN_TO = {
    "harness": set(),
    "mockserver": set(),
    "strategies": {"harness"},
    "suites": {"harness", "strategies"},
    "conftest": {"harness", "mockserver"},
    "tests": {"harness", "mockserver", "strategies"},
    "benchmarks": {"harness", "mockserver", "strategies"},
}
# The accused must not even be able to be judged by the judge's tools from within.
FORBIDDEN_LIBRARIES = {"mockserver": {"pytest", "hypothesis", "_pytest", "schemathesis"}}
IMPORTING_CALLS = {"import_module", "__import__", "importorskip"}


def violations(files: Mapping[str, str]) -> list[str]:
    """What in these sources (path and text) crosses a wall, one line each."""
    return [
        f"{path}:{line}: {problem}"
        for path, source in sorted(files.items())
        for line, module in imported(path, source)
        for problem in problems(path, module)
    ]


def problems(path: str, module: str) -> Iterator[str]:
    """What is wrong with this file's import of that module."""
    room, other = room_of(path), module.partition(".")[0]
    if other in OPEN_TO and other != room and other not in OPEN_TO[room]:
        yield f"{room} may not import {other} ({module})"
    if other in FORBIDDEN_LIBRARIES.get(room, ()):
        yield f"{room} may not import {other}"
    own, named = providers_in(path), providers_in(module)
    if own and other in OPEN_TO and named - own:
        yield f"a file of {', '.join(sorted(own))} may not import {', '.join(sorted(named - own))} ({module})"


def room_of(path: str) -> str:
    """`suites` for a file below it, `conftest` for the wiring at the top."""
    return PurePosixPath(path).parts[0].removesuffix(".py")


def providers_in(name: str) -> set[str]:
    """The providers that a path or a dotted name speaks of."""
    return PROVIDERS & set(name.replace("/", ".").replace("_", ".").split("."))


def imported(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, by statement, by call or as a plugin of pytest."""
    for node in ast.walk(ast.parse(source, path)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(names=names):
                base = _absolute(path, node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in names)
            case ast.Call(args=[ast.Constant(value=str(module)), *_]) if _name(node.func) in IMPORTING_CALLS:
                yield node.lineno, module
            case ast.Assign(targets=[ast.Name(id="pytest_plugins")], value=value):
                yield from ((node.lineno, text) for text in _texts(value))


def _absolute(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = PurePosixPath(path).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def _texts(node: ast.expr) -> list[str]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def tracked() -> Iterable[str]:
    """Every Python file that belongs to the project."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.py"], capture_output=True, text=True, check=True).stdout
    return filter(None, listed.split("\0"))


def read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - paths of git are plain text
        return file.read()


def test_every_file_stays_within_its_walls() -> None:
    files = {path: read(path) for path in tracked()}
    assert {room_of(path) for path in files} <= set(OPEN_TO), "a new room needs a line in the table"
    assert len(files) > 50
    assert violations(files) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("harness/a.py", "import strategies.people"),
        ("harness/a.py", "from suites.fincom import driver"),
        ("harness/a.py", "if True:\n    def f():\n        from mockserver.embedded import Embedded"),
        ("mockserver/a.py", "from harness.jsontypes import Json"),
        ("mockserver/a.py", "import pytest"),
        ("mockserver/a.py", "from hypothesis import strategies"),
        ("strategies/a.py", "from mockserver.http import Request"),
        ("strategies/a.py", "import suites"),
        ("suites/a.py", "import mockserver"),
        ("suites/a.py", "from tests.samples import record"),
        ("conftest.py", "from strategies import people"),
        ("conftest.py", "pytest_plugins = ['harness.plugin', 'suites.fincom.conftest']"),
        ("tests/test_a.py", "from suites.judging import refuse"),
        ("tests/test_a.py", "import importlib\nimportlib.import_module('suites.judging')"),
        ("benchmarks/a.py", "from tests import samples"),
        ("suites/fincom/a.py", "from suites.harbor.driver import Harbor"),
        ("mockserver/fincom/a.py", "from mockserver import harbor"),
        ("mockserver/harbor/a.py", "from ..fincom import errors"),
        ("tests/test_strategies_mbanq.py", "from strategies.omnumi import people"),
    ],
)
def test_a_planted_violation_is_found(path: str, source: str) -> None:
    assert len(violations({path: source})) == 1, "exactly the planted one"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("harness/a.py", "import pytest\nfrom harness.errors import UsageError\nfrom .rules import Rule"),
        ("mockserver/a.py", "import msgspec\nfrom mockserver.http import Request"),
        ("strategies/fincom/a.py", "from harness.jsontypes import Json\nfrom strategies.fincom import standard"),
        ("suites/fincom/a.py", "from suites.judging import refuse\nfrom suites.fincom.driver import Fincom\nimport strategies.edits"),
        ("conftest.py", "from mockserver.embedded import Embedded\npytest_plugins = ['harness.plugin']"),
        ("tests/test_a.py", "import harness, mockserver, strategies\nfrom tests.samples import run"),
        ("mockserver/app.py", "from mockserver import fincom, harbor"),
    ],
)
def test_what_the_design_allows_is_no_violation(path: str, source: str) -> None:
    assert violations({path: source}) == []
