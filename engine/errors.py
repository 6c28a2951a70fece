"""The two families of failure.

An EngineError carries the sentence the person reads and what they can do about it.
Anything else that is raised is a bug and is shown with its details.
"""


class EngineError(Exception):
    """A known situation. `message` says what happened, `hint` what can be done now."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Cancelled(Exception):  # noqa: N818 - not a failure: the person asked for it
    """Raised where progress is reported, once the person has asked to stop."""
