"""The bill of materials is valid, has every file of the link map, and NOTICE names all that it has."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

DIST = Path(os.environ["DIST"])
[PATH] = DIST.glob("*.cdx.json")
TEXT = PATH.read_text(encoding="utf-8")
BILL = json.loads(TEXT)
NOTICE = (DIST / "NOTICE").read_text(encoding="utf-8")


def expect(faults: object, what: str) -> None:
    """Prints what holds; ends the check where there are faults."""
    if faults:
        raise SystemExit(f"expected: {what}\nfound: {faults}")
    print(what)


def main(link_map: Path) -> None:
    """Prints a line for each thing that holds."""
    expect(
        JsonStrictValidator(SchemaVersion.V1_6).validate_str(TEXT) or BILL["specVersion"] != "1.6",
        "the bill of materials is CycloneDX 1.6, strictly",
    )

    components = BILL["components"]
    urls = {component["name"]: component["purl"] for component in components}
    expect(
        [url for url in urls.values() if PackageURL.from_string(url).to_string() != url],
        f"its {len(components)} package URLs are as scanners write them",
    )

    # Each has a paragraph at the top, and a text of which it is said to be one of the users.
    users = set()
    for names in re.findall(r"^={78}\n\d+\. (.+)\n={78}$", NOTICE, re.MULTILINE):
        users.update(names.split(", "))
    listed = {
        component["name"]: f"\n{component['name']} {component.get('version', '')}".rstrip() + "\n    "
        for component in components
    }
    expect(
        [name for name, line in listed.items() if line not in NOTICE or name not in users],
        "NOTICE has each of them, with its version and its license in full",
    )

    # Read in another way than packaging/notice does: any path of an archive, or of an object.
    text = link_map.read_text(encoding="utf-8", errors="replace")
    paths = set(re.findall(r"(/\S+\.a)\(", text)) | set(re.findall(r"(/\S+\.o):\(", text))
    compiled = re.compile(r"/release/(\w+)\.build/")
    linked = {path.rsplit("/", 1)[-1] for path in paths if not compiled.search(path)}
    covered = {
        each["location"]
        for component in components
        for each in component.get("evidence", {}).get("occurrences", [])
    }
    expect(linked - covered, f"all {len(linked)} archives and objects of the link map are in it")
    modules = {match[1] for match in map(compiled.search, paths) if match}
    own = {path.name for path in (Path(os.environ["ROOT"]) / "Sources").iterdir()}
    others = {"ArgumentParser", "ArgumentParserToolInfo", "RealModule"}
    expect(modules - own - others, f"so are all {len(modules)} modules")
    expect(
        {"swift-argument-parser", "swift-numerics"} - set(urls),
        "and the packages that modules of others are from",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
