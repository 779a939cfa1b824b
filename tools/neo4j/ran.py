"""Whether the tests that need a Neo4j really ran, read from pytest's JUnit report.

``python3 tools/neo4j/ran.py junit.xml`` ends with code 1 when one was skipped or none was there:
a green run without the server must not pass for a run with it.
"""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def neo4j_tests(report: Path) -> tuple[list[str], list[str]]:
    """The tests that ran and those that were skipped, of all that name Neo4j.

    A test is one of them when its id names Neo4j (``test_x[neo4j]``), or its reason to be skipped.
    """
    ran: list[str] = []
    skipped: list[str] = []
    for case in ET.parse(report).iter("testcase"):
        skip = case.find("skipped")
        test_id = f"{case.get('classname')}::{case.get('name')}"
        reason = "" if skip is None else skip.get("message", "")
        if "neo4j" in f"{test_id} {reason}".lower():
            (ran if skip is None else skipped).append(test_id)
    return ran, skipped


def main(arguments: list[str]) -> int:
    """Say how many ran; 1 when any was skipped or none ran."""
    ran, skipped = neo4j_tests(Path(arguments[0]))
    print(f"Neo4j tests: {len(ran)} ran, {len(skipped)} skipped")
    for test_id in skipped:
        print(f"skipped: {test_id}", file=sys.stderr)
    return 0 if ran and not skipped else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
