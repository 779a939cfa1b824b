"""What `resonance` can do, a module a kind of command; `resonance.py` is the door to all of them.

Each command parses, calls one function, and prints what happened. What goes wrong is one sentence
on standard error and exit code 1; nothing here decides anything.
"""
