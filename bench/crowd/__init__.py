"""Many people at once, over HTTP, and an oracle that says what must have become of it."""
