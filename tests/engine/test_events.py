"""Events survive the way through a file, whatever stands in them and whoever wrote it."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import (
    Ending,
    Event,
    Failed,
    Finished,
    Metric,
    Note,
    Progress,
    Resumed,
    Sample,
    Started,
    Stopped,
    decode,
    decode_lines,
    encode,
)

COUNTS = st.integers(0, 2**63 - 1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Started, total=COUNTS, unit=st.text(), at=NUMBERS),
    st.builds(Resumed, at=NUMBERS),
    st.builds(Progress, done=COUNTS, total=COUNTS, message=st.text(), unit=st.text(),
              at=NUMBERS),
    st.builds(Metric, step=COUNTS, name=st.text(), value=NUMBERS | st.none(), split=st.text(),
              at=NUMBERS),
    st.builds(Sample, step=COUNTS, text=st.text(), at=NUMBERS),
    st.builds(Note, message=st.text(), at=NUMBERS),
    st.builds(Finished, summary=st.text(), produced=st.lists(st.text()).map(tuple), at=NUMBERS),
    st.builds(Failed, message=st.text(), hint=st.text(), details=st.text(), at=NUMBERS),
    st.builds(Stopped, message=st.text(), resumable=st.booleans(), at=NUMBERS),
)


@given(EVENTS)
def test_an_event_comes_back_as_it_went(event: Event) -> None:
    line = encode(event)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == event


@given(st.lists(EVENTS, max_size=5), st.data())
def test_a_torn_file_gives_every_whole_event(events: list[Event], data: st.DataObject) -> None:
    # GIVEN a file that was cut anywhere
    lines = [encode(event) for event in events]
    text = b"".join(lines)
    cut = data.draw(st.integers(0, len(text)))
    # WHEN it is read
    read = list(decode_lines(text[:cut]))
    # THEN all events whose text is complete are there, and nothing else
    whole, length = 0, 0
    for line in lines:
        length += len(line)
        whole += length - 1 <= cut
    assert read == events[:whole]


@given(st.binary(max_size=80))
def test_no_line_makes_reading_fail(line: bytes) -> None:
    event = decode(line)
    assert event is None or decode(encode(event)) == event


def test_kinds_of_a_newer_version_are_skipped() -> None:
    lines = b'{"event":"hologram","at":1.0}\n{"event":"note","message":"hello","mood":1,"at":2.0}\n'
    assert list(decode_lines(lines)) == [Note("hello", at=2.0)]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_exploded_is_a_gap(value: float) -> None:
    read = decode(encode(Metric(3, "loss", value, at=1.0)))
    assert read == Metric(3, "loss", None, at=1.0)


def test_a_file_name_of_broken_bytes_can_be_told() -> None:
    event = Finished("made \udce4", ("song\udcff.txt",), at=1.0)
    assert decode(encode(event)) == Finished("made ?", ("song?.txt",), at=1.0)


def test_an_event_knows_when_it_was_made() -> None:
    before = time.time()
    assert before <= Note("now").at <= time.time()


def test_only_three_kinds_end_a_job() -> None:
    events = [Started(), Resumed(), Progress(1), Metric(1, "loss", 1.0), Sample(1, "la"),
              Note("x"), Finished("x"), Failed("x"), Stopped("x")]
    assert [type(event) for event in events if isinstance(event, Ending)] == \
        [Finished, Failed, Stopped]


@pytest.mark.parametrize("event, sentence", [
    (Started(20, "steps"), "Started: 20 steps"),
    (Started(), "Started."),
    (Resumed(), "Resumed."),
    (Progress(3, 20, "reading"), "3 of 20  reading"),
    (Progress(3), "3"),
    (Metric(7, "loss", 0.123456, "train"), "step 7: train loss 0.1235"),
    (Metric(7, "loss", None), "step 7: loss not a number"),
    (Sample(7, "la la"), "step 7 says: la la"),
    (Note("Halfway."), "Halfway."),
    (Finished("Done.", ("a.onnx", "b")), "Done.\n  a.onnx\n  b"),
    (Failed("No.", "Try.", ""), "No.\nTry."),
    (Stopped("Stopped."), "Stopped."),
])
def test_an_event_speaks_plainly(event: Event, sentence: str) -> None:
    assert event.sentence() == sentence


@pytest.mark.parametrize("progress, said", [
    (Progress(3), "3"),
    (Progress(3, 12, "songs"), "3 of 12  songs"),
    (Progress(41_400_000, 93_000_000, "Fetching a model", "bytes"),
     "41.4 of 93.0 MB  Fetching a model"),
])
def test_progress_says_how_much_of_what(progress: Progress, said: str) -> None:
    assert progress.sentence() == said
