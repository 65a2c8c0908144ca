"""What a file system offers for swapping folders, one function each, and what it says when it does not offer it.

A fault can only be injected where Python announces a step (`sys.addaudithook`). A foreign call, a write and a
flush announce nothing, so publishing announces them itself: `ecosystem_map.write`, `ecosystem_map.sync`,
`ecosystem_map.exchange` just before the step with the paths concerned, and `ecosystem_map.exchanged` just after it.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_AT_FDCWD = -100  # linux/fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h, renameat2(2)
_RENAME_SWAP = 2  # macOS sys/stdio.h, renamex_np(2)
_WINDOWS_PRIVILEGE_NOT_HELD = 1314

# EPERM: the sandbox of an older container runtime answers an unknown system call with it.
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
_NO_LINK = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}


@cache
def _system_call() -> Callable[[bytes, bytes], int] | None:
    """The system's atomic exchange of two paths as a function that returns 0 or an errno; None where there is none."""
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    name = "renameat2" if sys.platform == "linux" else "renamex_np"
    function = getattr(library, name, None)
    if function is None:
        return None
    function.restype = ctypes.c_int
    if sys.platform == "linux":
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    else:
        function.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint)

    def call(first: bytes, second: bytes) -> int:
        if sys.platform == "linux":
            result = function(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
        else:
            result = function(first, second, _RENAME_SWAP)
        return 0 if result == 0 else ctypes.get_errno()

    return call


def exchange(first: Path, second: Path) -> bool:
    """Swap two existing paths in one step: each name then holds what the other held, with nothing in between.

    True when it is done, False when this system or file system cannot do it (nothing has changed then).
    Any other failure is an OSError.
    """
    call = _system_call()
    if call is None:
        return False
    sys.audit("ecosystem_map.exchange", str(first), str(second))
    number = call(os.fsencode(first), os.fsencode(second))
    if number in _NO_EXCHANGE:
        return False
    if number:
        raise OSError(number, os.strerror(number), str(first), None, str(second))
    sys.audit("ecosystem_map.exchanged", str(first), str(second))
    return True


def move(folder: Path, to: Path) -> bool:
    """Rename a folder; False where it lies in the lower layer of an overlay file system, which can only be copied."""
    try:
        folder.rename(to)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    return True


def link(target: str, at: Path) -> bool:
    """Make `at` a symbolic link to the relative path `target`; False where symbolic links are not to be had."""
    try:
        at.symlink_to(target)
    except NotImplementedError:
        return False
    except OSError as error:
        if error.errno in _NO_LINK or getattr(error, "winerror", None) == _WINDOWS_PRIVILEGE_NOT_HELD:
            return False
        raise
    return True


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` reach the disk, so that a power cut cannot undo a rename. Not on Windows."""
    if sys.platform == "win32":
        return
    sys.audit("ecosystem_map.sync", str(folder))
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot flush a folder
            raise
    finally:
        os.close(descriptor)


def explain(error: OSError) -> str:
    """Why the system refused, as the end of a sentence."""
    where = f" (“{error.filename}”)" if error.filename else ""
    match error.errno:
        case errno.ENOSPC:
            return "the disk is full"
        case errno.EDQUOT:
            return "the disk space that this account may use is used up"
        case errno.EACCES | errno.EPERM:
            return f"there is no permission to write there{where}"
        case errno.EROFS:
            return f"it can only be read, not written{where}"
        case _:
            return f"{error.strerror or error}{where}"


@dataclass(frozen=True, slots=True)
class FileSystem:
    """What publishing may count on; a test, or a caller that knows better, takes an ability away."""

    exchange: Callable[[Path, Path], bool] = exchange
    move: Callable[[Path, Path], bool] = move
    link: Callable[[str, Path], bool] = link


THIS_SYSTEM = FileSystem()
