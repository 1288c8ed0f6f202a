"""Lets releases of Keras load what bnfold writes of their own files.

    python Tests/Interop/releases.py --bnfold PATH [--environments DIR] [--fixtures DIR] [RELEASE ...]

Each release gets a virtual environment, makes the models of release_models.py in all of its formats, and loads what
`bnfold fold` and `bnfold convert` make of them. With --fixtures, what it made becomes Fixtures/releases.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

TOLERANCE = 1e-4
MODELS = Path(__file__).with_name("release_models.py")
# Keras 2 is a part of TensorFlow; Keras 3 runs on the newest one.
RELEASES = {
    **{version: [f"tensorflow-cpu=={version}"] for version in ("2.12.1", "2.13.1", "2.14.1", "2.15.1")},
    **{
        version: ["tensorflow-cpu==2.21.0", f"keras=={version}"]
        for version in ("3.0.5", "3.3.3", "3.6.0", "3.9.2", "3.12.0", "3.15.1")
    },
}
ENDINGS = {"h5": ".h5", "keras": ".keras", "weights": ".weights.h5"}


@dataclass
class Outcome:
    passed: int = 0
    problems: list[str] = field(default_factory=list)


def environment(folder: Path, release: str) -> Path | None:
    """The Python of a virtual environment with a release; None where PyPI has none for this Python."""
    python = folder / release / "bin" / "python"
    if not (folder / release / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / release], check=True)
        # One after the other: TensorFlow asks for a newer Keras than it needs.
        for package in RELEASES[release]:
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
            done = subprocess.run(install, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                print(f"{release}: left out, it cannot be installed: {done.stderr.strip().splitlines()[-1]}")
                return None
        (folder / release / ".complete").touch()
    return python


def bnfold(binary: Path, *arguments: str | Path) -> str | None:
    """What went wrong; None where nothing did."""
    done = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"{' '.join(map(str, arguments))}: {(done.stderr or done.stdout).strip()}"


def written(binary: Path, release: str, made: Path, work: Path, outcome: Outcome) -> list[tuple[str, Path, Path | None, Path]]:
    """Folds and converts everything that a release has made."""
    files = []
    for file in sorted({path for ending in ENDINGS.values() for path in made.glob(f"*{ending}")}):
        name = file.name.split(".")[0]
        kind = next(kind for kind in reversed(ENDINGS) if file.name.endswith(ENDINGS[kind]))
        own = ["--architecture", made / f"{name}.json"] if kind == "weights" else []
        files.append((f"{release}: {file.name}", file, own[1] if own else None, made / f"{name}.npz"))
        targets = [("fold", kind)] + [("convert", other) for other in ENDINGS if other != kind]
        for command, target in targets:
            folder = work / command / kind / target
            folder.mkdir(parents=True, exist_ok=True)
            output, architecture = folder / f"{name}{ENDINGS[target]}", folder / f"{name}.json"
            arguments = [command, file, *(["-o", output] if command == "fold" else [output]), *own]
            if target == "weights":
                arguments += ["--output-architecture", architecture]
            problem = bnfold(binary, *arguments)
            if target == "h5" and name == "frozen" and release.startswith("3.0."):
                # That release loses which layers are frozen, and with it the order; weights alone do not tell their release.
                if problem is None and kind != "weights":
                    outcome.problems.append(f"{release}: {file.name} to {target} is not refused")
                continue
            if problem is None and command == "fold":
                other = ["--folded-architecture", architecture] if kind == "weights" else []
                problem = bnfold(binary, "verify", file, output, *own, *other)
            if problem:
                outcome.problems.append(f"{release}: {problem}")
                continue
            what = f"{release}: {command} {file.name} to {target}"
            files.append((what, output, architecture if target == "weights" else None, made / f"{name}.npz"))
    return files


def judge(binary: Path, release: str, python: Path, fixtures: Path | None, outcome: Outcome) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        made, work = Path(scratch) / "made", Path(scratch) / "work"
        subprocess.run([python, MODELS, "make", made], check=True, stderr=subprocess.DEVNULL)
        files = written(binary, release, made, work, outcome)
        request = Path(scratch) / "files.json"
        request.write_text(json.dumps([[str(part) if part else None for part in entry[1:]] for entry in files]))
        done = subprocess.run(
            [python, MODELS, "check", request], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        is_loadable = True
        for entry, off in zip(files, json.loads(done.stdout.splitlines()[-1]), strict=True):
            is_right = isinstance(off, float) and off <= TOLERANCE
            if entry[1].parent == made:
                is_loadable = is_right
                if not is_right:
                    print(f"{entry[0]}: left out, the release does not load its own file: {off}")
            elif is_right:
                outcome.passed += 1
            elif is_loadable:
                outcome.problems.append(f"{entry[0]}: {off}")
        if fixtures:
            for arrays in sorted(made.glob("*.npz")):
                write_golden(arrays)
            shutil.copytree(made, fixtures / release, dirs_exist_ok=True)


def write_golden(arrays: Path) -> None:
    """Puts NumPy's archive into safetensors, in which all goldens of the project are."""
    import numpy as np

    types = {"float32": "F32", "int32": "I32"}
    header, data = {}, b""
    with np.load(arrays) as saved:
        for name in saved.files:
            value = saved[name]
            offsets = [len(data), len(data) + value.nbytes]
            header[name] = {"dtype": types[value.dtype.name], "shape": list(value.shape), "data_offsets": offsets}
            data += value.tobytes()
    text = json.dumps(header).encode()
    arrays.with_suffix(".golden.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)
    arrays.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", nargs="*", default=list(RELEASES))
    parser.add_argument("--bnfold", type=Path, required=True)
    parser.add_argument("--environments", type=Path, default=Path(".build-release/keras-releases"))
    parser.add_argument("--fixtures", type=Path, help="a folder that gets what the releases made")
    arguments = parser.parse_args()
    outcome = Outcome()
    for release in arguments.releases:
        python = environment(arguments.environments.resolve(), release)
        if python is None:
            continue
        before = outcome.passed, len(outcome.problems)
        judge(arguments.bnfold.resolve(), release, python, arguments.fixtures, outcome)
        print(f"{release}: {outcome.passed - before[0]} loaded, {len(outcome.problems) - before[1]} wrong", flush=True)
    for problem in outcome.problems:
        print(f"WRONG {problem}")
    print(f"{outcome.passed} passed, {len(outcome.problems)} failed")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
