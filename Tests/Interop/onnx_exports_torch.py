"""Networks of torchvision and timm, by both exporters of torch."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from onnx_cases import Arrays
from timm.models.convmixer import ConvMixer

CLASSES = 10
Builder = Callable[[int], torch.nn.Module]


def vision(name: str, **options: object) -> Builder:
    return lambda images: getattr(torchvision.models, name)(weights=None, num_classes=CLASSES, **options)


def image_model(name: str, *, sized: bool = False, **options: object) -> Builder:
    return lambda images: timm.create_model(
        name, num_classes=CLASSES, **options, **({"img_size": images} if sized else {})
    )


def small_vgg(images: int) -> torch.nn.Module:
    """VGG with a head of one layer: its own has 120 million weights, and pools what small images do not have."""
    model = torchvision.models.vgg11_bn(weights=None)
    model.avgpool = torch.nn.Identity()
    model.classifier = torch.nn.Linear(512 * (images // 32) ** 2, CLASSES)
    return model


NETWORKS: dict[str, Builder] = {
    "resnet18": vision("resnet18"),
    "resnet50": vision("resnet50"),
    "mobilenet_v2": vision("mobilenet_v2"),
    "mobilenet_v3_small": vision("mobilenet_v3_small"),
    "efficientnet_b0": vision("efficientnet_b0"),
    "densenet121": vision("densenet121"),
    "shufflenet_v2": vision("shufflenet_v2_x0_5"),
    "squeezenet1_1": vision("squeezenet1_1"),
    "vgg11_bn": small_vgg,
    "googlenet": vision("googlenet", aux_logits=False, init_weights=False),
    "regnet_y_400mf": vision("regnet_y_400mf"),
    "convnext_tiny": vision("convnext_tiny"),
    "vit_tiny": image_model("vit_tiny_patch16_224", sized=True),
    "swin_tiny": vision("swin_t"),
    "mnasnet0_5": vision("mnasnet0_5"),
    "repvgg_a0": image_model("repvgg_a0"),
    "mobileone_s0": image_model("mobileone_s0"),
    "levit_128s": image_model("levit_128s", sized=True),
    "fastvit_t8": image_model("fastvit_t8"),
    "ghostnet_100": image_model("ghostnet_100"),
    "convmixer": lambda images: ConvMixer(dim=96, depth=6, kernel_size=7, patch_size=4, num_classes=CLASSES),
}
# How a network is exported: the exporter, then its options.
WAYS: dict[str, dict[str, object]] = {
    "dynamo": {"dynamo": True, "opset_version": 18, "external_data": False},
    "script": {"dynamo": False, "opset_version": 17},
    # Leaves every batch normalization, as exports in training mode do.
    "preserve": {
        "dynamo": False,
        "opset_version": 17,
        "do_constant_folding": False,
        "training": torch.onnx.TrainingMode.PRESERVE,
    },
    "dynamic": {
        "dynamo": False,
        "opset_version": 17,
        "input_names": ["images"],
        "output_names": ["scores"],
        "dynamic_axes": {"images": {0: "batch"}, "scores": {0: "batch"}},
    },
}
FURTHER_WAYS = {
    "preserve": ("resnet18", "densenet121", "mobilenet_v2", "repvgg_a0", "levit_128s"),
    "dynamic": ("resnet18", "shufflenet_v2", "vit_tiny", "swin_tiny", "levit_128s"),
}


def settle(model: torch.nn.Module, generator: torch.Generator, images: int) -> None:
    """Statistics as from data, then disturbed, and layer scales near 1: nothing vanishes, explodes, or is invisible."""
    norms = [module for module in model.modules() if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)]

    def uniform(tensor: torch.Tensor, low: float, high: float) -> torch.Tensor:
        return torch.rand(tensor.shape, generator=generator) * (high - low) + low

    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if name.rpartition(".")[2] in ("gamma", "layer_scale"):
                tensor.copy_(uniform(tensor, 0.1, 0.5))
        for norm in norms:
            norm.weight.copy_(uniform(norm.weight, 0.8, 1.2))
            norm.bias.copy_(uniform(norm.bias, -0.2, 0.2))
            norm.train()
            norm.momentum = 1.0
        model(torch.randn(8, 3, images, images, generator=generator))
        for norm in norms:
            norm.eval()
            norm.momentum = 0.1
            norm.running_mean.add_(uniform(norm.bias, -0.2, 0.2) * norm.running_var.sqrt())
            # Noise gives deep channels nearly the same value everywhere, whose rounding must not become large.
            least = (norm.running_mean.square() / 10).clamp(min=1e-3)
            norm.running_var.mul_(uniform(norm.bias, 0.7, 1.4)).clamp_(min=least)


@functools.lru_cache(maxsize=1)
def network(name: str, images: int) -> tuple[torch.nn.Module, np.ndarray, list[object]]:
    """A network, its input, and what it computes in float64."""
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    model = NETWORKS[name](images).eval()
    settle(model, torch.Generator().manual_seed(seed), images)
    batch = torch.randn(2, 3, images, images, generator=torch.Generator().manual_seed(seed + 1))
    with torch.no_grad():
        exact = model.double()(batch.double()).numpy()
        model.float()
    return model, batch.numpy(), [exact]


@dataclass(frozen=True)
class TorchExport:
    """A network by one of torch's exporters."""

    network: str
    way: str
    images: int

    @property
    def name(self) -> str:
        return f"{self.network}-{self.way}"

    def write(self, folder: Path) -> tuple[Path, Arrays, list[object]]:
        model, batch, exact = network(self.network, self.images)
        path = folder / "model.onnx"
        options = {"input_names": ["images"], "output_names": ["scores"]} | WAYS[self.way]
        torch.onnx.export(model, (torch.from_numpy(batch),), path, **options)
        return path, {"images": batch}, exact


def torch_exports(images: int) -> Iterator[TorchExport]:
    for name in NETWORKS:
        for way in WAYS:
            if name in FURTHER_WAYS.get(way, NETWORKS):
                yield TorchExport(name, way, images)
