"""A headless Chromium, driven by its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

import websocket

TIMEOUT_SECONDS = 20
# What a key is to the protocol: its code, and the text that it types.
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "Backspace": (8, "")}


class Browser:
    """One tab that knows what its page complains of and asks for."""

    def __init__(self) -> None:
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = [
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            f"--user-data-dir={self.profile.name}",
        ]
        # Chromium's own sandbox does not start for the superuser, as which containers run.
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        self.process = subprocess.Popen(
            ["chromium", *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.socket = websocket.create_connection(self._address(), timeout=TIMEOUT_SECONDS)
        self.number = 0
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.events: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(TIMEOUT_SECONDS)
        self.profile.cleanup()

    def _address(self) -> str:
        """Where the tab listens, once the browser has written it down."""
        file = Path(self.profile.name) / "DevToolsActivePort"
        end = time.monotonic() + TIMEOUT_SECONDS
        while not (file.exists() and file.read_text().count("\n")):
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError("Chromium does not start")
            time.sleep(0.05)
        with urlopen(f"http://127.0.0.1:{file.read_text().splitlines()[0]}/json/list") as answer:
            return next(tab for tab in json.load(answer) if tab["type"] == "page")["webSocketDebuggerUrl"]

    def call(self, method: str, **parameters: object) -> dict:
        """Ask the browser for something, and note what it says meanwhile."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, message: dict) -> None:
        method, parameters = message["method"], message["params"]
        self.events.append(method)
        if method == "Runtime.consoleAPICalled":
            self.complaints.append(f"console: {parameters['args']}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(f"exception: {parameters['exceptionDetails']['text']}")
        elif method == "Log.entryAdded":
            self.complaints.append(f"{parameters['entry']['source']}: {parameters['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def open(self, page: Path) -> None:
        """Load a page, and wait until it has come to rest."""
        self.complaints, self.requests, self.events = [], [], []
        self.call("Page.navigate", url=page.resolve().as_uri())
        end = time.monotonic() + TIMEOUT_SECONDS
        while "Page.loadEventFired" not in self.events:
            if time.monotonic() > end:
                raise RuntimeError(f"{page} does not load")
            self._note(json.loads(self.socket.recv()))
        # Not by a timer of the page, which does not run where scripts do not.
        time.sleep(0.05)
        self.call("Page.getLayoutMetrics")

    def value(self, expression: str) -> object:
        """What an expression is in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']['text']}")
        return answer["result"].get("value")

    def window(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Change the window and the scheme of its colors."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="", features=[scheme])

    def scripts(self, *, run: bool) -> None:
        """Let the scripts of the next pages run, or not."""
        self.call("Emulation.setScriptExecutionDisabled", value=not run)

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        code, text = KEYS[key] if key in KEYS else (ord(key.upper()), key)
        named = {"key": key, "windowsVirtualKeyCode": code, "code": {" ": "Space"}.get(key, key)}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **named)
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        for character in text:
            self.press(character)

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """Save what the window shows, or all of the page."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(answer["data"]))
