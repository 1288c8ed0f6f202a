"""Reads packages without installing them: their version, and their files."""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A package of any kind."""

    kind: str
    # Every version that it says it has, with the place where it says so.
    versions: dict[str, str]
    files: dict[str, bytes]

    def named(self, name: str) -> list[bytes]:
        """The files with this name, in any folder."""
        return [content for path, content in self.files.items() if path.rsplit("/", 1)[-1] == name]


def all_of(dist: Path) -> list[Package]:
    """The four packages in DIST."""
    return [_wheel(dist), _debian(dist), _tarball(dist), _image(dist)]


def _only(paths: Iterable[Path]) -> Path:
    [path] = paths
    return path


def _written(pattern: str, name: str) -> str:
    match = re.fullmatch(pattern, name)
    assert match, f"{name} has no version"
    return match[1]


def _unpacked(archive: tarfile.TarFile) -> dict[str, bytes]:
    files = {}
    for member in archive:
        content = archive.extractfile(member) if member.isfile() else None
        if content:
            data = content.read()
            compressed = member.name.endswith(".1.gz")
            files[member.name.removesuffix(".gz") if compressed else member.name] = (
                gzip.decompress(data) if compressed else data
            )
    return files


def _wheel(dist: Path) -> Package:
    path = _only(dist.glob("*.whl"))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    [metadata] = [content for name, content in files.items() if name.endswith(".dist-info/METADATA")]
    versions = {
        path.name: path.name.split("-")[1],
        "METADATA": Parser().parsestr(metadata.decode())["Version"],
    }
    return Package("wheel", versions, files)


def _debian(dist: Path) -> Package:
    path = _only(dist.glob("*.deb"))
    field = subprocess.run(
        ["dpkg-deb", "--field", path, "Version"], capture_output=True, text=True, check=True
    )
    content = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = _unpacked(archive)
    [changelog] = [content for name, content in files.items() if name.endswith("/changelog.gz")]
    versions = {
        path.name: path.name.split("_")[1],
        "control": field.stdout.strip(),
        "changelog": _written(r"bnfold \((.*?)\).*", gzip.decompress(changelog).decode().splitlines()[0]),
    }
    return Package(".deb", versions, files)


def _tarball(dist: Path) -> Package:
    path = _only(dist.glob("*.tar.gz"))
    with tarfile.open(path) as archive:
        files = _unpacked(archive)
    versions = {
        path.name: _written(r"bnfold-(.+)-linux-x86_64\.tar\.gz", path.name),
        "its folder": _written(r"bnfold-(.+)-linux-x86_64", next(iter(files)).split("/")[0]),
    }
    return Package("tarball", versions, files)


def _image(dist: Path) -> Package:
    path = _only(dist.glob("*.oci.tar"))
    with tarfile.open(path) as archive:
        blobs = _unpacked(archive)

    def blob(digest: str) -> bytes:
        return blobs["blobs/" + digest.replace(":", "/")]

    [entry] = json.loads(blobs["index.json"])["manifests"]
    manifest = json.loads(blob(entry["digest"]))
    labels = json.loads(blob(manifest["config"]["digest"]))["config"]["Labels"]
    files: dict[str, bytes] = {}
    for layer in manifest["layers"]:
        with tarfile.open(fileobj=io.BytesIO(blob(layer["digest"]))) as archive:
            files.update(_unpacked(archive))
    versions = {
        path.name: _written(r"bnfold-(.+)\.oci\.tar", path.name),
        "label": labels["org.opencontainers.image.version"],
        "name": entry["annotations"]["org.opencontainers.image.ref.name"].split(":")[-1],
    }
    return Package("image", versions, files)
