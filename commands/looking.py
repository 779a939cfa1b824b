"""`resonance explore`: annotated queries, as tables, as pictures, and as texts to paste."""

from collections.abc import Sequence
from pathlib import Path

import click

from commands.front import MODEL, opened
from graph.explore import drawings, explorations, explore, parameters, pasted
from graph.files import whole_file

Texts = dict[str, str | Sequence[str]]


@click.command("explore")
@click.argument("name", required=False)
@click.option("--set", "settings", multiple=True, metavar="PARAMETER=VALUE")
@click.option(
    "--html", type=click.Path(path_type=Path), help="Draw a draw_... query as a page, here."
)
@click.option(
    "--paste", is_flag=True, help="Print the query with its parameters put in, for Neo4j Browser."
)
@MODEL
@click.pass_context
def print_exploration(
    ctx: click.Context,
    name: str | None,
    settings: tuple[str, ...],
    html: Path | None,
    paste: bool,
    model_dir: Path,
) -> None:
    """Print an annotated query's table, or draw it; without NAME, list what there is."""
    if name is None:
        _list()
        return
    texts = _with_nearest(name, dict(each.partition("=")[::2] for each in settings), model_dir)
    if paste:
        known = explorations() | drawings()
        click.echo(pasted(known[name].text, parameters(known, name, texts)))
    elif html is not None:
        _draw(ctx, name, texts, html)
    elif name in drawings():
        raise click.UsageError(f"{name} is drawn, not printed: give --html PAGE, or --paste")
    else:
        with opened(ctx) as store:
            frame = explore(store, name, texts)
        click.echo("no rows" if frame.empty else frame.to_string(index=False))


def _list() -> None:
    for query in (explorations() | drawings()).values():
        click.echo(f"{query.name}({', '.join(each.name for each in query.parameters)})")
        click.echo(f"    {query.doc}")


def _with_nearest(name: str, texts: Texts, model_dir: Path) -> Texts:
    """With what the model that is served finds nearest, where a drawing asks and nobody told."""
    from gnn.neighbours import nearest_posts, nearest_users
    from gnn.versions import Models

    wanted = {each.name for each in drawings()[name].parameters} if name in drawings() else set()
    for parameter, of, nearest in (
        ("nearest_posts", "post_id", nearest_posts),
        ("nearest_users", "user_id", nearest_users),
    ):
        if parameter in wanted - texts.keys() and of in texts:
            table = Models(model_dir).load().embeddings
            texts = {**texts, parameter: nearest(table, str(texts[of]))}
    return texts


def _draw(ctx: click.Context, name: str, texts: Texts, place: Path) -> None:
    from commands.picture import page
    from graph.drawing import draw

    with opened(ctx) as store:
        drawn = draw(store, name, texts)
    with whole_file(place) as file:
        asked = parameters(drawings(), name, texts)
        file.write(page(name, drawings()[name].doc, drawn, asked).encode())
    click.echo(f"{place}: {len(drawn.nodes)} nodes, {len(drawn.edges)} edges")
