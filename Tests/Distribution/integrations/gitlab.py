"""The template of GitLab, with the wheel of DIST, in both shells that images have."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from xml.etree import ElementTree

from emulate_gitlab import Outcome, Value, run
from expect import DIST, HOSTILE, ROOT, expect, workspace

FOLDER = workspace(Path(sys.argv[1]) / "gitlab")
TEMPLATE = ROOT / "packaging/gitlab/bnfold.yml"
os.environ.update(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(DIST))


def job(shell: str = "sh", **inputs: Value) -> Outcome:
    """Runs the job with these inputs, and the defaults of the others."""
    return run(TEMPLATE, FOLDER, shell, **inputs)


for shell in ("sh", "bash"):
    done = job(shell, command="verify", models=["model.h5", "model.folded.h5"])
    suite = ElementTree.fromstring(done.reports["junit"])
    expect(
        done.code == 0 and suite.get("failures") == "0" and done.reports["codequality"].strip() == "[]",
        f"the template passes a right fold in {shell}, with both reports",
        done,
    )

done = job(command="verify", models=["model.h5", "damaged.h5"])
suite = ElementTree.fromstring(done.reports["junit"])
expect(
    done.code == 1 and suite.get("failures") == "2" and '"critical"' in done.reports["codequality"],
    "the template fails for a damaged fold, with both reports",
    done,
)

done = job(command="inspect", models=[*HOSTILE, "-x h5.h5"], arguments=["--fail-on", "warning"])
expect(
    done.code == 66 and not (FOLDER / "touched").exists() and "✓ ./-x h5.h5" in done.log,
    "hostile names of models are names and nothing else in the template, too",
    done,
)
