"""The launcher of demo, smoke and benches: it starts again after any end, and says what is in its way."""

import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from app.config import Settings
from app.queue import QUEUES
from scripts import demo, valkey
from scripts.processes import Process, StartError, port_is_free
from scripts.system import QUICK_QUEUES, ROOT, System, new_keys, wait_for


@pytest.fixture
def system(tmp_path):
    with System(tmp_path / "state", keys=new_keys()) as system:
        yield system


def test_the_queue_starts_again_after_its_server_was_killed(system):
    system.start_queue().kill()
    assert system.queue_socket.exists()
    system.start_queue()
    assert valkey.is_up(system.queue_socket)


def test_the_queue_keeps_what_it_was_given(system):
    first = system.start_queue()
    with valkey._client(system.queue_socket) as client:
        client.set("job", "waiting")
    first.stop()
    system.start_queue()
    with valkey._client(system.queue_socket) as client:
        assert client.get("job") == b"waiting"


def test_a_server_left_by_a_killed_launcher_gives_way(system, tmp_path):
    left = system.start_queue()
    with System(tmp_path / "state", keys=new_keys()) as later:
        later.start_queue()
        wait_for(lambda: not left.running, 5, "the end of the earlier server")
        assert valkey.is_up(later.queue_socket)


def test_a_long_folder_name_still_gives_a_socket(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with System(deep, keys=new_keys()) as system:
        assert len(str(system.queue_socket)) <= valkey.SOCKET_PATH_BYTES
        system.start_queue()
        assert valkey.is_up(system.queue_socket)


def test_a_taken_port_is_told_and_another_one_used(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        given = demo.port(taken, "the app")
    assert given != taken
    assert f"Port {taken} is taken" in capsys.readouterr().out


def test_a_free_port_is_used_without_a_word(capsys):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert port_is_free(port)
    assert demo.port(port, "the app") == port
    assert capsys.readouterr().out == ""


def test_a_second_demo_on_the_same_folder_is_refused(tmp_path):
    with demo.only_one(tmp_path), pytest.raises(StartError, match="running already"), demo.only_one(tmp_path):
        pass


def test_the_demos_keys_are_made_once_and_kept_private(tmp_path):
    path = tmp_path / "demo.env"
    first = demo.keys(path)
    assert demo.keys(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_the_environment_of_the_demo_is_one_that_the_app_accepts(system):
    settings = Settings.from_env(system.env)
    assert settings.is_demo
    assert settings.url == system.web_url


def test_a_program_that_ends_at_once_is_told_with_its_last_words(tmp_path):
    process = Process("broken", [sys.executable, "-c", "raise SystemExit('no such table')"],
                      env=dict(os.environ), log=tmp_path / "broken.log")
    with pytest.raises(StartError, match=r"(?s)broken ended at once \(exit code 1\).*no such table"):
        process.start().wait_until(lambda: False, seconds=20)
    process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends a child with its parent on Linux only")
def test_nothing_runs_on_after_the_launcher_was_killed(tmp_path):
    script = (
        "import os, sys, time; from pathlib import Path; from scripts.processes import Process\n"
        f"log = Path({str(tmp_path)!r}) / 'log'\n"
        "child = Process('child', ['sleep', '60'], env=dict(os.environ), log=log).start()\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        child = psutil.Process(int(launcher.stdout.readline()))
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
    wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 5, "the end of the child")


def test_the_procfile_serves_every_queue_as_the_launcher_does():
    lines = [line.partition(": ")[2] for line in (ROOT / "Procfile").read_text().splitlines()]
    workers = [line.split()[3:] for line in lines if line.startswith("python -m app.worker")]
    assert [*QUICK_QUEUES] in workers
    assert sorted(sum(workers, [])) == sorted(QUEUES)
    assert "python -m app.scheduler" in lines
