#!/usr/bin/env python3
"""Makes the inputs that the fuzzers start from: out of the examples in the rules' manual pages, the fixtures, and the kept inputs.

corpus.py FOLDER [MORE…]: a folder for each target in FOLDER. What lies in the folders MORE (logs, sources, assemblies of real builds) is added
by its kind: .log, .sarif, .tsbuildinfo, .dll, and project files."""
import hashlib
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
LIMIT = 48 << 10
PROJECT = {".csproj", ".props", ".targets", ".sln", ".slnx", ".json", ".editorconfig"}


def keep(folder: Path, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if len(data) <= LIMIT:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def pages():
    """Every example of a manual page: its language, its files with `$0`, and what the compiler says."""
    for path in sorted((REPOSITORY / "server/rules/src").rglob("*.rs")):
        head = [l[3:].removeprefix(" ") for l in path.read_text().splitlines() if l.startswith("//!")]
        for fence in re.finditer(r"```(csharp|typescript|tsx) before\n(.*?)```", "\n".join(head), re.S):
            language, body = fence.groups()
            default = {"csharp": "A.cs", "typescript": "a.ts", "tsx": "a.tsx"}[language]
            error, files, name = None, {}, default
            for line in body.splitlines():
                if m := re.match(r"//@ (?:error|warning|suggestion) ([A-Z]+\d+): (.*)", line):
                    error = m.groups()
                elif m := re.match(r"//- /(\S+)", line):
                    name = m.group(1)
                elif not line.startswith("//@"):
                    files.setdefault(name, []).append(line)
            if error:
                yield {n: "\n".join(l) + "\n" for n, l in files.items()}, error


def pack(files, error, steps=None) -> bytes:
    log = ""
    out = ""
    for name, text in files.items():
        if "$0" in text:
            before = text[: text.index("$0")]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            log += f"{name}({line},{column}): error {error[0]}: {error[1]}\n"
        out += f"//- /{name}\n{text.replace('$0', '')}"
    out += f"//- /build.log\n{log}"
    data = out.encode()
    return data + b"//- /steps\n" + steps if steps is not None else data


def main() -> None:
    target = Path(sys.argv[1])
    # Ask for actions, type, ask again, fix all, undo, load the log, open anew.
    begin = [7, 0, 0, 0, 0, 0, 0, 0, 1, 2, 5, 1, 0, 8, 0, 0, 0, 0, 0, 0, 1]
    end = [11, 0, 0, 1, 12, 0, 14, 0, 7, 0, 1, 4, 2, 9, 1, 0]
    for files, error in pages():
        keep(target / "plans", pack(files, error))
        # With the log, and without: only then can the end of a session be compared.
        keep(target / "sessions", pack(files, error, bytes(begin + [13, 0] + end)))
        keep(target / "sessions", pack(files, error, bytes(begin + end)))
    for log in (p for p in (REPOSITORY / "fixtures/logs").rglob("*") if p.suffix in (".log", ".sarif", ".tsbuildinfo")):
        keep(target / "logs", log.read_bytes())
    keep(target / "metadata", (REPOSITORY / "server/dotnet-metadata/fixture/Fixture.dll").read_bytes())
    for kind in ("logs", "binary_logs", "metadata", "projects", "plans", "sessions"):
        for seed in (HERE / "seeds" / kind).glob("*"):
            keep(target / kind, seed.read_bytes())
    for more in map(Path, sys.argv[2:]):
        for path in sorted(p for p in more.rglob("*") if p.is_file() and p.stat().st_size <= LIMIT):
            data = path.read_bytes()
            if path.suffix in (".log", ".sarif", ".tsbuildinfo", ".txt"):
                keep(target / "logs", data)
            elif path.suffix == ".dll":
                keep(target / "metadata", data)
            elif path.suffix in PROJECT or path.name == ".editorconfig":
                name = "obj/" + path.name if path.name == "project.assets.json" else path.name
                keep(target / "projects", f"//- /{name}\n".encode() + data)
    for folder in sorted(target.iterdir()):
        print(folder.name, len(list(folder.iterdir())))


main()
