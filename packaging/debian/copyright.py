"""Prints the copyright file, with the components of the bill of materials, whose texts are in NOTICE.

SOURCE_DATE_EPOCH is set.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

HEAD = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: bnfold
Comment:
 usr/bin/bnfold is linked statically, and contains the software below. NOTICE
 beside this file has all copyright notices and license texts:
"""

OWN = """
Files: *
Copyright: @YEAR@ the authors of bnfold
License: Apache-2.0

License: Apache-2.0
 Licensed under the Apache License, Version 2.0 (the "License"); you may not
 use these files except in compliance with the License.
 .
 Unless required by applicable law or agreed to in writing, software
 distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
 WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
 License for the specific language governing permissions and limitations under
 the License.
 .
 On Debian systems, the full text of the Apache License, Version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
"""


def license_of(component: dict[str, Any]) -> str:
    """The license, as an expression of SPDX."""
    choices = component["licenses"]
    return " AND ".join(choice.get("expression") or choice["license"].get("id") for choice in choices)


def main(bill_of_materials: Path) -> None:
    """Prints it."""
    components = json.loads(bill_of_materials.read_text("utf-8"))["components"]
    lines = [
        f"  {component['name']} {component.get('version', '')}".rstrip() + f": {license_of(component)}"
        for component in components
    ]
    now = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])).tm_year
    year = "2026" if now == 2026 else f"2026-{now}"
    print(HEAD + " .\n" + "\n".join(lines) + "\n" + OWN.replace("@YEAR@", year), end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
