"""Whoever waits for another worker's copy of the database never waits for ever."""

import subprocess
import sys

from tests.migrated_once import alone

HOLDER = """
import sqlite3, sys, time
holder = sqlite3.connect(sys.argv[1], isolation_level=None)
holder.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(600)
"""


def test_one_that_hangs_is_waited_for_with_patience_only_and_one_that_died_not_at_all(tmp_path):
    lock = tmp_path / "migrating"
    command = [sys.executable, "-c", HOLDER, str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
        assert first.stdout.readline() == b"held\n"
        with alone(lock, patience=0.1) as in_time:
            assert not in_time
        first.kill()
        first.wait()
        with alone(lock, patience=0.1) as in_time:
            assert in_time
