"""Edits of the `[[deviations]]` of a target's file that leave everything else, comments included, as it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import tomlkit
from tomlkit.items import AoT

from harness.deviations import TERM
from harness.targets import Deviation


@dataclass(frozen=True)
class Edit:
    """One change of the list: what a person is told, and how it is made."""

    sentence: str
    apply: Callable[[AoT], None]

    def told(self, *, done: bool) -> str:
        """The sentence for something done, or to be done."""
        return f"{'did' if done else 'would'} {self.sentence}"


def take_out(entry: Deviation, why: str) -> Edit:
    """The entry goes."""

    def apply(listed: AoT) -> None:
        del listed[_place(listed, entry)]

    return Edit(f"take out {entry.rule} ({entry.reason}; {entry.owner}, {entry.issue}): {why}", apply)


def renew(entry: Deviation, version: str, now: dt.datetime) -> Edit:
    """The entry lasts for another term, at this version."""
    expires = _end(now)

    def apply(listed: AoT) -> None:
        item = listed[_place(listed, entry)]
        item["expires"] = expires
        if version:
            item["version"] = version

    return Edit(f"renew {entry.rule} until {expires:%Y-%m-%d}" + (f" at version {version}" if version else ""), apply)


def add(rule: str, *, reason: str, owner: str, issue: str, version: str, now: dt.datetime) -> Edit:
    """A new entry."""
    entry = {"rule": rule, "reason": reason, "owner": owner, "issue": issue, "version": version, "expires": _end(now)}

    def apply(listed: AoT) -> None:
        table = tomlkit.table()
        table.update(entry)
        listed.append(table)

    return Edit(f"put in {rule} ({reason}; {owner}, {issue}) until {entry['expires']:%Y-%m-%d}", apply)


def rewritten(text: str, edits: Iterable[Edit]) -> str:
    """The target's file after the edits."""
    document = tomlkit.parse(text)
    listed = document.get("deviations") or tomlkit.aot()
    for edit in edits:
        edit.apply(listed)
    if "deviations" not in document and len(listed):
        document.append("deviations", listed)
    return tomlkit.dumps(document)


def _end(now: dt.datetime) -> dt.datetime:
    return (now + dt.timedelta(days=TERM)).replace(hour=0, minute=0, second=0, microsecond=0)


def _place(listed: AoT, entry: Deviation) -> int:
    return next(place for place, item in enumerate(listed) if item["rule"] == entry.rule and item.get("says", "") == entry.says)
