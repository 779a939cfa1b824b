"""How to train."""

from dataclasses import dataclass, fields

from graph.errors import ConfigError

AUTO = "auto"


@dataclass(frozen=True)
class TrainConfig:
    """The settings of one training; checked as soon as they are made."""

    hash_width: int = 128
    """Places that words, tags and names are hashed into."""
    hidden: int = 64
    """Width of a node's state between the rounds."""
    out: int = 64
    """Width of the network's own part of a vector."""
    layers: int = 1
    """Rounds of messages: how many steps away a node still speaks."""
    dropout: float = 0.2
    """Share of features and of states that an epoch leaves out; below 1."""
    interests: bool = True
    """Whether INTERESTED_IN is a feature and carries messages. Say no where interests were derived
    from the very links that are to be predicted: they would tell a supervised link."""
    spectrum_dims: tuple[int, ...] = (64, 256, 1024, 2048)
    """Directions of the spectrum, the linear part of a vector: more as long as they pay."""
    exponents: tuple[float, ...] = (0.0, 0.2, 0.35)
    """Of the degrees that links are divided by before they are decomposed: the one with which the
    parts together are best on valid."""
    contents: tuple[float, ...] = (0.8, 0.2)
    """What a tag (or category, mood, topic) of weight 1 counts in the spectrum beside one user's
    engagement, times log(1 + weight) / log(2): chosen as exponents are."""
    strengths: tuple[float, ...] = (0.0, 0.25)
    """Exponent of what a link counts in the spectrum by how strongly somebody engaged, beside the
    others of this user (`gnn.strengths`): another than the first where it is plainly better."""
    factors: int = 128
    """Numbers that stand for a user or a post in the factors (`gnn.factors`)."""
    alpha: float = 20.0
    """What the error at a link weighs in factors by squared errors; it is 1 elsewhere."""
    factor_ridges: tuple[float, ...] = (5.0, 2.0)
    """Ridge of these, as a multiple of `alpha`: the one with which the parts together are best on
    valid, where factors pay at all."""
    softmax_steps: int = 600
    """At most, of factors by a softmax (`gnn.softmax`), which are tried beside those by squared
    errors."""
    temperature: float = 0.15
    """What cosines are divided by before the softmax."""
    softmax_alpha: float = 1000.0
    """As `alpha`, where a user's factors are solved for after these."""
    softmax_ridge: float = 0.3
    """Then likewise, as a multiple of `softmax_alpha`."""
    coordinates: int = 64
    """How many of them the network reads as features."""
    lambdas: tuple[float, ...] = (5.0, 20.0, 60.0, 200.0, 600.0, 2000.0)
    """Ridge of the spectrum's filter: from the middle one, as far as it gets better on valid."""
    shares: tuple[float, ...] = (1.0, 0.2)
    """What the network's score may count in the end; at each look the one best on valid."""
    spectral_weight: float = 10.0
    """What the spectrum's score weighs beside the network's at the start; it is learned."""
    folds: int = 4
    """Ways of dealing links into messages and supervision; epochs take them in turn."""
    near: int = 300
    """Posts drawn anew each epoch from each user's `pool`: the network learns to order them."""
    pool: int = 600
    """Each user's best posts by the spectrum; `near` at least."""
    far: int = 100
    """Random posts drawn anew each epoch, the same for all users."""
    batch_users: int = 1024
    """Users whose links are supervised in one epoch, drawn anew each epoch."""
    edges_at_once: int = 2_000_000
    """Edges, both directions counted, up to which a graph is computed on whole; a larger one is
    trained on drawn neighbours, and encoded in blocks of an eighth of so many."""
    neighbours: int = 15
    """Drawn anew each epoch for a node, of each edge type and round, where neighbours are drawn."""
    epochs: int = 100
    """At most so many."""
    check_every: int = 5
    """Epochs between two looks at valid."""
    patience: int = 5
    """Looks without a better NDCG before training stops."""
    learning_rate: float = 0.01
    """Of AdamW."""
    weight_decay: float = 0.0001
    """Of AdamW."""
    device: str = AUTO
    """Where torch computes: ``auto`` is ``cuda`` where there is one, else ``cpu``. The latter is
    repeatable to the bit; a GPU is not promised to be."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.type is int and (not isinstance(value, int) or value < 1):
                raise ConfigError(f"TrainConfig.{each.name} is {value!r}: give an integer above 0.")
            if each.name in POSITIVE and not value > 0:
                raise ConfigError(f"TrainConfig.{each.name} is {value!r}: give a number above 0.")
        if not 0 <= self.dropout < 1 or self.weight_decay < 0:
            raise ConfigError(
                f"TrainConfig has dropout {self.dropout} and weight_decay {self.weight_decay}: "
                "give a dropout from 0 to below 1 and a weight_decay of 0 or more."
            )
        for name in ("alpha", "softmax_alpha"):
            if not (weight := getattr(self, name)) >= 1:
                raise ConfigError(
                    f"TrainConfig.{name} is {weight!r}: give 1 or more, as what is no link weighs."
                )
        for name in GRIDS:
            grid = getattr(self, name)
            if not grid or min(grid) <= 0:
                raise ConfigError(f"TrainConfig.{name} is {grid!r}: give numbers above 0.")
        for name in EXPONENTS:
            grid = getattr(self, name)
            if not grid or not all(0 <= each <= 1 for each in grid):
                raise ConfigError(f"TrainConfig.{name} is {grid!r}: give numbers from 0 to 1.")
        if self.pool < self.near:
            raise ConfigError(
                f"TrainConfig.pool is {self.pool} and near is {self.near}: "
                "a pool holds as many as are drawn from it, or more."
            )
        if self.folds < 2:
            raise ConfigError(f"TrainConfig.folds is {self.folds}: give two at least.")


POSITIVE = ("learning_rate", "spectral_weight", "temperature", "softmax_ridge")
GRIDS = ("lambdas", "spectrum_dims", "shares", "contents", "factor_ridges")
EXPONENTS = ("exponents", "strengths")
