"""The front door: one command, ``resonance load | derive | train | evaluate | serve | ...``.

What each does is in `commands`.
"""

import click

from commands import callers, doctor, keeping, learning, loading, looking, postman, serving, tables
from commands.front import OneSentence


@click.group(cls=OneSentence)
@click.option("--store", "url", help="ladybug:PATH, bolt://HOST:PORT or neo4j://HOST:PORT.")
@click.version_option(package_name="resonance")
@click.pass_context
def main(ctx: click.Context, url: str | None) -> None:
    """A feed recommender on a property graph.

    The graph is where --store or RESONANCE_STORE says, by default in the file .data/graph.
    """
    ctx.obj = url


for command in (
    loading.load,
    loading.sync,
    loading.prepare,
    tables.export,
    keeping.back_up,
    keeping.put_back,
    tables.print_stats,
    tables.bring_up,
    tables.rebuild,
    tables.rebuild_index,
    looking.print_exploration,
    learning.train_model,
    learning.model_commands,
    learning.evaluate_folder,
    serving.serve,
    serving.print_feed,
    serving.run_demo,
    doctor.doctor,
    postman.write_collection,
    callers.key_commands,
    callers.mint_token,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
