"""Following a job from a terminal: its events as they come, and the old ones first.

Waits between looks; a window polls JobFolder.events_since from a timer instead.
"""

import time
from collections.abc import Callable, Iterator

from engine.events import Ending, Event
from engine.jobs.process import JobProcess

POLL_SECONDS = 0.1


def follow(process: JobProcess, offset: int = 0,
           pause: Callable[[float], None] = time.sleep) -> Iterator[Event]:
    """Events after `offset` until the job tells its ending or its process is gone."""
    while True:
        # Looked at before reading: what a process that is gone has told is all there.
        living = process.living()
        events, offset = process.folder.events_since(offset)
        yield from events
        if not living or (events and isinstance(events[-1], Ending)):
            return
        pause(POLL_SECONDS)
