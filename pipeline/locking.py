"""One build at a time for each output folder: a lock that dies with its process."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import BusyError

if sys.platform == "win32":
    import msvcrt

    # Far behind the process number: a locked byte cannot be read by others on Windows.
    _LOCKED_BYTE = 1 << 20

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while the body runs.

    The file stays behind and is never deleted: deleting it would let two builds each lock a file of their own.
    The system releases the lock when the process ends, however it ends. A link in its place is refused (OSError).

    Raises BusyError when another process holds it, with that process's number where the file tells it.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o644)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            raise BusyError(
                f"Another build is writing to “{path.parent}”{_holder(descriptor)}.",
                help="Wait until it has finished, or stop it, and build again.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    number = os.read(descriptor, 20).strip()
    return f" (process {number.decode()})" if number.isdigit() else ""
