"""The action of GitHub, with the wheel of DIST: right and damaged folds, hostile inputs, ways to fail."""

from __future__ import annotations

import sys
from pathlib import Path

from emulate_action import Outcome, run
from expect import DIST, HOSTILE, ROOT, expect, workspace

FOLDER = workspace(Path(sys.argv[1]) / "action")
WHEEL = next(DIST.glob("*.whl"))


def action(command: str, wheel: Path = DIST, **inputs: str) -> Outcome:
    """Runs the action with the wheel of DIST."""
    return run(ROOT / "action.yml", FOLDER, command=command, wheel=str(wheel), **inputs)


done = action("verify", models="model.h5\nmodel.folded.h5\n", sarif="bnfold.sarif")
expect(
    not done.failed
    and done.outputs["exit-code"] == "0"
    and (done.outputs["outcome"], done.outputs["verdict"]) == ("done", "equal")
    and "::notice file=model.folded.h5" in done.commands
    and done.summary.startswith("### ✓ bnfold verify")
    and (FOLDER / "bnfold.sarif").exists()
    and done.report is not None
    and done.report["check"]["verdict"] == "equal",
    "the action passes a right fold, with a notice, a summary, SARIF and outputs",
    done,
)

done = action("verify", models="  model.h5\n\n damaged.h5", wheel=WHEEL)
expect(
    done.failed
    and done.outputs["exit-code"] == "1"
    and (done.outputs["outcome"], done.outputs["verdict"]) == ("failed", "different")
    and "::error file=damaged.h5" in done.commands
    and done.summary.startswith("### ✗ bnfold verify"),
    "the action fails for a damaged fold, with an annotation, a summary and outputs",
    done,
)

done = action("fold", models="*.h5", arguments="--output-folder\nfolded models", annotations="false")
expect(
    not done.failed
    and done.outputs["verdict"] == "equal"
    and sorted(path.name for path in (FOLDER / "folded models").iterdir())
    == ["-x h5.h5", "damaged.h5", "model.folded.h5", "model.h5"]
    and "::notice" not in done.commands
    and "4 of 4 models done" in done.log
    and "4 of 4 models done" in done.summary,
    "it folds patterns of models, with arguments that have blanks, and prints text if asked to",
    done,
)

done = action("inspect", models="\n".join([*HOSTILE, "-x h5.h5"]), summary="false")
expect(
    done.failed
    and done.outputs["exit-code"] == "66"
    and not (FOLDER / "touched").exists()
    and "::notice file=./-x h5.h5" in done.commands
    and not done.summary,
    "hostile names of models are names and nothing else; one that begins with a dash is no option",
    done,
)

every = "".join(HOSTILE[:4])
for hostile in (
    {"command": every},
    {"annotations": every},
    {"summary": every},
    {"arguments": every, "sarif": every, "models": every},
    {"version": every},
    {"python": every},
    {"wheel": every},
    {"wheel": "", "index": every},
):
    done = run(ROOT / "action.yml", FOLDER, **{"command": "inspect", "wheel": str(DIST), **hostile})
    if (FOLDER / "touched").exists() or not done.failed or "::error" not in done.commands:
        expect(False, f"no input is ever a command, and this fails with an annotation: {hostile}", done)
expect(True, "no input is ever a command, and each that cannot be is an annotation", None)

done = action("lint", models="model.h5", arguments="--frobnicate")
expect(
    done.failed
    and done.outputs["outcome"] == "error"
    and "::error title=bnfold::Unknown option '--frobnicate'" in done.commands,
    "an option that does not exist is an annotation",
    done,
)

done = action("install")
expect(
    not done.failed and done.on_path == ["bnfold"] and not done.outputs["exit-code"],
    "install puts bnfold on the PATH of later steps, and no Python",
    done,
)
