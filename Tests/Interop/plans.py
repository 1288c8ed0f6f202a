"""Compares the plans that bnfold proposes with what PyTorch networks really do.

    python Tests/Interop/plans.py --bnfold PATH --traces FOLDER [--models "hrnet*,dla*"]

Needs torch, torchvision, timm and transformers, which the other interop tests do not. Every network with batch
normalization is made with random weights and run once; a true pair is a convolution or dense layer whose output one batch normalization reads, and
nothing else. bnfold sees names and shapes only. A pair is wrong if its batch normalization ran on anything else; whether one
that did not run (heads for training) has the right pair is not known. Traces are kept in a folder and used again.
"""

from __future__ import annotations

import argparse
import json
import math
import struct
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Callable

import timm
import torch
import torchvision
import transformers
import yaml
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

TRANSFORMERS = ("resnet", "regnet", "mobilenet_v1", "mobilenet_v2", "efficientnet")
NORMALIZATIONS = nn.modules.batchnorm._BatchNorm
PRODUCERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.Linear)
TYPES = {"float64": ("F64", 8), "int64": ("I64", 8), "int32": ("I32", 4), "float32": ("F32", 4), "float16": ("F16", 2), "bool": ("BOOL", 1)}


class Readers(TorchDispatchMode):
    """Counts how often the outputs of convolutions are read; another view of one is the same output."""

    VIEWS = ("aten.view", "aten._unsafe_view", "aten.unsqueeze")

    def __init__(self, outputs: dict[int, str], kept: list[torch.Tensor]) -> None:
        super().__init__()
        self.outputs, self.kept = outputs, kept
        self.aliases: dict[int, int] = {}
        self.counts: Counter[int] = Counter()

    def count(self, value: object) -> None:
        if isinstance(value, torch.Tensor):
            self.counts[self.aliases.get(id(value), id(value))] += id(value) in self.outputs
        elif isinstance(value, (list, tuple)):
            for element in value:
                self.count(element)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):  # noqa: ANN001, ANN204
        # A view that keeps the last axis has the same channels there.
        source = args[0] if args and str(function).startswith(self.VIEWS) else None
        if isinstance(source, torch.Tensor) and id(source) in self.outputs:
            result = function(*args, **(kwargs or {}))
            if result.dim() > 1 and result.shape[-1] == source.shape[-1]:
                self.outputs[id(result)] = self.outputs[id(source)]
                self.aliases[id(result)] = self.aliases.get(id(source), id(source))
                self.kept.append(result)
                return result
            self.count(args)
            return result
        self.count(args)
        self.count(list((kwargs or {}).values()))
        return function(*args, **(kwargs or {}))


def pairs(model: nn.Module, size: int) -> tuple[dict[str, str | None], dict[str, float]]:
    """Run a model once; give the layer before each batch normalization that ran, and its epsilon."""
    names = {module: name for name, module in model.named_modules()}
    outputs: dict[int, str] = {}
    kept: list[torch.Tensor] = []
    inputs: dict[str, int] = {}
    calls: Counter[str] = Counter()
    epsilons: dict[str, float] = {}

    def before(module: nn.Module, arguments: tuple) -> None:
        calls[names[module]] += 1
        inputs[names[module]] = id(arguments[0])
        epsilons[names[module]] = module.eps

    def after(module: nn.Module, arguments: tuple, output: torch.Tensor) -> None:
        calls[names[module]] += 1
        outputs[id(output)] = names[module]
        kept.append(output)

    for module in model.modules():
        if isinstance(module, NORMALIZATIONS):
            module.register_forward_pre_hook(before)
        elif isinstance(module, PRODUCERS):
            module.register_forward_hook(after)
    with Readers(outputs, kept) as readers, torch.no_grad():
        model(torch.rand(2, 3, size, size))
    truth = {}
    for name, identity in inputs.items():
        layer = outputs.get(identity)
        is_pair = layer and readers.counts[readers.aliases.get(identity, identity)] == 1 and calls[layer] == 1 and calls[name] == 1
        truth[name] = layer if is_pair else None
    return truth, epsilons


def trace(make: Callable[[], nn.Module]) -> dict | None:
    """What there is to know of a network; None without batch normalization."""
    model = make().eval()
    if not any(isinstance(module, NORMALIZATIONS) for module in model.modules()):
        return None
    defaults = getattr(model, "default_cfg", None) or {}
    usual = defaults.get("input_size", (3, 224, 224))[-1]
    sizes = [usual] if defaults.get("fixed_input_size") else [96, usual]
    for size in sizes:
        try:
            truth, epsilons = pairs(model, size)
            break
        except RuntimeError:
            if size == sizes[-1]:
                raise
    state = {name: [list(value.shape), str(value.dtype)[6:]] for name, value in model.state_dict().items()}
    settings = model.config.to_dict() if hasattr(model, "config") else {}
    return {"state": state, "truth": truth, "epsilon": epsilons, "settings": settings}


def write(state: dict, path: Path) -> None:
    """Write a state dictionary of zeros, in the order of the safetensors package, without taking up room on the disk."""
    header, end = {}, 0
    for name, (shape, kind) in sorted(state.items(), key=lambda item: (-TYPES[item[1][1]][1], item[0])):
        letters, size = TYPES[kind]
        begin, end = end, end + size * math.prod(shape)
        header[name] = {"dtype": letters, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)


@dataclass
class Verdict:
    family: str | None
    confidence: str | None
    right: int = 0
    possible: int = 0
    without_epsilon: int = 0
    unknown: int = 0
    wrong: tuple[str, ...] = ()


def judge(binary: Path, name: str, found: dict, work: Path) -> Verdict:
    """Let bnfold propose a plan, and hold it against the truth."""
    weights, plan = work / "model.safetensors", work / "plan.yaml"
    write(found["state"], weights)
    (work / "config.json").write_text(json.dumps({"architecture": name.removeprefix("torchvision.")} | found["settings"], default=str))
    command = [binary, "plan", weights, "-o", plan, "--force", "--json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    truth = found["truth"]
    verdict = Verdict(report["family"], report["confidence"])
    verdict.possible = sum(layer is not None for layer in truth.values())
    wrong = []
    for fold in yaml.safe_load(plan.read_text())["folds"]:
        normalization = fold["mean"].removesuffix(".running_mean")
        layer, epsilon = fold["kernel"].removesuffix(".weight"), fold["epsilon"]
        if normalization not in truth:
            verdict.unknown += 1
        elif truth[normalization] != layer:
            wrong.append(f"{normalization} into {layer}, not {truth[normalization]}")
        elif epsilon is None:
            verdict.without_epsilon += 1
        elif float(epsilon) != found["epsilon"][normalization]:
            wrong.append(f"{normalization} with {epsilon}, not {found['epsilon'][normalization]}")
        else:
            verdict.right += 1
    verdict.wrong = tuple(wrong)
    return verdict


def networks(patterns: list[str]) -> dict[str, Callable[[], nn.Module]]:
    """All networks whose names match one of the patterns."""
    found: dict[str, Callable[[], nn.Module]] = {}
    for name in torchvision.models.list_models(module=torchvision.models):
        found[f"torchvision.{name}"] = lambda name=name: torchvision.models.get_model(name, weights=None)
    for name in timm.list_models():
        found[name] = lambda name=name: timm.create_model(name, pretrained=False)
    for kind in TRANSFORMERS:
        for head in (transformers.AutoModel, transformers.AutoModelForImageClassification):
            configuration = transformers.AutoConfig.for_model(kind)
            found[f"{head.__name__}.{kind}"] = lambda head=head, configuration=configuration: head.from_config(configuration)
    return {name: make for name, make in found.items() if any(fnmatch(name, pattern) for pattern in patterns)}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--models", default="*", help="patterns of names, with commas")
    parser.add_argument("--traces", type=Path, required=True, help="where traces are kept")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    versions = f"timm{timm.__version__}-torchvision{torchvision.__version__}-transformers{transformers.__version__}"
    traces = options.traces / versions
    traces.mkdir(parents=True, exist_ok=True)
    totals: dict[str, Counter[str]] = {}
    failed = not_run = 0
    with TemporaryDirectory() as folder:
        for name, make in networks(options.models.split(",")).items():
            path = traces / f"{name}.json"
            if not path.exists():
                try:
                    path.write_text(json.dumps(trace(make), default=str))
                except Exception as error:  # noqa: BLE001 - some networks need more than an image
                    print(f"{name}: cannot be run: {error!r:.200}")
                    not_run += 1
                    continue
            found = json.loads(path.read_text())
            if found is None:
                continue
            try:
                verdict = judge(options.bnfold, name, found, Path(folder))
            except (KeyError, subprocess.CalledProcessError) as error:
                print(f"{name}: no plan: {error!r:.200}")
                failed += 1
                continue
            failed += bool(verdict.wrong)
            for line in verdict.wrong[:3]:
                print(f"WRONG {name} ({verdict.family}): {line}")
            total = totals.setdefault(verdict.family or "no family", Counter())
            total.update(
                networks=1, possible=verdict.possible, right=verdict.right, right_but_epsilon_open=verdict.without_epsilon,
                wrong=len(verdict.wrong), unknown=verdict.unknown, less_sure=int(verdict.confidence == "medium"))
    for family, total in sorted(totals.items()):
        print(f"{family}: " + ", ".join(f"{count} {what}" for what, count in total.items()))
    print(f"{failed} networks with wrong pairs or without an answer, {not_run} that could not be run")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
