"""What commands share: the graph that they open, options, and how they fail."""

import os
from pathlib import Path

import click

from graph.errors import ResonanceError
from graph.store import GraphStore, StoreConfig, open_store

MODEL = click.option(
    "--model",
    "model_dir",
    type=click.Path(path_type=Path),
    default=Path(".data/model"),
    show_default=True,
    envvar="RESONANCE_MODEL",
    help="Folder of the trained model.",
)
OPTIONAL = frozenset({"torch", "torch_geometric", "implicit", "matplotlib"})
"""What only training and evaluating import (`model` in pyproject.toml)."""
FOLDER = click.argument("folder", type=click.Path(path_type=Path))


class OneSentence(click.Group):
    """A group whose commands answer every foreseen failure with one sentence and exit code 1.

    That torch is not there is one: whoever serves has no use for it.
    """

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ResonanceError as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            if error.name not in OPTIONAL:
                raise
            raise click.ClickException(
                f"this needs {error.name}, which is not installed here: `make setup` in a clone"
                " does so, or `pip install '.[model]'`; a server needs none of it"
            ) from error


def config_of(ctx: click.Context) -> StoreConfig:
    """Where the graph is: by --store, or by the environment."""
    return StoreConfig.from_env(os.environ, ctx.find_root().obj)


def opened(ctx: click.Context) -> GraphStore:
    """The graph that the command is about; the caller closes it.

    Raises:
        StoreError: it is not there, or does not answer.
    """
    return open_store(config_of(ctx).there())


def opened_or_made(ctx: click.Context) -> GraphStore:
    """The same for a command that may be a graph's first: an embedded one is made where none is.

    Whoever only reads an empty graph, made for want of a --store, would be told that all is gone.
    """
    return open_store(config_of(ctx))
