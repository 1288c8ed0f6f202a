"""Opens the pages that bnfold makes in a headless Chromium: nothing may be complained of, loaded, or out of reach.

    python Tests/Interop/page.py --bnfold PATH [--screenshots FOLDER] [MODEL ...]

Pages of one model, several, an error, a gate that failed and a comparison are opened in narrow and wide windows, light
and dark, and used by keyboard alone. Models that are given are folded as well. Ends with "N passed, N failed", and
status 1 on a failure.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from chromium import Browser

FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures" / "keras3"
WIDTHS = (400, 1400)
LARGEST_PAGE = 2_000_000
# The contrast of text to what is behind it, for all text of the page: WCAG 2.2, 1.4.3.
CONTRAST = """
(() => {
  const light = (color) => {
    const parts = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if (!/rgba\\(.*, 0\\)|transparent/.test(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    // What is behind text of the picture is drawn, and no style of what is around it.
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".drawing")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(element.closest("svg") ? style.fill : style.color), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(`${node.data.trim().slice(0, 30)} (${contrast.toFixed(1)})`);
  }
  return found;
})()
"""
# Headings that skip a level, and addresses that are there twice or nowhere.
STRUCTURE = """
(() => {
  const found = [];
  let last = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) found.push(`${heading.textContent}: level ${level} below ${last}`);
    last = level;
  }
  const names = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const name of names) if (names.indexOf(name) !== names.lastIndexOf(name)) found.push(`${name} twice`);
  for (const link of document.querySelectorAll("a[href^='#']"))
    if (!names.includes(link.hash.slice(1))) found.push(`${link.hash} is nowhere`);
  for (const name of ["h1", "main", "header", "footer"])
    if (document.querySelectorAll(name).length !== 1) found.push(`not one ${name}`);
  return found;
})()
"""
# Entries of the first list that are shown.
SHOWN = "[...document.querySelector('.entries').children].filter((item) => item.checkVisibility()).length"


class Pages:
    """Pages to open, by what they are about."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary, self.folder = binary, folder
        self.files: dict[str, Path] = {}

    def make(self, name: str, *arguments: object, status: int = 0) -> None:
        """Let bnfold make a page; it has to end with a status."""
        file = self.folder / f"{name}.html"
        command = [self.binary, *arguments, "--report", f"html={file}"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=self.folder)
        if done.returncode != status:
            raise RuntimeError(f"{name}: exit status {done.returncode} instead of {status}: {done.stderr}")
        self.files[name] = file

    def make_all(self, models: list[Path]) -> None:
        self.make("fold", "fold", FIXTURES / "conv2d_no_bias.h5", "-o", "folded.h5")
        self.make("densenet-block", "fold", FIXTURES / "pattern_densenet_block.keras", "-o", "block.keras")
        self.make("inspect", "inspect", FIXTURES / "nested_deep.h5")
        self.make("verify", "verify", FIXTURES / "conv2d_no_bias.h5", "folded.h5")
        self.make("failed", "verify", FIXTURES / "bn_no_scale.h5", FIXTURES / "bn_no_center.h5", status=1)
        self.make("diff", "diff", FIXTURES / "conv2d_no_bias.h5", "folded.h5", status=1)
        self.make("error", "fold", "nowhere.h5", status=66)
        hostile = self.folder / "<img src=x onerror=alert(1)>'\"&amp;.h5"
        shutil.copy(FIXTURES / "conv1d.h5", hostile)
        self.make("hostile", "inspect", hostile)
        several = [FIXTURES / f"{name}.h5" for name in ("conv1d", "dense", "bn_training_true", "bn_neither")]
        self.make("several", "fold", *several, "nowhere.h5", "--output-folder", "several", status=66)
        for model in models:
            self.make(model.stem, "fold", model.resolve(), "-o", f"{model.stem}.folded{model.suffix}")


def complaints(browser: Browser, page: Path) -> Iterator[str]:
    """What the browser says of an open page, and what it asked for beside it."""
    yield from browser.complaints
    yield from (f"asks for {url[:80]}" for url in browser.requests if url not in (page.resolve().as_uri(), "data:,"))


def appearance(browser: Browser, name: str, page: Path, screenshots: Path | None) -> Iterator[str]:
    """What is wrong with how a page looks."""
    for width in WIDTHS:
        for dark in (False, True):
            kind = f"{width} pixels, {'dark' if dark else 'light'}"
            browser.window(width, dark=dark)
            browser.open(page)
            browser.value("document.querySelectorAll('details').forEach((part) => { part.open = true })")
            yield from (f"{kind}: {text}" for text in complaints(browser, page))
            inside = browser.value("document.documentElement.scrollWidth")
            if inside > width:
                yield f"{kind}: is {inside} pixels wide"
            yield from (f"{kind}: hard to read: {text}" for text in browser.value(CONTRAST)[:5])
            if screenshots:
                browser.open(page)
                browser.screenshot(screenshots / f"{name}-{width}-{'dark' if dark else 'light'}.png")


def keyboard(browser: Browser, page: Path) -> Iterator[str]:
    """What cannot be done without a mouse: reach the filter, filter, open an entry."""
    browser.window(WIDTHS[-1])
    browser.open(page)
    if browser.value("document.querySelector('.filter') === null"):
        return
    reached = []
    while "INPUT" not in reached and len(reached) < 200:
        browser.press("Tab")
        reached.append(browser.value("document.activeElement.tagName"))
    if "INPUT" not in reached:
        yield "Tab does not reach the filter"
        return
    if not browser.value("document.activeElement.matches(':focus-visible')"):
        yield "the focus is not seen"
    every = browser.value(SHOWN)
    name = browser.value("document.querySelector('.entries code').textContent")
    browser.type("no such name")
    if browser.value(SHOWN) != 0:
        yield "typing does not filter"
    if "0 of" not in browser.value("document.querySelector('[role=status]').textContent"):
        yield "the number of entries is not said"
    for _ in "no such name":
        browser.press("Backspace")
    browser.type(name)
    if not 1 <= browser.value(SHOWN) <= every:
        yield f"{browser.value(SHOWN)} of {every} entries have the name {name}"
    yield from opening(browser)


def opening(browser: Browser) -> Iterator[str]:
    """What is wrong with opening the first entry that is shown, from the filter on."""
    for _ in range(8):
        browser.press("Tab")
        if browser.value("document.activeElement.matches('.entries summary')"):
            break
    else:
        yield "Tab does not reach an entry"
        return
    isopen = "document.activeElement.parentElement.open"
    browser.press("Enter")
    if not browser.value(isopen):
        yield "Enter does not open an entry"
    browser.press(" ")
    if browser.value(isopen):
        yield "Space does not close an entry"


def data(browser: Browser, page: Path) -> Iterator[str]:
    """What is wrong with the JSON in a page, and with the page where scripts do not run."""
    browser.open(page)
    report = json.loads(browser.value("document.getElementById('report').textContent"))
    if report["schema"] != 1:
        yield "the JSON has no schema"
    browser.scripts(run=False)
    try:
        browser.open(page)
        yield from (f"without scripts: {text}" for text in complaints(browser, page))
        browser.scripts(run=True)
        if browser.value("[...document.querySelectorAll('.filter')].some((box) => box.checkVisibility())"):
            yield "without scripts there is a filter that does nothing"
        browser.value("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        if not browser.value("document.getElementById('report').checkVisibility()"):
            yield "without scripts the JSON cannot be read"
    finally:
        browser.scripts(run=True)


def problems(browser: Browser, name: str, page: Path, screenshots: Path | None) -> Iterator[str]:
    size = page.stat().st_size
    if size > LARGEST_PAGE:
        yield f"has {size:,} bytes"
    yield from appearance(browser, name, page, screenshots)
    yield from browser.value(STRUCTURE)
    yield from keyboard(browser, page)
    yield from data(browser, page)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of the pages")
    parser.add_argument("models", type=Path, nargs="*", help="models to fold as well")
    options = parser.parse_args(arguments)
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    failed = 0
    with TemporaryDirectory() as folder, Browser() as browser:
        pages = Pages(options.bnfold.resolve(strict=True), Path(folder))
        pages.make_all(options.models)
        for name, page in pages.files.items():
            found = list(problems(browser, name, page, options.screenshots))
            failed += bool(found)
            for problem in found:
                print(f"page/{name}: {problem}", flush=True)
        print(f"{len(pages.files) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
