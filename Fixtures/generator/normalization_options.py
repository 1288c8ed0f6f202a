"""The options of a batch normalization."""

from __future__ import annotations

from typing import Any

from .building_blocks import bn, chain, conv, relu
from .kit import Kit
from .registry import fixture


def option(name: str, about: str, **options: Any) -> None:
    """Register Conv2D -> BN(options) -> ReLU."""

    @fixture(name, about, ["bn"])
    def _(kit: Kit) -> Any:
        return chain(kit, (6, 6, 3), conv(kit, use_bias=False), bn(kit, **options), relu(kit))


option("bn_no_scale", "A BN without gamma.", scale=False)
option("bn_no_center", "A BN without beta.", center=False)
option("bn_neither", "A BN without gamma and beta.", scale=False, center=False)
option("bn_epsilon", "A BN with an epsilon of its own, 0.05.", epsilon=0.05)
option("bn_axis_explicit", "A BN with its axis written as 3.", axis=3)
option("bn_renorm", "Batch renormalization: seven variables, of which inference uses the usual four.", renorm=True)


@fixture("bn_training_true", "A BN called with training=True, on batch statistics.", kept={"bn": "training-mode"})
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    return kit.model(start, relu(kit)(bn(kit)(conv(kit)(start), training=True)))


@fixture("bn_training_false", "A BN called with training=False, as in a frozen backbone.", ["bn"])
def _(kit: Kit) -> Any:
    start = kit.input(6, 6, 3)
    return kit.model(start, relu(kit)(bn(kit)(conv(kit)(start), training=False)))
