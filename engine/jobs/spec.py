"""What a job is asked to do: one frozen value that can be stored, printed and run again.

Knows the shape of a request, not what the kinds of job do with their arguments.
"""

import time
from collections.abc import Mapping

import msgspec

from engine.errors import EngineError

CURRENT_VERSION = 1


class JobSpec(msgspec.Struct, frozen=True, kw_only=True):
    """`arguments` is a JSON object, kept as text so that nothing can change it.

    Paths in it are absolute: the job may run from another place than the one who asked.
    `polite` lets everything else on the machine go first.
    """

    kind: str
    arguments: msgspec.Raw
    title: str
    created_at: float
    polite: bool = True
    version: int = CURRENT_VERSION

    @classmethod
    def ask(cls, kind: str, arguments: Mapping[str, object], title: str,
            polite: bool = True) -> "JobSpec":
        """A new request, stamped with the present time. TypeError: not a JSON value."""
        return cls(kind=kind, arguments=msgspec.Raw(msgspec.json.encode(dict(arguments))),
                   title=title, created_at=time.time(), polite=polite)

    def argument_values(self) -> dict[str, object]:
        """The arguments as a fresh dictionary, which the caller may change."""
        return msgspec.json.decode(self.arguments, type=dict[str, object])

    def to_json(self) -> bytes:
        """For spec.json: indented, for people who look into the folder."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2)


def spec_from_json(text: bytes) -> JobSpec:
    """The request of a spec.json. EngineError if it is broken or of a newer version."""
    try:
        spec = msgspec.json.decode(text, type=JobSpec)
        # The indentation of the file is not part of the request.
        arguments = msgspec.Raw(msgspec.json.format(spec.arguments, indent=-1))
        msgspec.json.decode(arguments, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EngineError("The description of this job cannot be read.",
                          "Start the work anew; the old job's folder can be deleted.") from error
    if spec.version > CURRENT_VERSION:
        raise EngineError("This job was made by a newer version of the program.",
                          "Update the program to run it.")
    return msgspec.structs.replace(spec, arguments=arguments)
