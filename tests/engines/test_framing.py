"""Messages between engine and workers survive any content and any cut."""

import io

from hypothesis import given
from hypothesis import strategies as st

from genba.engines import framing

TAGS = st.sampled_from([framing.TASK, framing.STARTED, framing.OUTPUT, framing.FINISHED, framing.FAILED])


@given(st.lists(st.tuples(TAGS, st.binary(max_size=500))))
def test_what_is_sent_is_received_in_order(messages: list[tuple[bytes, bytes]]) -> None:
    stream = io.BytesIO()
    for tag, body in messages:
        framing.send(stream, tag, body)
    stream.seek(0)
    assert [framing.receive(stream) for _ in messages] == messages
    assert framing.receive(stream) is None


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_message_cut_anywhere_is_no_message(body: bytes, data: st.DataObject) -> None:
    stream = io.BytesIO()
    framing.send(stream, framing.OUTPUT, body)
    whole = stream.getvalue()
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert framing.receive(io.BytesIO(whole[:cut])) is None


def test_a_length_beyond_all_reason_is_refused() -> None:
    assert framing.receive(io.BytesIO(framing.HEADER.pack(b"O", (1 << 32) - 1))) is None
