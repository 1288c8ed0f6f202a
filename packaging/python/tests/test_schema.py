"""The dataclasses have what the schema of reports has, by the same names and types, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import unittest
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from support import ROOT

from bnfold import reports

SCHEMA = json.loads((ROOT / "docs" / "schema" / "report-1.json").read_text())
DEFINITIONS = SCHEMA["$defs"]
COMMANDS = {
    "fold": reports.FoldReport,
    "verify": reports.VerifyReport,
    "inspect": reports.InspectReport,
    "lint": reports.LintReport,
    "explain": reports.ExplainReport,
    "plan": reports.PlanReport,
    "convert": reports.ConvertReport,
    "diff": reports.DiffReport,
    "run": reports.RunReport,
    "calibrate": reports.CalibrateReport,
}
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    return DEFINITIONS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def members(cls: Any) -> dict[str, Any]:
    """The types of a dataclass by the names in JSON."""
    hints = get_type_hints(cls)
    return {f.name.rstrip("_"): hints[f.name] for f in dataclasses.fields(cls) if f.name != "document"}


class SchemaTest(unittest.TestCase):
    """Each definition of the schema against its dataclass."""

    def check(self, hint: Any, schema: dict[str, Any], place: str) -> None:
        """Hold a type against a schema."""
        schema = resolved(schema)
        if get_origin(hint) is Union:
            self.check_union(hint, schema, place)
        elif dataclasses.is_dataclass(hint):
            self.check_object(hint, schema, place)
        elif get_origin(hint) is tuple:
            self.assertEqual(schema.get("type"), "array", place)
            items = schema.get("items") or {"prefixItems": schema["prefixItems"]}["prefixItems"][0]
            self.check(get_args(hint)[0], items, f"{place}[]")
        elif get_origin(hint) is Literal:
            self.assertEqual(get_args(hint), (schema["const"],), place)
        elif "const" in schema:
            self.assertIsInstance(schema["const"], hint, place)
        else:
            self.assertEqual(PLAIN[hint], schema["type"], place)

    def check_union(self, hint: Any, schema: dict[str, Any], place: str) -> None:
        """Hold several types against the forms of a schema, null among them."""
        types = list(get_args(hint))
        forms = [resolved(form) for form in schema.get("anyOf") or schema.get("oneOf") or [schema]]
        if isinstance(schema.get("type"), list):
            # Numbers from 2^53 on are text.
            names = [name for name in schema["type"] if name != "string" or "integer" not in schema["type"]]
            forms = [{**schema, "type": name} for name in names]
        if any("oneOf" in form and "properties" not in form for form in forms):
            forms = [inner for form in forms for inner in form.get("oneOf", [form])]
        self.assertEqual(
            type(None) in types, {"type": "null"} in [{"type": form.get("type")} for form in forms], place
        )
        types = [one for one in types if one is not type(None)]
        forms = [form for form in forms if form.get("type") != "null"]
        self.assertEqual(len(types), len(forms), place)
        for one, form in zip(types, sorted(forms, key=lambda form: self.order(types, form))):
            self.check(one, form, place)

    def order(self, types: list[Any], form: dict[str, Any]) -> int:
        """Which of the types a form belongs to: the one with its constant."""
        constants = {schema["const"] for schema in form.get("properties", {}).values() if "const" in schema}
        for number, one in enumerate(types):
            hints = members(one).values() if dataclasses.is_dataclass(one) else ()
            if constants & {
                value for hint in hints if get_origin(hint) is Literal for value in get_args(hint)
            }:
                return number
        return 0

    def check_object(self, cls: Any, schema: dict[str, Any], place: str) -> None:
        """Hold a dataclass against an object."""
        found = members(cls)
        self.assertEqual(set(found), set(schema["properties"]), place)
        defaults = {f.name.rstrip("_"): f.default for f in dataclasses.fields(cls)}
        for name, hint in found.items():
            is_required = name in schema["required"]
            self.assertEqual(defaults[name] is dataclasses.MISSING, is_required, f"{place}.{name}")
            if not is_required:
                (hint,) = [one for one in get_args(hint) if one is not type(None)]
            self.check(hint, schema["properties"][name], f"{place}.{name}")

    def test_commands(self) -> None:
        common = DEFINITIONS["report"]
        every = {"schema", "command", "version", *common["required"]}
        self.assertEqual(set(members(reports.Report)), every)
        used = set(every)
        for command, cls in COMMANDS.items():
            found = members(cls)
            used |= set(found)
            required = set(DEFINITIONS[command]["else"]["required"])
            if command == "verify":
                required |= {"check"}
            defaults = {f.name: f.default for f in dataclasses.fields(cls)}
            self.assertEqual(
                {n for n in found if defaults[n] is dataclasses.MISSING} - every, required, command
            )
            for name, hint in found.items():
                schema = {**SCHEMA["properties"], **common["properties"]}[name]
                # Where a part does not apply, or a check was not asked for, the member of the class says so.
                if not (
                    get_origin(hint) is Union and type(None) in get_args(hint) and name in ("counts", "check")
                ):
                    if name == "check":
                        schema = schema["anyOf"][0]
                    self.check(hint, schema, f"{command}.{name}")
        self.assertEqual(used, {*SCHEMA["properties"], *common["properties"]})

    def test_several(self) -> None:
        several = DEFINITIONS["several"]["properties"]
        own = {"schema", "command", "version", "results", "errors"}
        self.assertEqual(set(members(reports.SeveralReports)) - own, set(several) - {"reports"})
        self.check(reports.ModelCounts, several["models"], "models")

    def test_everything_is_exported(self) -> None:
        classes = {name for name in vars(reports) if name[0].isupper()}
        self.assertEqual(classes - {"annotations"}, set(reports.__all__))
