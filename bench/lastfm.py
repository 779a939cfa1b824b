"""HetRec 2011 Last.fm as a graph: the social yardstick.

Artists are posts, plays are likes, a user's own tag assignments are interests, and all users'
together are an artist's tags. The data are for non-commercial use and are not ours to ship: they
are read from the archive (``--data``, or ``RESONANCE_LASTFM``) at run time. Source: Cantador,
Brusilovsky and Kuflik, HetRec 2011, https://grouplens.org/datasets/hetrec-2011/.

Protocol: per user, random 8:1:1; all artists ranked, those of train and valid masked; tag
assignments of held-out pairs are removed before anything is derived from tags.
"""

import tarfile
import tempfile
from pathlib import Path

import click
import numpy as np
import pandas as pd

from gnn.config import TrainConfig
from gnn.evaluate import evaluate_runs
from gnn.report import text_table, write_report
from gnn.split import PARTS, split_links
from graph.errors import ConfigError, MalformedSource, ResonanceError
from graph.loaders.folder import write_folder
from graph.model import Tables

ARCHIVE = Path(__file__).parents[2] / "shared" / "datasets" / "hetrec2011-lastfm-2k.tar.xz"
CONFIG = TrainConfig(interests=False, epochs=30)
"""Interests here come from the tags that users gave to what they played: they would tell the
network a supervised play. Few epochs, for the sake of the run time on two cores."""
USER, POST = "lastfm:user:", "lastfm:post:"


def read(folder: Path, name: str, encoding: str = "utf-8") -> pd.DataFrame:
    """One of the archive's tab-separated files, all columns as text.

    Raises:
        MalformedSource: the file is not there, or is not a table.
    """
    path = folder / f"{name}.dat"
    try:
        return pd.read_csv(
            path, sep="\t", dtype=str, encoding=encoding, quoting=3, keep_default_na=False
        )
    except (OSError, ValueError) as error:
        raise MalformedSource(
            f"{path} cannot be read as a table of HetRec Last.fm: {error}. Give --data the "
            "folder or the archive hetrec2011-lastfm-2k."
        ) from error


def convert(folder: Path, seed: int | None = None) -> Tables:
    """The whole data set as one graph; with `seed`, its likes carry a ``split``.

    With a seed, tag assignments of held-out pairs are left out: a user's tag on a held-out artist
    would tell of the play.
    """
    plays = read(folder, "user_artists")
    liked = pd.DataFrame(
        {"source": USER + plays["userID"], "target": POST + plays["artistID"]}
    ).drop_duplicates(ignore_index=True)
    assignments = _assignments(folder)
    if seed is not None:
        liked["split"] = _split(liked, seed)
        held = liked[liked["split"] != PARTS[0]]
        pairs = pd.MultiIndex.from_frame(assignments[["user", "post"]])
        assignments = assignments[~pairs.isin(pd.MultiIndex.from_frame(held[["source", "target"]]))]
    posts = _posts(folder)
    friend = _friends(folder)
    users = pd.unique(pd.concat([liked["source"], friend["source"], friend["target"]]))
    known = assignments[assignments["post"].isin(posts["id"])]
    tagged = known.groupby(["post", "tag"], as_index=False).size()
    interested = assignments[assignments["user"].isin(users)]
    interested = interested[["user", "tag"]].drop_duplicates(ignore_index=True)
    tags = sorted(set(tagged["tag"]) | set(interested["tag"]))
    return {
        "users": pd.DataFrame({"id": users}),
        "posts": posts,
        "tags": pd.DataFrame({"id": tags, "name": tags}),
        "liked": liked,
        "friend": friend,
        "tagged": tagged.set_axis(["source", "target", "weight"], axis=1).astype({"weight": float}),
        "interested_in": interested.set_axis(["source", "target"], axis=1),
    }


def _assignments(folder: Path) -> pd.DataFrame:
    """Who gave which artist which tag, by the tag's normalised text: columns user, post, tag."""
    names = read(folder, "tags", encoding="latin-1")
    text = names["tagValue"].str.lower().str.split().str.join(" ")
    by_id = dict(zip(names["tagID"], text, strict=True))
    given = read(folder, "user_taggedartists")
    rows = pd.DataFrame(
        {
            "user": USER + given["userID"],
            "post": POST + given["artistID"],
            "tag": given["tagID"].map(by_id),
        }
    )
    return rows[rows["tag"].fillna("") != ""].drop_duplicates(ignore_index=True)


def _posts(folder: Path) -> pd.DataFrame:
    artists = read(folder, "artists")
    return pd.DataFrame(
        {"id": POST + artists["id"], "title": artists["name"], "url": artists["url"]}
    )


def _friends(folder: Path) -> pd.DataFrame:
    """Each friendship once, from the smaller id to the larger."""
    given = read(folder, "user_friends")
    ends = np.sort((USER + given[["userID", "friendID"]]).to_numpy(dtype=object), axis=1)
    return pd.DataFrame(ends, columns=["source", "target"]).drop_duplicates(ignore_index=True)


def _split(liked: pd.DataFrame, seed: int) -> pd.Series:
    """The part of each like: per user, random 8:1:1."""
    links = liked.set_axis(["user_id", "post_id"], axis=1).assign(
        at=pd.array([pd.NA] * len(liked), dtype="Int64")
    )
    split = split_links(links, seed)
    parts = pd.concat([getattr(split, part).assign(split=part) for part in PARTS])
    by_pair = parts.set_index(["user_id", "post_id"])["split"]
    return pd.Series(
        by_pair.loc[pd.MultiIndex.from_frame(links[["user_id", "post_id"]])].to_numpy()
    )


def extracted(data: Path, into: Path) -> Path:
    """The folder of the data: `data` itself, or what the archive `data` holds, unpacked `into`.

    Raises:
        ConfigError: there is no such folder or archive.
    """
    if data.is_dir():
        return data
    try:
        with tarfile.open(data) as archive:
            archive.extractall(into, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise ConfigError(
            f"HetRec Last.fm is not at {data} ({error}): give --data or RESONANCE_LASTFM."
        ) from error
    return next((path.parent for path in sorted(into.rglob("user_artists.dat"))), into)


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="RESONANCE_LASTFM",
    default=ARCHIVE,
    show_default=True,
    help="The archive, or the folder it holds.",
)
@click.option("--seeds", default="0,1,2", show_default=True, help="Seeds of the split.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for report.html and .json.")
@click.option("--predictions", type=click.Path(path_type=Path), help="CSV of every top 100.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Only write the whole data set there as a graph folder, for `resonance load folder`.",
)
def main(
    data: Path, seeds: str, out: Path | None, predictions: Path | None, folder: Path | None
) -> None:
    """Evaluate the model and the baselines on HetRec Last.fm, under the protocol of the module."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            source = extracted(data, Path(scratch))
            if folder is not None:
                write_folder(convert(source), folder)
                click.echo(f"Wrote {folder}")
                return
            runs = [(seed, convert(source, seed)) for seed in _numbers(seeds)]
        report = evaluate_runs(runs, config=CONFIG, predictions=predictions)
        click.echo(text_table(report))
        if out is not None:
            click.echo(f"Wrote {write_report(report, out)}")
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error


def _numbers(seeds: str) -> list[int]:
    try:
        return [int(each) for each in seeds.split(",")]
    except ValueError as error:
        raise ConfigError(f"--seeds is {seeds!r}: give integers with commas between.") from error


if __name__ == "__main__":
    main()
