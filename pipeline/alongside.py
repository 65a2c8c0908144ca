"""A list of work done by two processes, on a machine with more than one core.

The second process is a copy of this one (fork), which has everything that was read and imported; only what it finds comes
back. Where there can be no such copy, or it is lost, this process does all of the work itself.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

_Found = TypeVar("_Found")


def by_two(works: Sequence[Callable[[], _Found]]) -> list[_Found]:
    """What each of `works` returns, in their order; an error that one raises is raised.

    This process begins at the front and its copy at the end; where they meet depends on how long each takes. What is
    returned must be picklable.
    """
    if len(works) < 2 or not can_copy():
        return [work() for work in works]
    # A ticket for each: whoever takes one does the next from its own side, and so they never do the same.
    tickets, fill = os.pipe()
    os.write(fill, bytes(len(works)))
    os.close(fill)
    context: Any = get_context("fork")
    answers, theirs = context.Pipe(duplex=False)
    last = len(works) - 1
    copy = context.Process(target=_do, args=(works, range(last, -1, -1), tickets, theirs), daemon=True)
    copy.start()
    theirs.close()
    try:
        found = _done(works, range(len(works)), tickets)
        with suppress(EOFError):  # it raised an error or was stopped: what is missing is done here
            found |= answers.recv()
    finally:
        os.close(tickets)
        answers.close()
        copy.kill()
        copy.join()
        copy.close()
    return [found[number] if number in found else work() for number, work in enumerate(works)]


def can_copy() -> bool:
    """Whether a copy of this process is possible, safe (only this thread runs) and of use."""
    has_cores = len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) > 1
    return has_cores and threading.active_count() == 1 and "fork" in get_all_start_methods()


def _done(works: Sequence[Callable[[], _Found]], order: range, tickets: int) -> dict[int, _Found]:
    return {number: works[number]() for number in _while_there_are(tickets, order)}


def _while_there_are(tickets: int, order: range) -> Iterator[int]:
    return (number for number in order if os.read(tickets, 1))


def _do(works: Sequence[Callable[[], Any]], order: range, tickets: int, answers: Connection) -> None:
    try:
        answers.send(_done(works, order, tickets))
        answers.close()
    except BaseException:  # noqa: S110 - nobody hears it here; whoever waits does the work again, and does
        pass
    finally:
        os._exit(0)  # the files and processes that this copy knows of are not its own to close
