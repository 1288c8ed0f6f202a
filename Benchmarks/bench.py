"""Measures bnfold on ResNet50, side by side with cp and with the same job done in Python with Keras.

    python Benchmarks/bench.py --bnfold PATH [--in-process PATH] [--model FILE] [--rounds N] [--keras-rounds N]

The jobs take turns, so that a machine that slows down slows them all; ratios are taken within a round. Every output is
removed before the next job starts. Peak memory is the kernel's figure for the largest process, read by GNU time.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

HERE = Path(__file__).resolve().parent
RESNET = """
import sys, keras, numpy
keras.utils.set_random_seed(0)
model = keras.applications.ResNet50(weights=None)
random = numpy.random.default_rng(0)
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        gamma, beta, mean, variance = layer.get_weights()
        layer.set_weights([random.uniform(0.5, 1.5, gamma.shape), random.normal(0, 0.1, beta.shape),
                           random.normal(0, 0.1, mean.shape), random.uniform(0.5, 1.5, variance.shape)])
model.save(sys.argv[1])
"""


@dataclass
class Job:
    """A command that makes `output`."""

    name: str
    command: list[str]
    output: Path
    seconds: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    makes_output: bool = True

    def run(self) -> None:
        self.output.unlink(missing_ok=True)
        measured = self.output.with_suffix(".peak")
        command = ["/usr/bin/time", "--format=%M", f"--output={measured}", *self.command]
        start = perf_counter()
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        self.seconds.append(perf_counter() - start)
        self.peak.append(int(measured.read_text()) / 1024)
        if self.makes_output and not self.output.exists():
            raise RuntimeError(f"{self.name}: no output")

    def ratios(self, other: Job) -> list[float]:
        """This job's times in units of another's, round by round."""
        return [mine / its for mine, its in zip(self.seconds, other.seconds, strict=False)]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to measure")
    parser.add_argument("--in-process", type=Path, help="the same without the processes that contain it")
    parser.add_argument("--model", type=Path, help="a Keras model file; ResNet50 with random weights if absent")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--keras-rounds", type=int, default=3)
    return parser.parse_args(arguments)


def machine() -> str:
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return f"{len(names)} x {names[0] if names else platform.machine()}, Linux {platform.release()}"


def take_turns(jobs: list[Job], rounds: int) -> None:
    for job in jobs:
        job.run()
        job.seconds.clear()
        job.peak.clear()
    for _ in range(rounds):
        for job in jobs:
            job.run()


def table(jobs: list[Job], base: Job) -> None:
    print(f"{'job':32}{'median':>10}{'fastest':>10}{'slowest':>10}{'ratio':>8}{'peak':>12}   (ratio to {base.name})")
    for job in jobs:
        seconds = (median(job.seconds), min(job.seconds), max(job.seconds))
        times = "".join(f"{1000 * value:7.0f} ms" for value in seconds)
        print(f"{job.name:32}{times}{median(job.ratios(base)):8.2f}{max(job.peak):8.0f} MiB")


def containment(bnfold: str, alone: str, model: Path, output: Path, rounds: int) -> None:
    """Print what it costs that files are read in processes of their own."""
    small = HERE.parent / "Fixtures/keras3/pattern_resnet_block.h5"
    print(f"\n{rounds} rounds; what containment costs (aim: at most 10 ms a command)")
    for name, file, *flags in (
        ("inspect, 10 layers", small), ("fold, 10 layers", small, "-o", str(output)),
        (f"inspect, {model.name}", model), (f"fold, {model.name}", model, "-o", str(output)),
        (f"fold --skip-check, {model.name}", model, "-o", str(output), "--skip-check"),
    ):
        jobs = [Job(binary, [binary, name.split()[0].rstrip(","), str(file), *flags], output) for binary in (bnfold, alone)]
        for job in jobs:
            job.makes_output = bool(flags)
        take_turns(jobs, rounds)
        cost = median(mine - its for mine, its in zip(jobs[0].seconds, jobs[1].seconds, strict=True))
        print(f"{name:34}{1000 * median(jobs[0].seconds):7.1f} ms{1000 * median(jobs[1].seconds):9.1f} ms alone{1000 * cost:+8.1f} ms")


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    bnfold = str(options.bnfold.resolve(strict=True))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        work = Path(folder)
        model = options.model or work / "resnet50.h5"
        if not options.model:
            subprocess.run([sys.executable, "-c", RESNET, str(model)], check=True, capture_output=True)
        output = work / "out.h5"

        def fold(name: str, *flags: str) -> Job:
            return Job(name, [bnfold, "fold", str(model), "-o", str(output), *flags], output)

        copy = Job("cp", ["cp", str(model), str(output)], output)
        durable = Job("cp, then sync", ["sh", "-c", f"cp '{model}' '{output}' && sync '{output}'"], output)
        unchecked, checked = fold("bnfold fold --skip-check", "--skip-check"), fold("bnfold fold")
        print(f"{machine()}; {model.name}, {model.stat().st_size / 1e6:.0f} MB")
        print(f"\n{options.rounds} rounds; every bnfold run ends with fsync, cp alone does not")
        take_turns([copy, durable, unchecked, checked], options.rounds)
        table([copy, durable, unchecked, checked], copy)
        for other in (copy, durable):
            pairs = zip(unchecked.seconds, other.seconds, strict=True)
            excess = median(1000 * (mine - 2 * its) for mine, its in pairs)
            print(f"the fold alone takes twice {other.name!r} {excess:+.0f} ms (aim: at most +30 ms)")

        if options.in_process:
            containment(bnfold, str(options.in_process.resolve(strict=True)), model, output, options.rounds)

        script = [sys.executable, str(HERE / "keras_fold.py"), str(model), str(output)]
        by_hand = Job("Python with Keras, unchecked", script, output)
        again = fold("bnfold fold")
        print(f"\n{options.keras_rounds} rounds")
        take_turns([again, by_hand], options.keras_rounds)
        table([again, by_hand], again)
        print(f"fold and check are {median(by_hand.ratios(again)):.1f} times as fast as Keras (aim: at least 10)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
