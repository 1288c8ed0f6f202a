"""The software bill of materials, as CycloneDX 1.6: for programs that look up known faults and licenses."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from component import Component, Found


def document(components: list[Found], binary: Path, version: str, seconds: int) -> str:
    """Returns the document; the same components, binary and time give the same bytes."""
    own = next(found.component for found in components if found.component.own)
    others = [found for found in components if not found.component.own]
    bill: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": {**_part(own), "type": "application", "hashes": _hashes(binary)},
        },
        "components": [_library(found) for found in others],
        "dependencies": [
            {"ref": own.name, "dependsOn": [found.component.name for found in others]},
            *({"ref": found.component.name} for found in others),
        ],
        # Nothing else is in the program, for every file of the link map is from one of these.
        "compositions": [{"aggregate": "complete", "assemblies": [own.name]}],
    }
    digest = hashlib.sha256(json.dumps(bill, sort_keys=True).encode()).digest()
    bill["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"
    return json.dumps(bill, indent=2, ensure_ascii=False) + "\n"


def _part(component: Component) -> dict[str, Any]:
    part: dict[str, Any] = {"bom-ref": component.name, "name": component.name}
    if component.version:
        part["version"] = component.version
    if component.remark:
        part["description"] = component.remark
    combined = " " in component.license
    part["licenses"] = [
        {"expression": component.license} if combined else {"license": {"id": component.license}}
    ]
    part["purl"] = component.url
    return part


def _library(found: Found) -> dict[str, Any]:
    occurrences = [{"location": name} for name in sorted(found.files)]
    # Of a Swift package these are hundreds of objects.
    archives = [occurrence for occurrence in occurrences if not occurrence["location"].endswith(".swift.o")]
    evidence = {"evidence": {"occurrences": archives}} if archives else {}
    return {"type": "library", **_part(found.component), **evidence}


def _hashes(binary: Path) -> list[dict[str, str]]:
    content = binary.read_bytes()
    return [
        {"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()},
        {"alg": "SHA-512", "content": hashlib.sha512(content).hexdigest()},
    ]
