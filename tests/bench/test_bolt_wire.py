"""What is counted of the bytes that go to a Neo4j server, however they come in pieces."""

import pytest

from bench.bolt_wire import BEGIN, CHOSEN, HANDSHAKE, RUN, Counts, Messages

PULL = 0x3F
END = b"\x00\x00"
BODY = b"\x80\xd0\x10" + bytes([RUN, BEGIN]) * 8
"""A text whose own bytes look like signatures."""


def chunk(told: bytes) -> bytes:
    return len(told).to_bytes(2) + told


def message(signature: int) -> bytes:
    return chunk(bytes([0xB3, signature]) + BODY) + END


ASKED = (
    message(BEGIN)
    + message(RUN)
    + message(PULL)
    + END  # which keeps a connection alive
    + chunk(bytes([0xB3, RUN]) + BODY)  # a message of two chunks
    + chunk(bytes([0xB1, BEGIN]) + BODY)
    + END
)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("listed", [True, False], ids=["manifest", "four versions"])
def test_statements_and_transactions_are_counted_in_any_pieces(size: int, listed: bool) -> None:
    counts = Counts()
    messages = Messages(counts)
    messages.take(b"\x10" * HANDSHAKE)
    if listed:
        messages.skip(CHOSEN)
        messages.take(b"\x10" * CHOSEN)
    for start in range(0, len(ASKED), size):
        messages.take(ASKED[start : start + size])
    assert (counts.statements, counts.transactions) == (2, 1)
