"""A training of two epochs at most, for what trains and is not judged by how well."""

from gnn.config import TrainConfig

SMALL = TrainConfig(
    epochs=2,
    check_every=1,
    hidden=8,
    out=8,
    spectrum_dims=(16,),
    exponents=(0.2,),
    contents=(0.8,),
    factors=8,
    factor_ridges=(5.0,),
    softmax_steps=20,
)
