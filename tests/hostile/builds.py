#!/usr/bin/env python3
"""Builds that end with buildfix, at moments that nobody chose: random trees of processes, ended in random ways after random times.

builds.py BUILDFIX [ROUNDS [SEED]]: 200 rounds when left out, a few minutes. Linux only. Counts the rounds after which a process of the build
was alive two seconds after buildfix had ended, and those with a wrong exit status."""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
MARK = "BUILDFIX_HOSTILE_MARK"
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def tree(choose: random.Random, depth: int) -> str:
    """A command for the shell that starts processes and does not end soon."""
    if depth == 0:
        return choose.choice(["sleep 1000", "exec sleep 1000", "while :; do sleep 0.05; done", "yes", "yes >/dev/null"])
    before = choose.choice(["", "", "trap '' TERM; ", "trap '' TERM HUP INT; ", "exec >&- 2>&-; ", "cd /; ", "trap 'kill 0' EXIT; "])
    parts = []
    for _ in range(choose.randint(1, 3)):
        inner = tree(choose, depth - 1).replace("'", "'\\''")
        start = choose.choice(["sh -c '{}' &", "setsid sh -c '{}' &", "(setsid sh -c '{}' &)", "(sh -c '{}' &)", "nohup sh -c '{}' >/dev/null 2>&1 &"])
        parts.append(start.replace("{}", inner))
    return before + "\n".join(parts) + choose.choice(["\nwait; sleep 1000", "\nsleep 1000", "\nwhile :; do sleep 0.1; done"])


def left(mark: str) -> list:
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            environment = Path("/proc", process, "environ").read_bytes().split(b"\0")
            if mark.encode() in environment:
                found.append((int(process), Path("/proc", process, "cmdline").read_bytes().replace(b"\0", b" ")[:80]))
        except OSError:
            pass
    return found


def main() -> int:
    choose = random.Random(SEED)
    ways = {}
    survived = wrong = 0
    folder = Path(tempfile.mkdtemp(prefix="buildfix-builds-"))
    for number in range(ROUNDS):
        root = folder / str(number)
        root.mkdir()
        command = tree(choose, choose.randint(1, 3))
        how = choose.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, "two", "timeout"])
        delay = choose.choice([0.0, 0.01, 0.05, 0.2, 0.5]) + choose.random() * 0.1
        environment = os.environ | {MARK: str(root), "BUILDFIX_STATE_DIR": str(folder / "state")}
        arguments = [PROGRAM, "check", ".", "--build", command] + (["--build-timeout", "1s"] if how == "timeout" else [])
        program = subprocess.Popen(arguments, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if how == "timeout":
            expected = {2}
        else:
            time.sleep(delay)
            first = signal.SIGINT if how == "two" else how
            program.send_signal(first)
            if how == "two":
                time.sleep(choose.random() * 0.3)
                program.send_signal(signal.SIGTERM)
            # Before it listens, the system ends it, with the same meaning.
            expected = {-first, STATUS.get(first, -first)}
        status = program.wait(timeout=60)
        end = time.monotonic() + 2
        while (alive := left(f"{MARK}={root}")) and time.monotonic() < end:
            time.sleep(0.02)
        name = how if isinstance(how, str) else how.name
        ways[name] = ways.get(name, 0) + 1
        if alive:
            survived += 1
            print(f"round {number} ({name} after {delay:.2f} s): {len(alive)} left: {alive[:3]}\n  {command}")
            for process, _ in alive:
                os.kill(process, signal.SIGKILL)
        if status not in expected:
            wrong += 1
            print(f"round {number} ({name} after {delay:.2f} s): exit status {status}\n  {command}")
    shutil.rmtree(folder)
    print(f"{ROUNDS} rounds ({', '.join(f'{n} {w}' for w, n in sorted(ways.items()))}): {survived} with survivors, {wrong} with a wrong exit status")
    return 1 if survived or wrong else 0


sys.exit(main())
