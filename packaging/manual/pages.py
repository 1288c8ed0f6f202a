"""Writes man pages from what `bnfold --experimental-dump-help` prints.

Usage: pages.py BINARY DOCUMENTATION FOLDER
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import exit_status
import mdoc
import options

Command = dict[str, Any]


def printed(binary: Path, *arguments: str) -> str:
    """What the binary prints, wherever it is run."""
    run = subprocess.run([binary, *arguments], check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    return run.stdout.decode("utf-8")


def usage(text: str) -> list[str]:
    """The usage line of a help text, without the name of the command, as macros of a synopsis."""
    line = " ".join(text.split("\nUSAGE: ", 1)[1].split("\n\n", 1)[0].split())
    macros: list[str] = []
    pattern = r"(?:(?P<option>--?[\w-]+) )?(?P<optional>\[)?<(?P<name>[^>]+)>\]?(?P<several> \.\.\.)?"
    for part in re.finditer(pattern, line):
        words = ["Op"] if part["optional"] else []
        words += ["Fl", mdoc.option_name(part["option"])] if part["option"] else []
        macros.append("." + " ".join([*words, "Ar", mdoc.argument(part["name"])]) + (part["several"] or ""))
    return macros


def paragraphs(command: Command) -> list[str]:
    """What the help says below the abstract."""
    return [part for part in command.get("discussion", "").split("\n\n") if part]


def examples(command: Command) -> list[str]:
    """The command lines that end the help of every command."""
    parts = [part for part in paragraphs(command) if part.startswith("Examples:\n")]
    lines = [line.strip() for part in parts for line in part.splitlines()[1:]]
    if not lines:
        raise SystemExit(f"the help of {command['commandName']} has no examples")
    return lines


class Pages:
    """All pages of one binary."""

    def __init__(self, binary: Path, documentation: Path) -> None:
        self.binary = binary
        self.root: Command = json.loads(printed(binary, "--experimental-dump-help"))["command"]
        self.commands = [
            command
            for command in self.root["subcommands"]
            if command["shouldDisplay"] and command["commandName"] != "help"
        ]
        self.exit_status = exit_status.section(documentation, self.root["discussion"])
        self.environment = Path(__file__).with_name("environment.mdoc").read_text("utf-8").splitlines()

    def write(self, folder: Path) -> None:
        """One file a command, named as `man` looks for it."""
        for command in [self.root, *self.commands]:
            (folder / f"{self.page_name(command)}.1").write_text(self.page(command), "utf-8")

    def page_name(self, command: Command) -> str:
        return "bnfold" if command is self.root else f"bnfold-{command['commandName']}"

    def page(self, command: Command) -> str:
        is_root = command is self.root
        called = "bnfold" if is_root else f"bnfold {command['commandName']}"
        discussion = [
            part for part in paragraphs(command) if not part.startswith(("Examples:\n", "Exit codes: "))
        ]
        help_text = printed(self.binary, "help", *([] if is_root else [command["commandName"]]))
        lines = [
            *self.head(command),
            ".Sh SYNOPSIS",
            f".Nm {called}",
            *usage(help_text),
            ".Sh DESCRIPTION",
            *mdoc.paragraphs(discussion if is_root else [command["abstract"], *discussion]),
            *(self.list_of_commands() if is_root else []),
            *options.sections(command["arguments"]),
            ".Sh ENVIRONMENT",
            *self.environment,
            *self.exit_status,
            ".Sh EXAMPLES",
            *mdoc.literal([examples(other)[0] for other in self.commands] if is_root else examples(command)),
            *self.see_also(command),
        ]
        return "\n".join(lines) + "\n"

    def head(self, command: Command) -> list[str]:
        date = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))
        abstract = command["abstract"].rstrip(".")
        return [
            '.\\" Made by packaging/manual from the help of bnfold.',
            f".Dd {time.strftime('%B', date)} {date.tm_mday}, {date.tm_year}",
            f".Dt {self.page_name(command).upper()} 1",
            f".Os bnfold {os.environ['VERSION']}",
            ".Sh NAME",
            f".Nm {self.page_name(command)}",
            f".Nd {abstract[0].lower()}{abstract[1:]}",
        ]

    def list_of_commands(self) -> list[str]:
        items = [
            (f"Xr {self.page_name(command)} 1", mdoc.paragraph(command["abstract"]))
            for command in self.commands
        ]
        return [".Sh COMMANDS", *mdoc.tagged(items)]

    def see_also(self, command: Command) -> list[str]:
        others = sorted(
            self.page_name(other) for other in [self.root, *self.commands] if other is not command
        )
        return [".Sh SEE ALSO", *(f".Xr {other} 1 ," for other in others[:-1]), f".Xr {others[-1]} 1"]


if __name__ == "__main__":
    Pages(Path(sys.argv[1]), Path(sys.argv[2])).write(Path(sys.argv[3]))
