"""`resonance keys` and `token`: who may ask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from commands.front import OneSentence, opened

if TYPE_CHECKING:
    from web.keys import Keys, Role


@click.group("keys", cls=OneSentence)
def key_commands() -> None:
    """Make, list and revoke the keys of apps and operators, in the file RESONANCE_KEYS."""


@key_commands.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["service", "operator"]),
    default="service",
    show_default=True,
    help="An app's backend, or who runs the service.",
)
def add_key(name: str, role: Role) -> None:
    """Make a key and print it, this once; a running server that is not open takes it at once."""
    click.echo(_keys().add(name, role))


@key_commands.command("list")
def list_keys() -> None:
    """Print what is known of every key: name, role, when made and last used; never the key."""
    cards = _keys().cards()
    for card in cards:
        end = f", revoked {card.revoked}" if card.revoked else ""
        used = f"last used {card.used}" if card.used else "never used"
        click.echo(f"{card.name:<24}{card.role:<10}made {card.made}, {used}{end}")
    if not cards:
        click.echo("no keys; resonance keys add NAME makes one")


@key_commands.command("revoke")
@click.argument("name")
def revoke_key(name: str) -> None:
    """Have a key let nobody in, from the next request of a running server on."""
    _keys().revoke(name)
    click.echo(f"{name}: revoked")


@click.command("token")
@click.argument("user")
@click.option("--minutes", default=15, show_default=True, help="How long it lasts, up to a day.")
@click.option(
    "--user-id",
    "as_id",
    is_flag=True,
    help="USER is a user id; do not open the graph, which a running server may hold.",
)
@click.pass_context
def mint_token(ctx: click.Context, user: str, minutes: int, as_id: bool) -> None:
    """Print a viewer's token for USER, a username or a user id (RESONANCE_TOKEN_SECRET signs)."""
    from feed.viewer import user_called
    from web.config import WebConfig
    from web.viewer_tokens import ViewerTokens

    tokens = ViewerTokens(WebConfig.from_env(os.environ))
    user_id = user
    if not as_id:
        with opened(ctx) as store:
            user_id = user_called(store, user).user_id
    click.echo(tokens.mint(user_id, minutes).token)


def _keys() -> Keys:
    from web.config import WebConfig
    from web.keys import Keys

    return Keys(WebConfig.from_env(os.environ).keys_path)
