"""Known deviations: breaches of one target that somebody has looked at, owns, and has until a date to see mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from harness.errors import UsageError
from harness.record import RuleRecord, Verdict
from harness.rules import Catalogue
from harness.targets import Deviation

# How long a new entry lasts before somebody must look again, in days.
TERM = 30
BREACHES = frozenset({Verdict.NONCONFORMANT, Verdict.ADVISORY})


class Deviations:
    """The entries of a target as they stand at a moment. `versions`: the provider's version at the target, by provider."""

    def __init__(self, entries: Sequence[Deviation], versions: dict[str, str], now: dt.datetime) -> None:
        self._entries = entries
        self._versions = versions
        self._now = now

    def covering(self, rule_id: str, message: str) -> Deviation | None:
        """The entry that accounts for this breach, if there is one in force."""
        return next((each for each in self._entries if each.rule == rule_id and each.says in message and not self._void(each)), None)

    def applied(self, record: RuleRecord) -> RuleRecord:
        """The record as it is to be told: a breach that an entry accounts for is a known deviation."""
        known = self.covering(record.id, record.reason or "") if record.verdict in BREACHES else None
        if known is None:
            return record
        told = f"{known.reason} ({known.owner}, {known.issue}, until {known.expires.astimezone(dt.UTC):%Y-%m-%d})"
        return msgspec.structs.replace(record, verdict=Verdict.DEVIATING, deviation=told)

    def _void(self, entry: Deviation) -> str | None:
        if entry.expires <= self._now:
            return f"expired on {entry.expires.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
        version = self._versions.get(_provider(entry.rule), "")
        if entry.version and version and entry.version != version:
            return f"was seen at version {entry.version}, and the target is at {version}"
        return None

    def complaints(self, records: Iterable[RuleRecord]) -> list[str]:
        """What is wrong with the entries after a run: each that no longer accounts for a breach of a rule that was judged."""
        by_id = {record.id: record for record in records}
        said = ((entry, self._complaint(entry, by_id.get(entry.rule))) for entry in self._entries)
        return [f"the deviation of {entry.rule} ({entry.issue}) {complaint}" for entry, complaint in said if complaint]

    def _complaint(self, entry: Deviation, record: RuleRecord | None) -> str | None:
        void = self._void(entry)
        if void:
            return f"{void}: look at it again, then renew the entry or take it out"
        if record is None:
            return None
        if record.verdict is Verdict.PASSED:
            return "no longer deviates: the promise is kept, so take the entry out"
        if record.verdict is Verdict.NOT_APPLICABLE:
            return "matches nothing: the rule is not applicable to this target, so take the entry out"
        if record.verdict in BREACHES and entry.says not in (record.reason or ""):
            return f"matches nothing: the breach does not say {entry.says!r}"
        return None


def validate(entries: Sequence[Deviation], catalogue: Catalogue, providers: Iterable[str]) -> None:
    """Every entry names one tested rule of its provider, once. Raises `UsageError` with the way out."""
    selected, seen = set(providers), set()
    for entry in entries:
        if _provider(entry.rule) not in selected:
            continue
        rule = catalogue.get(entry.rule)
        if rule.not_tested is not None:
            raise UsageError(f"the deviation of {entry.rule} matches nothing: nobody tests that rule ({rule.not_tested}); take it out")
        if (entry.rule, entry.says) in seen:
            raise UsageError(f"the deviation of {entry.rule} stands twice; take one out, or tell them apart by `says`")
        seen.add((entry.rule, entry.says))


def entry_for(rule_id: str, version: str, today: dt.date) -> str:
    """An entry ready to paste into the target's file: who pastes it fills in why, who and where."""
    expires = today + dt.timedelta(days=TERM)
    lines = [
        "[[deviations]]",
        f'rule = "{rule_id}"',
        'reason = ""  # why it is accepted for now',
        'owner = ""   # who sees to it',
        'issue = ""   # where it is followed',
        f'version = "{version}"',
        f"expires = {expires}T00:00:00Z",
    ]
    return "\n".join(lines) + "\n"


def _provider(rule_id: str) -> str:
    return rule_id.partition("/")[0].partition("-v")[0]
