"""Work that two processes share: the same results as by one, whatever happens to the second."""

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipeline.alongside import by_two, can_copy

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or (os.cpu_count() or 1) < 2, reason="there is no second process to share with here"
)


def alone(work: Callable[[], None]) -> None:
    """Have `work` done by a process with one thread, as the program is one; the tests may have more."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def slowly(value: int) -> tuple[int, int]:
    time.sleep(0.02)
    return value, os.getpid()


def test_two_processes_share_the_work() -> None:
    """Every work is done once, the results are in the order of the works, and two processes did them."""

    def work() -> None:
        found = by_two([partial(slowly, number) for number in range(12)])
        assert [value for value, _ in found] == list(range(12))
        assert len({process for _, process in found}) == 2

    alone(work)


def test_a_lost_process_costs_no_result() -> None:
    """If the second process is killed, this one does its works as well."""
    own = os.getpid()

    def fatal(value: int) -> int:
        time.sleep(0.02)
        if os.getppid() != own:  # in the copy of the copy
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    alone(lambda: check_equal(by_two([partial(fatal, number) for number in range(8)]), list(range(8))))


def test_an_error_is_raised_as_by_one(tmp_path: Path) -> None:
    """An error in a work of the second process is raised here, with what it says."""

    def bad() -> int:
        raise ValueError("no such thing")

    def work() -> None:
        with pytest.raises(ValueError, match="no such thing"):
            by_two([lambda: 1, lambda: 2, lambda: 3, bad])

    alone(work)


def test_with_other_threads_there_is_one_process() -> None:
    """A process with several threads is never copied: a lock that another thread holds would stay shut."""
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert not can_copy()
        assert {process for _, process in by_two([partial(slowly, 1), partial(slowly, 2)])} == {os.getpid()}
    finally:
        stop.set()
        other.join()


def test_a_machine_that_gives_no_second_process_costs_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process may not have another, it does all works itself, and what comes first comes first."""

    def refused() -> int:
        raise OSError("Resource temporarily unavailable")

    done: list[str] = []

    def work() -> None:
        monkeypatch.setattr(os, "fork", refused)
        check_equal(by_two([lambda: done, lambda: 2], first=lambda: done.append("first")), [["first"], 2])

    alone(work)


def check_equal(found: object, wanted: object) -> None:
    assert found == wanted


def test_one_core_means_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with one core a copy would be of no use."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert not can_copy()
