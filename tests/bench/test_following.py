"""What bench.following tells of lists that are kept up."""

import re

from click.testing import CliRunner

from bench.following import main


def test_it_tells_how_soon_lists_follow_and_that_champions_are_those_of_a_rebuild() -> None:
    told = CliRunner().invoke(
        main,
        ["--engagements", "2000", "--writes", "12", "--pause", "0", "--seconds", "0.01"],
        catch_exceptions=False,
    )
    assert told.exit_code == 0
    assert "12 writes; until lists followed p50" in told.output
    work = re.search(r"a write: +([\d.]+) steps, ([\d.]+) lists changed", told.output)
    assert work is not None and min(map(float, work.groups())) > 0.0
    top, similar, near = (
        [float(each) for each in re.findall(r"([\d.]+)%", line)]
        for line in told.output.splitlines()[-3:]
    )
    assert top[0] < 100.0 and top[1:] == [100.0, 100.0, 100.0]
    for before, after, *_ in (similar, near):
        assert before < after
