"""Failures of the machine. A mistake in the content is never one of these: it is a `Problem`."""


class PipelineError(Exception):
    """The machine failed, not the content: no permission, disk full, a missing library.

    `str(error)` is one sentence for a person; `help` says what to do about it.
    The command line ends with exit status 3.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class UsageError(PipelineError):
    """The command was called with something that cannot be meant (no such file, a forbidden folder).

    The command line ends with exit status 2.
    """


class RenderingError(PipelineError):
    """A page or brief could not be made although the content is sound: a missing library or a broken template."""


class PublishingError(PipelineError):
    """The release could not be written or swapped in, or the build could not finish after it; the message says which."""


class BusyError(PublishingError):
    """Another build holds the lock of this output folder."""
