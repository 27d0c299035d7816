"""The run record: each line on disk at once, and readable after whatever ended the run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.record import RunInfo, RunRecord, Verdict, read_records
from tests.samples import record, records, run


def test_what_was_appended_is_on_disk_before_anything_is_closed(tmp_path: Path) -> None:
    made = RunRecord(tmp_path / "reports" / "mock")
    for line in records():
        made.append(line)
        assert read_records(tmp_path / "reports" / "mock")[-1] == line
    assert made.records == records()
    made.close()


def test_a_last_line_that_was_cut_short_is_left_out(tmp_path: Path) -> None:
    made = RunRecord(tmp_path)
    made.append(record(1))
    made.append(record(2))
    made.close()
    path = tmp_path / "verdicts.jsonl"
    whole = path.read_bytes()
    for length in range(whole.index(b"\n") + 1, len(whole)):
        path.write_bytes(whole[:length])
        assert read_records(tmp_path) == [record(1)]


def test_a_broken_line_in_the_middle_is_an_error_and_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "verdicts.jsonl").write_bytes(b'{"id": "x"\n' + msgspec.json.encode(record(1)) + b"\n")
    with pytest.raises(msgspec.DecodeError):
        read_records(tmp_path)


def test_one_rule_is_one_line_whatever_its_texts_hold(tmp_path: Path) -> None:
    made = RunRecord(tmp_path)
    made.append(record(1, Verdict.UNKNOWN, reason="two\nlines\u2028and\x85more 😀"))
    made.close()
    assert len((tmp_path / "verdicts.jsonl").read_bytes().splitlines()) == 1
    assert "two\nlines" in str(read_records(tmp_path)[0].reason)


def test_a_run_says_of_itself_that_it_was_killed_until_it_has_ended(tmp_path: Path) -> None:
    made = RunRecord(tmp_path)
    made.write_run(RunInfo(target="mock", providers=["fincom"], profile="smoke", seed=1, strict=False, started="2025-11-21T06:00:00Z"))
    assert msgspec.json.decode((tmp_path / "run.json").read_bytes())["exit_code"] == -1
    made.write_run(run())
    assert msgspec.json.decode((tmp_path / "run.json").read_bytes(), type=RunInfo) == run()
    made.close()


def test_a_new_run_starts_an_empty_record(tmp_path: Path) -> None:
    for _ in range(2):
        made = RunRecord(tmp_path)
        made.append(record(1))
        made.close()
    assert len(read_records(tmp_path)) == 1
