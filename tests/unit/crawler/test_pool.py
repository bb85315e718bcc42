"""A pool whose workers can be killed, and of which nothing outlives its owner."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.pool import DEFAULT_MEMORY_BYTES, JobDone, JobFailed, Pool, PoolError
from crawler.pool_workers import Zygote
from domain.errors import CatalogueError, FetchError, ParallaxError, QueryError

ROOT = Path(__file__).resolve().parents[3]


def double(number: int, *, plus: int = 0) -> int:
    return 2 * number + plus


def own_pid() -> int:
    return os.getpid()


def echo(value: object) -> object:
    return value


def sleep_for(seconds: float) -> None:
    time.sleep(seconds)


def spin_ignoring_everything() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def allocate(megabytes: int) -> int:
    blocks = [bytearray(1 << 20) for _ in range(megabytes)]
    return len(blocks)


def crash() -> None:
    ctypes.string_at(0)


def leave(code: int) -> None:
    os._exit(code)


def raise_value_error() -> None:
    raise ValueError("two\nlines")


def raise_catalogue_error() -> None:
    raise CatalogueError(Path("a.toml"), "home", "is no address")


def raise_fetch_error() -> None:
    raise FetchError("https://a.example/", "went wrong")


def return_unpicklable() -> object:
    return lambda: None


def return_megabytes(count: int) -> bytes:
    return bytes(count << 20)


def descriptors() -> list[str]:
    entries = [entry for entry in Path("/proc/self/fd").iterdir() if entry.exists() or entry.is_symlink()]
    return sorted(str(entry.readlink()) for entry in entries)


def write_everywhere() -> None:
    print("noise")
    print("noise", file=sys.stderr)
    os.write(1, b"noise")
    os.write(2, b"noise")


def resident_mib_after(megabytes: int) -> float:
    bytearray(megabytes << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, preload=("json",)) as shared:
        yield shared


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children() -> set[int]:
    """Processes that this one started and did not bury."""
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


def wait_until(claim: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_a_job_gives_what_its_function_returns(pool: Pool) -> None:
    assert pool.run(double, 4, plus=1) == JobDone(9)


def test_a_job_runs_in_another_process(pool: Pool) -> None:
    outcome = pool.run(own_pid)
    assert isinstance(outcome, JobDone)
    assert outcome.value != os.getpid()


def test_a_worker_does_many_jobs(pool: Pool) -> None:
    assert pool.run(own_pid) == pool.run(own_pid)


def test_a_job_past_its_deadline_is_killed_and_the_next_one_is_done(pool: Pool) -> None:
    started = time.monotonic()
    outcome = pool.run(spin_ignoring_everything, deadline_s=0.3)
    assert isinstance(outcome, JobFailed)
    assert outcome.kind == "timeout"
    assert time.monotonic() - started < 3
    assert pool.run(double, 1) == JobDone(2)


def test_a_segmentation_fault_is_a_crash_that_names_its_signal(pool: Pool) -> None:
    outcome = pool.run(crash)
    assert isinstance(outcome, JobFailed)
    assert outcome.kind == "crashed"
    assert "SIGSEGV" in outcome.message


def test_a_worker_that_exits_is_a_crash_that_names_its_code(pool: Pool) -> None:
    assert pool.run(leave, 7) == JobFailed("crashed", "the worker exited with code 7")


def test_a_job_that_needs_too_much_memory_fails_as_memory(pool: Pool) -> None:
    outcome = pool.run(allocate, 2000)
    assert isinstance(outcome, JobFailed)
    assert outcome.kind == "memory"
    assert pool.run(allocate, 50) == JobDone(50)


def test_a_worker_at_its_limit_stays_under_512_mb_resident() -> None:
    with Pool(1, preload=("trafilatura", "feedparser", "dateparser")) as heavy:
        largest = 0.0
        for megabytes in range(100, 400, 50):
            outcome = heavy.run(resident_mib_after, megabytes)
            if isinstance(outcome, JobDone):
                largest = max(largest, outcome.value)
    assert 200 < largest < 512


def test_an_error_of_ours_is_raised_as_it_was(pool: Pool) -> None:
    with pytest.raises(FetchError) as caught:
        pool.run(raise_fetch_error)
    assert (caught.value.url, caught.value.problem) == ("https://a.example/", "went wrong")
    assert str(caught.value) == "https://a.example/: went wrong"


def test_an_error_whose_constructor_wants_other_arguments_is_raised_too(pool: Pool) -> None:
    with pytest.raises(CatalogueError, match="is no address") as caught:
        pool.run(raise_catalogue_error)
    assert caught.value.path == Path("a.toml")


def test_any_other_error_is_one_line_with_its_traceback(pool: Pool) -> None:
    outcome = pool.run(raise_value_error)
    assert isinstance(outcome, JobFailed)
    assert (outcome.kind, outcome.message) == ("error", "ValueError: two lines")
    assert "raise_value_error" in outcome.trace


def test_a_result_that_cannot_be_sent_is_an_error(pool: Pool) -> None:
    outcome = pool.run(return_unpicklable)
    assert isinstance(outcome, JobFailed)
    assert outcome.kind == "error"


def test_a_result_that_is_too_large_is_an_error(pool: Pool) -> None:
    outcome = pool.run(return_megabytes, 65, deadline_s=60)
    assert isinstance(outcome, JobFailed)
    assert outcome.kind == "error"
    assert "too large" in outcome.message


def test_large_arguments_and_results_come_whole(pool: Pool) -> None:
    body = os.urandom(12 << 20)
    assert pool.run(echo, body) == JobDone(body)


def test_a_function_that_cannot_be_found_by_name_is_refused(pool: Pool) -> None:
    with pytest.raises(ValueError, match="only a function of a module"):
        pool.run(lambda: 1)


def test_jobs_of_many_threads_share_the_workers(pool: Pool) -> None:
    results: list[object] = [None] * 40

    def work(index: int) -> None:
        results[index] = pool.run(double, index)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [JobDone(2 * index) for index in range(40)]


def test_a_worker_killed_while_idle_is_replaced(pool: Pool) -> None:
    for _ in range(3):
        outcome = pool.run(own_pid)
        assert isinstance(outcome, JobDone)
        os.kill(outcome.value, signal.SIGKILL)
        assert wait_until(lambda pid=outcome.value: not is_alive(pid))  # type: ignore[misc]
    assert pool.run(double, 1) == JobDone(2)


def test_a_worker_killed_at_work_is_a_crash(pool: Pool) -> None:
    outcome = pool.run(own_pid)
    assert isinstance(outcome, JobDone)
    timer = threading.Timer(0.3, os.kill, (outcome.value, signal.SIGKILL))
    timer.start()
    failed = pool.run(sleep_for, 10, deadline_s=8)
    timer.join()
    assert isinstance(failed, JobFailed)
    assert failed.kind == "crashed"
    assert "SIGKILL" in failed.message


def test_a_worker_holds_no_descriptor_of_the_owner(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with Pool(1) as small:
            outcome = small.run(descriptors)
    assert isinstance(outcome, JobDone)
    assert [name for name in outcome.value if "lock" in name] == []
    assert len([name for name in outcome.value if name.startswith("socket")]) <= 1


def test_what_a_worker_prints_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with Pool(1) as small:
        assert small.run(write_everywhere) == JobDone(None)
        assert isinstance(small.run(crash), JobFailed)
    assert capfd.readouterr() == ("", "")


def test_signals_for_the_whole_process_group_leave_workers_alone(pool: Pool) -> None:
    outcome = pool.run(own_pid)
    assert isinstance(outcome, JobDone)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        os.kill(outcome.value, number)
    assert pool.run(own_pid) == outcome


def test_a_killed_zygote_is_rebuilt_although_threads_run() -> None:
    with Pool(1) as small:
        before = small.run(os.getppid)
        assert isinstance(before, JobDone)
        os.kill(before.value, signal.SIGKILL)
        time.sleep(0.2)
        release = threading.Event()
        thread = threading.Thread(target=release.wait)
        thread.start()
        try:
            assert small.run(double, 3) == JobDone(6)
        finally:
            release.set()
            thread.join()


def test_a_module_that_cannot_be_preloaded_is_reported() -> None:
    with Pool(1, preload=("no_such_module_anywhere",)) as small, pytest.raises(PoolError, match="no_such_module"):
        small.run(double, 1)


def test_a_limit_below_what_imports_take_is_reported() -> None:
    with Pool(1, memory_bytes=1 << 20) as small, pytest.raises(PoolError, match="too low"):
        small.run(double, 1)


def test_an_owner_that_holds_much_memory_starts_light_workers() -> None:
    ballast = bytearray(250 << 20)
    with Pool(1) as small:
        assert small.run(allocate, 200) == JobDone(200)
    assert len(ballast) == 250 << 20


def test_a_pool_without_descriptors_says_so_and_recovers() -> None:
    with Pool(1) as small:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        highest = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 20, hard))
        taken = []
        try:
            with suppress(OSError):
                while True:
                    taken.append(os.open(os.devnull, os.O_RDONLY))
            for _ in range(3):  # a pair of sockets and a pidfd are what a worker takes
                with pytest.raises(PoolError, match=r"[Tt]oo many open files"):
                    small.run(double, 1)
                os.close(taken.pop())
        finally:
            for descriptor in taken:
                os.close(descriptor)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert small.run(double, 1) == JobDone(2)


def test_a_closed_pool_refuses_work() -> None:
    small = Pool(1)
    small.close()
    with pytest.raises(PoolError, match="closed"):
        small.run(double, 1)


def test_closing_ends_a_running_job_and_every_process() -> None:
    small = Pool(1)
    worker, zygote = small.run(own_pid), small.run(os.getppid)
    assert isinstance(worker, JobDone)
    assert isinstance(zygote, JobDone)
    errors: list[ParallaxError] = []

    def work() -> None:
        try:
            small.run(sleep_for, 30, deadline_s=30)
        except PoolError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    small.close()
    thread.join(5)
    assert len(errors) == 1
    assert not is_alive(worker.value)
    assert not is_alive(zygote.value)


def test_an_interrupt_of_the_caller_ends_the_job_and_keeps_the_pool() -> None:
    with Pool(1) as small:
        worker = small.run(own_pid)
        assert isinstance(worker, JobDone)

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        previous = signal.signal(signal.SIGUSR1, interrupt)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                small.run(sleep_for, 30, deadline_s=30)
        finally:
            signal.signal(signal.SIGUSR1, previous)
            timer.join()
        assert not is_alive(worker.value)
        assert small.run(double, 1) == JobDone(2)


OWNER = """
import os, sys, threading, time
from crawler.pool import Pool
from tests.unit.crawler.test_pool import own_pid, sleep_for

def main():
    pool = Pool(2)
    worker = pool.run(own_pid).value
    zygote = pool.run(os.getppid).value
    for _ in range(2):
        threading.Thread(target=pool.run, args=(sleep_for, 60), kwargs={"deadline_s": 60}, daemon=True).start()
    time.sleep(0.3)
    print(worker, zygote, flush=True)
    time.sleep(60)

mode = sys.argv[1]
if mode == "threads":
    blocked = threading.Thread(target=time.sleep, args=(60,), daemon=True)
    blocked.start()
if mode == "forked" and os.fork() > 0:
    os.wait()
else:
    main()
"""


def test_a_zygote_that_was_started_ahead_serves_the_pool_and_ends_with_it() -> None:
    before = children()
    zygote = Zygote.start(memory_bytes=DEFAULT_MEMORY_BYTES, preload=(__name__,))
    started = children() - before
    with Pool(1, zygote=zygote) as pool:
        assert {pool.run(os.getppid)} == {JobDone(pid) for pid in started}
    assert wait_until(lambda: not any(map(is_alive, started)))


@pytest.mark.parametrize("mode", ["plain", "threads", "forked"])
def test_nothing_survives_an_owner_killed_with_9(mode: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), mode], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        worker, zygote = map(int, owner.stdout.readline().split())
        victim = int(Path(f"/proc/{zygote}/stat").read_text().rsplit(")", 1)[1].split()[1])
        assert is_alive(worker)
        os.kill(victim, signal.SIGKILL)
        assert wait_until(lambda: not is_alive(worker) and not is_alive(zygote))
        owner.kill()


def test_a_forked_child_cannot_use_its_parents_pool_but_makes_its_own(pool: Pool) -> None:
    pool.run(double, 1)
    with tempfile.TemporaryFile() as report:
        pid = os.fork()
        if pid == 0:
            try:
                try:
                    pool.run(double, 1)
                except PoolError:
                    os.write(report.fileno(), b"refused ")
                pool.close()
                with Pool(1) as own:
                    os.write(report.fileno(), repr(own.run(double, 1)).encode())
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        report.seek(0)
        assert report.read() == b"refused JobDone(value=2)"
    assert pool.run(double, 1) == JobDone(2)


def test_an_error_without_arguments_is_raised_as_its_own_kind(pool: Pool) -> None:
    with pytest.raises(QueryError):
        pool.run(raise_a_query_error)


def raise_a_query_error() -> None:
    raise QueryError
