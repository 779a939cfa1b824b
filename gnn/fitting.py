"""Fitting GraphSAGE to one case: epochs over folds, early stopping on valid, then the decoder.

A vector is the network's output beside the linear coordinates of `gnn.spectrum`, so that a dot
product is the sum of both scores. Weights are learned on train; the epoch, the spectrum's filter,
the network's share and the decoder are chosen on valid; test is not read.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from scipy import sparse
from tqdm import tqdm

from gnn.baselines.ranker import Factors
from gnn.case import VALID_USERS, Case, valid_ndcgs
from gnn.checkpoint import Checkpoint, Progress, name_of
from gnn.config import AUTO, TrainConfig
from gnn.data import Inputs, Nodes, inputs, nodes_of
from gnn.decoding import Fit, Shown, fit_decoder, unseeing
from gnn.directions import Directions, Told, directions, told_of
from gnn.embeddings import EmbeddingTable
from gnn.factoring import factored, factoring_of
from gnn.factors import Setting
from gnn.folds import deal
from gnn.inner import held_inside
from gnn.likelihood import Decoder
from gnn.matrices import Floats
from gnn.model import GraphSage
from gnn.passes import at_once, encoded, vectors_of
from gnn.spectrum import Spectrum, ridges, spreads
from gnn.split import hold_out
from gnn.supervision import Draws, Lesson, Sample, lesson, loss_of
from gnn.vocabulary import Positions
from graph.errors import ConfigError, NotEnoughData
from graph.model import Tables
from graph.progress import progress

KEPT = 256 << 20
"""Bytes of scores that are kept from one look at valid to the next, at most."""


@dataclass(frozen=True)
class Fitted:
    """What was learned from one case, and its results on the case's own graph."""

    encoder: "Encoder"
    shown: Shown
    """What is known where valid is to be found, and the vectors of it."""
    fit: Fit
    losses: tuple[float, ...]
    best_epoch: int
    valid_ndcg: float
    """NDCG@10 of the embedding alone on valid, at the best epoch."""
    judged: Decoder | None
    """The decoder that valid may judge (`gnn.decoding.unseeing`)."""


@dataclass(frozen=True)
class Encoder:
    """The learned network and all that its inputs are made with."""

    network: GraphSage
    config: TrainConfig
    seed: int
    directions: Directions
    """Of the spectrum."""
    reference: Floats
    """The axes that the coordinates are turned to."""
    factoring: Setting | None
    """How the links are factored beside; None where that does not pay."""
    share: float = 1.0
    """What the network's score counts beside the spectrum's, after training."""

    def table(self, nodes: Nodes, given: Inputs, factors: Factors | None) -> EmbeddingTable:
        """The vectors of every user and post, from one graph's inputs, beside its factors."""
        return self.joined(nodes, self.linear(given.spectrum), self.learned(given), factors)

    def factors(self, links: sparse.csr_array) -> Factors | None:
        """What links are factored to."""
        if self.factoring is None:
            return None
        return factored(links, self.factoring, self.seed)

    def linear(self, found: Spectrum) -> "Linear":
        """What does not depend on the network."""
        lambda_ = self.directions.lambda_
        return Linear(
            found.users,
            found.post_table(lambda_),
            ridges(found.values, lambda_),
            spreads(found.basis, found.values, lambda_),
        )

    def learned(self, given: Inputs) -> "Learned":
        """What the network says as it is now."""
        self.network.eval()
        with torch.no_grad():
            vectors = encoded(self.network, given, self.config)
            weight = float(torch.exp(self.network.spectral))
        return Learned(vectors["User"].cpu().numpy(), vectors["Post"].cpu().numpy(), weight)

    def joined(
        self, nodes: Nodes, linear: "Linear", learned: "Learned", factors: Factors | None
    ) -> EmbeddingTable:
        """Both halves side by side, and the factors."""
        users, posts = (np.array(nodes.ids[label].ids, dtype=np.str_) for label in ("User", "Post"))
        weighed = learned.weight / self.share * linear.users
        table = EmbeddingTable(
            users,
            np.concatenate([weighed, learned.users], axis=1),
            posts,
            np.concatenate([linear.posts, learned.posts], axis=1),
            linear.ridges,
            linear.spreads,
        )
        return table if factors is None else table.with_factors(factors.users, factors.posts)


class Linear(NamedTuple):
    """The linear half of a table; its fields are as the table's."""

    users: Floats
    """Before they are weighed beside the network's."""
    posts: Floats
    ridges: Floats
    spreads: Floats


class _ByLinks:
    """What the linear half says of users and all posts.

    It is the same at each look, and is kept from one to the next where that takes little memory.
    """

    def __init__(self, case: Case, linear: Linear):
        self._linear = linear
        told = 4 * len(case.posts) * min(len(case.judged("valid")), VALID_USERS)
        self._kept: dict[int, Floats] | None = {} if told <= KEPT else None

    def scores(self, some: Positions) -> Floats:
        """Not to be written on; the same users are asked for together each time."""
        first = int(some[0])
        found = None if self._kept is None else self._kept.get(first)
        if found is None:
            found = self._linear.users[some] @ self._linear.posts.T
            if self._kept is not None:
                self._kept[first] = found
        return found


class Learned(NamedTuple):
    """The network's half of a table."""

    users: Floats
    """Shape ``(num_users, out)``."""
    posts: Floats
    """Shape ``(num_posts, out)``."""
    weight: float
    """What the linear half counts beside it at a share of 1."""


def fit(case: Case, config: TrainConfig, checkpoint: Path | None = None) -> Fitted:
    """Learn from a case's train links, choosing by its valid links; its test links are not read.

    Args:
        case: the data.
        config: the settings.
        checkpoint: a file that a killed training goes on from, when it is asked for again.
    """
    config = settled(config)
    kept = None if checkpoint is None else Checkpoint(checkpoint, name_of(case, config))
    inner, outer = told_of(held_inside(case)), told_of(case)
    with repeatable(case.seed, config):
        tables = visible(case.tables, config)
        nodes = nodes_of(tables, case.users, case.posts, config.hash_width)
        found = directions(inner, outer, config)
        chosen, of_outer, of_inner = found
        factoring, factors, factors_inside = factoring_of(inner, outer, found, config)
        cut = case.split.cut
        full = inputs_of(nodes, tables, config, case.seed, cut, chosen, None, of_outer)
        reference = full.spectrum.basis[:, : config.coordinates]
        network = _network(full, config)
        encoder = Encoder(network, config, case.seed, chosen, reference, factoring)
        lessons = _lessons(inner.case, nodes, encoder)
        linear = encoder.linear(full.spectrum)
        best, losses = _learn(case, full, _ByLinks(case, linear), lessons, encoder, kept)
        table = best.encoder.joined(nodes, linear, best.learned, factors)
        all_known = Shown(case, outer.known, table)
        inside = _as_told(nodes, inner.case, inner.case.tables, config)
        less_known = _shown(inner, inside, best.encoder, of_inner, factors_inside)
        fitted = fit_decoder(less_known, all_known)
        judged = unseeing(less_known, fitted)
    if kept is not None:
        kept.end()
    return Fitted(best.encoder, all_known, fitted, losses, best.epoch, best.ndcg, judged)


def shown(case: Case, encoder: Encoder) -> Shown:
    """A case to a network that has learned already, perhaps from less of it."""
    config = encoder.config
    with repeatable(case.seed, config):
        tables = visible(case.tables, config)
        nodes = nodes_of(tables, case.users, case.posts, config.hash_width)
        told = told_of(case)
        return _shown(told, nodes, encoder, None, encoder.factors(told.known.links))


def _shown(
    told: Told, nodes: Nodes, encoder: Encoder, found: Spectrum | None, factors: Factors | None
) -> Shown:
    case, config, chosen = told.case, encoder.config, encoder.directions
    tables, cut = visible(case.tables, config), case.split.cut
    given = inputs_of(nodes, tables, config, encoder.seed, cut, chosen, encoder.reference, found)
    return Shown(case, told.known, encoder.table(nodes, given, factors))


def visible(tables: Tables, config: TrainConfig) -> Tables:
    """What the network may read of a graph."""
    hidden = () if config.interests else ("interested_in",)
    return {file: frame for file, frame in tables.items() if file not in hidden}


def inputs_of(
    nodes: Nodes,
    tables: Tables,
    config: TrainConfig,
    seed: int,
    upto: int | None,
    chosen: Directions,
    reference: Floats | None,
    found: Spectrum | None = None,
) -> Inputs:
    """The network's inputs; on the device that it computes on where it reads them at once."""
    given = inputs(
        nodes,
        tables,
        chosen.dim,
        config.coordinates,
        seed,
        upto,
        reference,
        chosen.exponent,
        chosen.content,
        chosen.strength,
        found,
    )
    if not at_once(given, config):
        return given
    return replace(
        given,
        features={label: each.to(config.device) for label, each in given.features.items()},
        edges={edge: each.to(config.device) for edge, each in given.edges.items()},
    )


def _lessons(inner: Case, nodes: Nodes, encoder: Encoder) -> list[Lesson]:
    """The folds of what the inner hold-out leaves; a fold's content tells of neither."""
    config, lessons, case = encoder.config, list[Lesson](), inner
    for fold in progress(deal(inner.split.train, config.folds, inner.seed), "folds"):
        told = inner.without(pd.concat([inner.split.valid, fold.supervision]))
        known = hold_out(visible(told, config), fold.messages, fold.upto)
        here = _as_told(nodes, inner, told, config)
        given = inputs_of(
            here, known, config, case.seed, fold.upto, encoder.directions, encoder.reference
        )
        made = lesson(case, fold, given, encoder.directions.lambda_, config.pool)
        if len(made.users):
            lessons.append(made)
    if not lessons:
        raise NotEnoughData("No fold of the train links has any to supervise: load more of them.")
    return lessons


def _as_told(nodes: Nodes, case: Case, told: Tables, config: TrainConfig) -> Nodes:
    """The nodes with what `told` says of them: less, where content comes from links."""
    if case.source.without is None:
        return nodes
    return nodes_of(visible(told, config), case.users, case.posts, config.hash_width)


def _network(full: Inputs, config: TrainConfig) -> GraphSage:
    widths = {label: each.shape[1] for label, each in full.features.items()}
    network = GraphSage(
        widths, full.edges, config.hidden, config.out, config.layers, config.dropout
    )
    network.start_from(config.spectral_weight)
    return network.to(config.device)


@dataclass(frozen=True)
class _Look:
    """One look at valid."""

    ndcg: float
    epoch: int
    encoder: Encoder
    learned: Learned


def _learn(
    case: Case,
    full: Inputs,
    by_links: _ByLinks,
    lessons: list[Lesson],
    encoder: Encoder,
    checkpoint: Checkpoint | None,
) -> tuple[_Look, tuple[float, ...]]:
    """Epochs until valid's NDCG@10 no longer rises; the network is left at its best epoch."""
    config, network = encoder.config, encoder.network
    rng = np.random.default_rng(case.seed)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    best, kept, losses = _Look(-1.0, 0, encoder, encoder.learned(full)), {}, list[float]()
    done = None if checkpoint is None else checkpoint.read(network.state_dict())
    if done is not None:
        best = _gone_on(case, full, by_links, encoder, done)
        kept, losses = done.best, [*done.losses]
        network.load_state_dict(done.network)
        optimizer.load_state_dict(done.optimizer)
        rng.bit_generator.state = done.drawing
        torch.set_rng_state(done.dropping)
    bar = progress(range(1 if done is None else done.epoch + 1, config.epochs + 1), "training")
    with ThreadPoolExecutor(1) as thread:
        # Whose neighbours are drawn within an epoch draws from the same generator, in turn.
        whole = all(at_once(each.inputs, config) for each in lessons)
        draws = Draws(lessons, config, rng, thread if whole else None)
        for epoch in bar:
            if epoch - 1 - best.epoch >= config.patience * config.check_every:
                break
            given = lessons[epoch % len(lessons)].inputs
            losses.append(_epoch(network, given, draws.take(epoch), optimizer, config, rng))
            if epoch % config.check_every and epoch < config.epochs:
                continue
            draws.settle()
            found = _look(case, full, by_links, encoder, epoch)
            if found.ndcg > best.ndcg:
                best, kept = found, _copied(network)
            if isinstance(bar, tqdm):
                bar.set_postfix(loss=f"{losses[-1]:.3f}", valid_ndcg=f"{found.ndcg:.4f}")
            if checkpoint is not None:
                checkpoint.write(_progress(epoch, encoder, optimizer, best, kept, losses, draws))
    network.load_state_dict(kept)
    return best, tuple(losses)


def _progress(
    epoch: int,
    encoder: Encoder,
    optimizer: torch.optim.Optimizer,
    best: _Look,
    kept: dict[str, torch.Tensor],
    losses: list[float],
    draws: Draws,
) -> Progress:
    return Progress(
        epoch=epoch,
        network=_copied(encoder.network),
        optimizer=optimizer.state_dict(),
        best=kept,
        best_epoch=best.epoch,
        best_share=best.encoder.share,
        losses=tuple(losses),
        drawing=draws.state,
        dropping=torch.get_rng_state(),
    )


def _gone_on(
    case: Case, full: Inputs, by_links: _ByLinks, encoder: Encoder, done: Progress
) -> _Look:
    """The best look of a training that was killed, looked at again."""
    encoder.network.load_state_dict(done.best)
    shared = replace(encoder, share=done.best_share)
    (found,) = _looks(case, full, by_links, shared, done.best_epoch, [done.best_share])
    return found


def _look(case: Case, full: Inputs, by_links: _ByLinks, encoder: Encoder, epoch: int) -> _Look:
    """NDCG@10 on valid at the network's best share; ties go to the first of `config.shares`."""
    looks = _looks(case, full, by_links, encoder, epoch, encoder.config.shares)
    return max(looks, key=lambda each: each.ndcg)


def _looks(
    case: Case,
    full: Inputs,
    by_links: _ByLinks,
    encoder: Encoder,
    epoch: int,
    shares: Sequence[float],
) -> list[_Look]:
    """The same by share; both halves are multiplied once for all of them."""
    learned = encoder.learned(full)

    def scored(some: Positions) -> Iterator[Floats]:
        linear, network = by_links.scores(some), learned.users[some] @ learned.posts.T
        for share in shares:
            yield learned.weight / share * linear + network

    ndcgs = valid_ndcgs(case, scored)
    return [
        _Look(ndcg, epoch, replace(encoder, share=share), learned)
        for ndcg, share in zip(ndcgs, shares, strict=True)
    ]


def _copied(network: GraphSage) -> dict[str, torch.Tensor]:
    return {name: each.detach().clone() for name, each in network.state_dict().items()}


def _epoch(
    network: GraphSage,
    given: Inputs,
    sample: Sample,
    optimizer: torch.optim.Optimizer,
    config: TrainConfig,
    rng: np.random.Generator,
) -> float:
    """One step on a draw of users and posts; its loss, 0 if the draw held no positive."""
    if not len(sample.positives[0]):
        return 0.0
    network.train()
    if at_once(given, config):
        vectors = network(given.features, given.edges)
    else:
        seeds = {"User": sample.user_pos, "Post": sample.post_pos}
        vectors = vectors_of(network, given, seeds, config.neighbours, rng)
        sample = replace(
            sample,
            user_pos=np.arange(len(sample.user_pos)),
            post_pos=np.arange(len(sample.post_pos)),
        )
    loss = loss_of(sample, vectors, torch.exp(network.spectral))
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return float(loss.detach())


def settled(config: TrainConfig) -> TrainConfig:
    """The settings with the device that ``auto`` stands for here."""
    if config.device != AUTO:
        return config
    return replace(config, device="cuda" if torch.cuda.is_available() else "cpu")


@contextmanager
def repeatable(seed: int, config: TrainConfig) -> Iterator[None]:
    """Seeded, deterministic torch in one thread; the caller's settings are put back afterwards.

    One thread gives the same sums whatever the number of cores, and no waiting: torch's threads
    spin at each small step, and beside another busy process that made training ten times slower.

    Raises:
        ConfigError: torch knows no such device, or finds none here.
    """
    try:
        torch.empty(0, device=config.device)
    except (RuntimeError, AssertionError) as error:
        first = str(error).splitlines()[0].rstrip(".")
        raise ConfigError(
            f"TrainConfig.device is {config.device!r}, where torch cannot compute: {first}. "
            "Give cpu, which is always there."
        ) from error
    before, state = torch.are_deterministic_algorithms_enabled(), torch.get_rng_state()
    threads = torch.get_num_threads()
    torch.use_deterministic_algorithms(config.device == "cpu")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.set_num_threads(threads)
        torch.set_rng_state(state)
