"""A list of work done by two processes, on a machine with more than one core.

The second process is a copy of this one (fork), which has everything that was read and imported; only what it finds comes
back. Where there can be no such copy, or it is lost, this process does all of the work itself. `multiprocessing` would do
the same, and takes as long to import as this saves on a small map.
"""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

_Found = TypeVar("_Found")

_MOST_WORKS = 16_384
"""So many tickets fit into a pipe at once, on the system with the smallest ones (macOS)."""


def by_two(works: Sequence[Callable[[], _Found]], *, first: Callable[[], None] = lambda: None) -> list[_Found]:
    """What each of `works` returns, in their order; an error that one raises is raised.

    This process begins at the front and its copy at the end; where they meet depends on how long each takes. What is
    returned must be picklable. `first` is called in this process alone, while the copy is at work already.
    """
    if not 1 < len(works) <= _MOST_WORKS or not can_copy():
        return _alone(works, first)
    # A ticket for each: whoever takes one does the next from its own side, and so they never do the same.
    tickets, fill = os.pipe()
    os.write(fill, bytes(len(works)))
    os.close(fill)
    answers, theirs = os.pipe()
    try:
        copy = os.fork()
    except OSError:  # too many processes, or too little memory
        for end in (tickets, answers, theirs):
            os.close(end)
        return _alone(works, first)
    if not copy:
        _do_as_copy(works, tickets, theirs)
    os.close(theirs)
    try:
        with os.fdopen(answers, "rb") as said:
            first()
            found = _done(works, range(len(works)), tickets)
            with suppress(EOFError, pickle.UnpicklingError):  # it raised an error or was stopped: see below
                found |= pickle.load(said)  # noqa: S301 - written by our own copy
    finally:
        os.close(tickets)
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)
    return [found[number] if number in found else work() for number, work in enumerate(works)]


def can_copy() -> bool:
    """Whether a copy of this process is possible, safe (only this thread runs) and of use."""
    has_cores = len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) > 1
    return has_cores and threading.active_count() == 1 and hasattr(os, "fork")


def _alone(works: Sequence[Callable[[], _Found]], first: Callable[[], None]) -> list[_Found]:
    first()
    return [work() for work in works]


def _done(works: Sequence[Callable[[], _Found]], order: Iterable[int], tickets: int) -> dict[int, _Found]:
    return {number: works[number]() for number in order if os.read(tickets, 1)}


def _do_as_copy(works: Sequence[Callable[[], Any]], tickets: int, theirs: int) -> NoReturn:
    try:
        found = _done(works, range(len(works) - 1, -1, -1), tickets)
        with os.fdopen(theirs, "wb") as answer:
            pickle.dump(found, answer, protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException:  # noqa: S110 - nobody hears it here; whoever waits does the work again, and does
        pass
    finally:
        os._exit(0)  # the files and processes that this copy knows of are not its own to close
