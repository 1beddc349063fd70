"""`make demo` as a person runs it: one address, Ctrl-C, and a start after everything was killed."""

import os
import re
import signal
import subprocess
import sys

import psutil
import pytest

from scripts.processes import answers, free_port
from scripts.system import ROOT, wait_for

ADDRESS = re.compile(r"Open\s+(http://127\.0\.0\.1:\d+)")


class Demo:
    def __init__(self, state):
        env = {**os.environ, "SHOUTCODE_STATE_DIR": str(state), "PORT": str(free_port()),
               "SANDBOX_PORT": str(free_port()), "DATABASE_URL": "", "REDIS_URL": ""}
        # A shell has its background jobs ignore Ctrl-C, and so all that they start: this one has to hear it.
        self.process = subprocess.Popen([sys.executable, "-m", "scripts.demo"], cwd=ROOT, env=env, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.output = ""
        while not (found := ADDRESS.search(self.output)):
            line = self.process.stdout.readline()
            assert line, f"the demo ended:\n{self.output}"
            self.output += line
        self.address = found[1]

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number):
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def demo(tmp_path):
    started = []

    def start():
        started.append(Demo(tmp_path / "var"))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)


def test_it_starts_after_a_kill_and_ends_at_ctrl_c(demo):
    killed = demo()
    left = killed.children()
    assert answers(killed.address)
    killed.end(signal.SIGKILL)
    again = demo()
    assert answers(again.address)
    children = again.children()
    assert again.end(signal.SIGINT) == 0
    wait_for(lambda: not any(child.is_running() for child in left + children), 10, "the end of all processes")
