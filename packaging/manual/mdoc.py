"""Text as mdoc, the language of man pages that mandoc and groff read."""

from __future__ import annotations

import re
import textwrap

# A line of the source, not of the page.
WIDTH = 78

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z0-9-])")
OPTION = re.compile(r"(?P<before>[\"'(]*)(?P<name>--?[A-Za-z][A-Za-z-]*)(?P<after>[.,;:)\"']*)")


def escaped(text: str) -> str:
    """Text in which nothing is a command."""
    text = text.replace("\\", "\\e")
    return "\\&" + text if text.startswith((".", "'")) else text


def argument(text: str) -> str:
    """A word after a macro, where two letters would be a macro, and punctuation would leave the font."""
    text = text.replace("\\", "\\e").replace('"', "\\(dq")
    return "\\&" + text if re.fullmatch(r"[A-Z%][A-Za-z0-9]{1,2}|[.,;:()\[\]|?!]", text) else text


def option_name(name: str) -> str:
    """`--force` or `-o` as arguments of Fl, which writes the first hyphen."""
    return argument(name[1:])


def sentence(text: str) -> list[str]:
    """One sentence: names of options become macros, which need lines of their own."""
    lines: list[str] = []
    words: list[str] = []

    def finish() -> None:
        if words:
            wrapped = textwrap.wrap(" ".join(words), WIDTH, break_long_words=False, break_on_hyphens=False)
            lines.extend(escaped(line) for line in wrapped)
            words.clear()

    for word in text.split():
        match = OPTION.fullmatch(word)
        if match is None:
            words.append(word)
            continue
        finish()
        before, after = (
            " ".join(argument_mark(mark) for mark in match[part]) for part in ("before", "after")
        )
        macro = " ".join(filter(None, [before and before + " Ns", "Fl", option_name(match["name"]), after]))
        lines.append("." + ("No " if before else "") + macro)
    finish()
    return lines


def argument_mark(mark: str) -> str:
    """Punctuation around a macro; quotes are words to mdoc, and have to be joined to it."""
    if mark == '"':
        return "Ns \\(dq"
    return f"Ns \\&{mark}" if mark == "'" else mark


def paragraph(text: str) -> list[str]:
    """Sentences, each of which begins a line: so that mandoc sets the space between them."""
    return [line for part in SENTENCE_END.split(text.strip()) for line in sentence(part)]


def paragraphs(texts: list[str]) -> list[str]:
    """Paragraphs with a space between them."""
    lines: list[str] = []
    for text in texts:
        lines += ([".Pp"] if lines else []) + paragraph(text)
    return lines


def literal(lines: list[str]) -> list[str]:
    """Lines to be typed as they are: their hyphens are those of the keyboard."""
    typed = [escaped(line).replace("-", "\\-") for line in lines]
    return [".Bd -literal -offset 4n", *typed, ".Ed"]


def tagged(items: list[tuple[str, list[str]]]) -> list[str]:
    """A list whose items have a head, given as arguments of It, and text."""
    lines = [".Bl -tag -width Ds"]
    for head, text in items:
        lines += [f".It {head}", *text]
    return [*lines, ".El"]
