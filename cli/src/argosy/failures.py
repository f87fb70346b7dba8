"""What the command says, and returns to the shell, when it cannot do what it was asked."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell gets; documented in the help texts and in cli/README.md."""

    OK = 0
    GOAL_FAILED = 1
    """The goal ended, and not as wanted. Or: a strict check of a domain has warnings."""
    USAGE = 2
    """The command line or what it names is wrong; nothing was changed."""
    UNREACHABLE = 3
    """A service does not answer."""
    NOT_FOUND = 4
    """The service knows nothing of that name."""
    REFUSED = 5
    """The service understood and said no."""
    TIMED_OUT = 6
    """The goal did not end within the wait; it goes on. Or: no plan was found within the limits."""
    UNSOLVABLE = 7
    """No plan exists: every way was tried."""
    NOT_PROVEN = 8
    """The log does not lead to the result that is recorded."""
    MISTAKEN = 70
    """The command itself has a mistake."""
    INTERRUPTED = 130
    """A person pressed Ctrl-C; what was stored is taken up again by the next start."""


class CommandError(Exception):
    """The thing, what is wrong with it, what to do about it, and the code for the shell."""

    def __init__(self, detail: str, *, remedy: str, exit_code: ExitCode) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.exit_code = exit_code


class NotStartedError(CommandError):
    """A service does not listen yet or opens its stores: nothing of the request was looked at."""
