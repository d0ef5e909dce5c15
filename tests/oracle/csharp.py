#!/usr/bin/env python3
"""Asks Roslyn's own code fixes and buildfix about the same diagnostics, in code that neither has seen, and lets the compiler judge both.

    tests/oracle/csharp.py --host OUT/fixes.dll --corpus DIR... --seed 1 --count 60 [--buildfix target/release/buildfix] [--options FILE]
    tests/oracle/csharp.py --host OUT/fixes.dll --templates console,webapi,classlib --seed 1 --count 20

For each code base COUNT faults are drawn by SEED: one token or line is changed, as it happens in a half-done edit (see FAULTS). A fault counts when the compiler
reports one to thirty diagnostics for it that were not there before. Of the first of them that either side can be asked about are compared: the first answer of
buildfix (what its preferred action makes of the files) with Roslyn's first, all of ours with Roslyn's first, and what the compiler says after each: clean (all that
the fault caused is gone, nothing new) and new diagnostics. The output is a Markdown table, in all and by code; `--show N` prints N cases where Roslyn's
first answer is clean and ours is not.

The host is a program that answers requests `open`, `diag` and `offers` with Roslyn's providers (`Microsoft.CodeAnalysis.CSharp.Features` of an SDK): in the folder
`dotnet/fixes` of the test data. DOTNET_ROOT names the SDK. `--options FILE`: see `tests/semantics/compare.py`.
"""
import argparse, collections, glob, json, os, random, re, shutil, subprocess, sys, tempfile, threading, queue, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "semantics"))
import compare  # noqa: E402: the SDK's reference packs and the options of code bases are found in one way

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|@?\$?"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[A-Za-z_@][A-Za-z0-9_]*|\d[\w.]*|=>|\?\?|\?\.|[-+*/=!<>&|]=|&&|\|\||.', re.S)


def tokens(text):
    """Words and signs of a source with their places; comments, strings and blanks are left out."""
    return [(m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)
            if not m.group().isspace() and not m.group().startswith(("//", "/*", '"', "'", '@"', '$"', '@$"', '$@"'))]


# ------------------------------------------------------------------ faults: (name, places in a file): each place is (start, end, new text)

def dropped(words):
    return lambda text, toks, rng: [(s, e + (text[e : e + 1] == " "), "") for w, s, e in toks if w in words]


def lines(pattern):
    return lambda text, toks, rng: [(m.start(), m.end(), "") for m in re.finditer(pattern, text, re.M)]


def typos(text, toks, rng):
    """Two letters of a name change places, where it is used and not declared."""
    out = []
    for (before, *_), (word, s, e) in zip(toks, toks[1:]):
        if len(word) > 4 and word[0].isalpha() and before in (".", "(", "=", "return", "new", "await", ","):
            i = rng.randrange(1, len(word) - 2)
            swapped = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
            if swapped != word: out.append((s, e, swapped))
    return out


def renamed(text, toks, rng):
    """The declaration of a member or a local gets a new name; its uses stay."""
    return [(s, e, word + rng.choice(["Value", "Core", "Item"])) for (before, *_), (word, s, e), (after, *_) in zip(toks, toks[1:], toks[2:])
            if re.fullmatch(r"[A-Za-z_]\w{2,}", word) and re.fullmatch(r"[\w>\]?]+", before) and after in ("(", "=", ";", "=>", "{")
            and before not in ("new", "return", "await", "class", "namespace", "using", "else", "throw", "in", "is", "as", "case", "get", "set")]


def retyped(text, toks, rng):
    other = {"int": "string", "string": "int", "bool": "string", "long": "int", "double": "int", "object": "int"}
    return [(s, e, other[w]) for w, s, e in toks if w in other]


def arguments(text, toks, rng):
    """The last argument of a call is lost."""
    return [(m.start(), m.end(), ")") for m in re.finditer(r", \w+(\.\w+)*\)", text)]


def members(text, toks, rng):
    """A member of one line is lost."""
    return [(m.start(), m.end(), "") for m in re.finditer(r"^ +(public|protected|internal|private)[^\n{}=]*(\{ get;[^\n]*\}|=>[^\n]*;|;)\n", text, re.M)]


FAULTS = {
    "using": lines(r"^using [\w.]+;\r?\n"), "typo": typos, "renamed": renamed, "retyped": retyped, "argument": arguments, "member": members,
    "sign": dropped({";", ")", "(", "]"}), "brace": dropped({"}"}), "await": dropped({"await"}), "async": dropped({"async"}), "override": dropped({"override"}),
    "modifier": dropped({"static", "public", "abstract", "virtual", "readonly", "partial", "const", "ref", "out"}), "new": dropped({"new"}),
    "return": lambda text, toks, rng: [(m.start(), m.end(), "") for m in re.finditer(r"^ +return [^;\n]+;\n", text, re.M)],
    "nullable": dropped({"?", "!"}), "this": dropped({"this", "base"}),
    "unused": lambda text, toks, rng: [(m.end(), m.end(), "\n        int unused;") for m in re.finditer(r"\)\s*\n\s+\{", text)],
    "case": lines(r"^ +(case|default)[^\n]*:\n[^\n]*\n( +break;\n)?"),
    "generic": lambda text, toks, rng: [(m.start(), m.end(), "") for m in re.finditer(r"<[A-Z]\w*(, [A-Z]\w*)*>", text)],
}


# ------------------------------------------------------------------ the two sides

class Host:
    """Roslyn: compiles a code base with files laid over it, and answers what its fixes offer."""
    def __init__(self, program, dll, environment):
        self.child = subprocess.Popen([program, dll], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)

    def ask(self, op, **arguments):
        self.child.stdin.write(json.dumps(dict(op=op, **arguments)) + "\n")
        self.child.stdin.flush()
        answer = json.loads(self.child.stdout.readline())
        if "failed" in answer: compare.fail("the host failed: " + answer["failed"][:500])
        return answer


class Server:
    """buildfix as an editor's language server."""
    def __init__(self, program, root):
        environment = dict(os.environ, BUILDFIX_STATE_DIR=tempfile.mkdtemp())
        self.state = environment["BUILDFIX_STATE_DIR"]
        self.child = subprocess.Popen([program, "lsp"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        self.answers, self.next = queue.Queue(), 0
        threading.Thread(target=self.read, daemon=True).start()
        edits = {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]}}
        actions = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}, "isPreferredSupport": True,
                                  "dataSupport": True, "resolveSupport": {"properties": ["edit"]}}}
        self.ask("initialize", {"processId": os.getpid(), "rootUri": uri(root), "workspaceFolders": [{"uri": uri(root), "name": "root"}],
                                "capabilities": {"workspace": edits, "textDocument": actions}})
        self.tell("initialized", {})

    def read(self):
        stream = self.child.stdout
        while header := stream.readline():
            length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else 0
            if not length: continue
            while stream.readline().strip(): pass
            message = json.loads(stream.read(length))
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items") if message["method"] == "workspace/configuration" else None
                self.write({"id": message["id"], "result": [None] * len(items) if items is not None else None})
            elif "id" in message:
                self.answers.put(message)

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.child.stdin.flush()

    def tell(self, method, params):
        self.write({"method": method, "params": params})

    def ask(self, method, params):
        self.next += 1
        self.write({"id": self.next, "method": method, "params": params})
        while True:
            message = self.answers.get(timeout=60)
            if message["id"] == self.next: return message.get("result")

    def close(self):
        self.child.kill()
        shutil.rmtree(self.state, ignore_errors=True)

    def actions(self, path, text, found, asked):
        """What is offered for `asked`, the best first: the files that each changes."""
        document = {"uri": uri(path)}
        self.tell("textDocument/didOpen", {"textDocument": {**document, "languageId": "csharp", "version": 1, "text": text}})
        every = [{"range": span(d), "severity": 1 if d["sev"] == "error" else 2, "code": d["code"], "source": "csharp", "message": d["msg"]} for d in found]
        mine = every[found.index(asked)]
        # The asked one first, then the file's others: rules look at their neighbours.
        context = [mine] + [d for d in every if d is not mine and d["range"]["start"]["line"] == mine["range"]["start"]["line"]]
        offered = self.ask("textDocument/codeAction", {"textDocument": document, "range": mine["range"], "context": {"diagnostics": context, "only": ["quickfix"]}}) or []
        offered.sort(key=lambda a: not a.get("isPreferred"))
        out = []
        for action in offered:
            about = action.get("diagnostics")
            if about and not any(d.get("code") == mine["code"] for d in about): continue
            if "edit" not in action: action = self.ask("codeAction/resolve", action) or action
            if "edit" in action: out.append((action["title"], action["edit"]))
        self.tell("textDocument/didClose", {"textDocument": document})
        return out


def uri(path):
    return "file://" + urllib.parse.quote(path)


def path_of(text):
    return urllib.parse.unquote(text.removeprefix("file://"))


def span(d):
    return {"start": {"line": d["line"] - 1, "character": d["col"] - 1}, "end": {"line": d["eline"] - 1, "character": d["ecol"] - 1}}


def edited(text, edits):
    """A text after LSP edits. Positions count UTF-16 units."""
    starts = [0] + [m.end() for m in re.finditer(r"\r\n|\r|\n", text)]

    def offset(position):
        start = starts[min(position["line"], len(starts) - 1)]
        line = text[start : starts[position["line"] + 1]] if position["line"] + 1 < len(starts) else text[start:]
        return start + len(line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le", "ignore"))
    for edit in sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


def files_after(edit, root, overlay):
    """The files that a workspace edit changes, by path below the root; `None` is removed."""
    out = {}
    relative = lambda u: os.path.relpath(path_of(u), root)

    def now(name):
        if name in out: return out[name] or ""
        if name in overlay: return overlay[name]
        try:
            with open(os.path.join(root, name), encoding="utf-8-sig", newline="") as file: return file.read()
        except OSError: return ""
    for change in edit.get("documentChanges") or [{"textDocument": {"uri": u}, "edits": e} for u, e in edit.get("changes", {}).items()]:
        kind = change.get("kind")
        if kind == "create": out[relative(change["uri"])] = ""
        elif kind == "delete": out[relative(change["uri"])] = None
        elif kind == "rename": out[relative(change["newUri"])], out[relative(change["oldUri"])] = now(relative(change["oldUri"])), None
        else:
            name = relative(change["textDocument"]["uri"])
            out[name] = edited(now(name), change["edits"])
    return out


def plain(files):
    """Texts to compare: white space and what only differs in it aside."""
    return {name: re.sub(r"\s+", "", text or "").lstrip("\ufeff") for name, text in files.items()}


def keys(found):
    return collections.Counter((d["file"], d["code"], d["msg"]) for d in found)


# ------------------------------------------------------------------ one code base

def measure(root, options, arguments, host, table, shown):
    args = options.get("args", [])
    program, sdk = compare.dotnet()
    packs = ["Microsoft.NETCore.App"] + (["Microsoft.AspNetCore.App"] if "--ref=aspnet" in args else [])
    opened = dict(root=root, refs=";".join(compare.newest_pack(sdk, p) for p in packs), lang="latest", unsafe=True,
                  nullable="enable" if "-nullable:enable" in args else "disable", implicit="--implicit-usings=sdk" in args,
                  defines=["NET", "NETCOREAPP", "TRACE"] + [f"NET{v}_0_OR_GREATER" for v in range(5, 11)] + options.get("define", []),
                  target=options.get("target", "library"))
    host.ask("open", **opened)
    base = keys(host.ask("diag")["diags"])
    rng = random.Random(f"{arguments.seed}:{os.path.basename(root)}")
    names = [os.path.relpath(f, root) for f in sorted(glob.glob(root + "/**/*.cs", recursive=True)) if not re.search(r"/(bin|obj)/", f)]
    kinds, done, tries = sorted(FAULTS), 0, 0
    server = Server(arguments.buildfix, root)
    while names and done < arguments.count and tries < arguments.count * 12:
        tries += 1
        name, kind = rng.choice(names), kinds[tries % len(kinds)]
        with open(os.path.join(root, name), encoding="utf-8-sig", newline="") as file: original = file.read()
        places = FAULTS[kind](original, tokens(original), rng)
        if not places: continue
        start, end, new = rng.choice(places)
        text = original[:start] + new + original[end:]
        found = host.ask("diag", files={name: text})["diags"]
        caused = keys(found) - base
        if not 1 <= sum(caused.values()) <= 30: continue
        fresh = [d for d in found if (d["file"], d["code"], d["msg"]) in caused]
        here = [d for d in fresh if d["file"] == name and d["code"].startswith("CS")]
        if not here: continue
        asked = min(here, key=lambda d: (d["sev"] != "error", d["start"]))
        at = f"{asked['code']}@{name}:{asked['start']}"
        theirs = next(iter(host.ask("offers", files={name: text}, at=[at], texts=True, judge=True, cap=6)["diags"]), {"offers": []})["offers"]
        theirs = [o for o in theirs if o.get("files")]
        ours = [(title, files_after(edit, root, {name: text})) for title, edit in server.actions(os.path.join(root, name), text, [d for d in found if d["file"] == name], asked)]
        done += 1
        judged = lambda after: (not (keys(after) & caused), sum((keys(after) - base - caused).values()))
        row = {"asked": 1, "kind": kind}
        if theirs:
            row["theirs"] = 1
            clean, new_ones = judged(theirs[0]["after"])
            row["their clean"], row["their new"] = clean and not new_ones, new_ones
        if ours:
            row["ours"] = 1
            clean, new_ones = judged(host.ask("diag", files={name: text, **ours[0][1]})["diags"])
            row["our clean"], row["our new"] = clean and not new_ones, new_ones
        if theirs:
            texts = [plain(files) for _, files in ours]
            wanted = plain(theirs[0]["files"])
            row["first"], row["any"] = bool(texts) and texts[0] == wanted, wanted in texts
            if row["their clean"] and not row.get("our clean"):
                shown.append(f"{asked['code']} {kind} {os.path.join(root, name)}:{asked['line']} {asked['msg']}\n   text: {original[start:end]!r} -> {new!r}"
                             f"\n   Roslyn: {theirs[0]['title']}\n   ours: {[t for t, _ in ours][:4]}")
        for group in ("all", asked["code"]): table[group].update({k: int(v) for k, v in row.items() if k != "kind"})
    server.close()
    print(f"{os.path.basename(root)}: {done} faults of {tries} tries", file=sys.stderr)


def made(template, program, environment, scratch):
    """A project made by `dotnet new`, restored, with its options."""
    folder = os.path.join(scratch, template)
    for command in (["new", template, "-o", folder], ["build", folder, "-m:1", "-nr:false"]):
        run = subprocess.run([program, *command], capture_output=True, text=True, env=environment)
        if run.returncode: compare.fail(f"dotnet {' '.join(command)} failed:\n{run.stdout[-1500:]}{run.stderr[-500:]}")
    web = template.startswith(("web", "mvc", "razor", "blazor"))
    library = template == "classlib"
    return folder, {"args": ["-nullable:enable", "--implicit-usings=sdk"] + (["--ref=aspnet"] if web else []), "target": "library" if library else "exe"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", required=True)
    parser.add_argument("--corpus", nargs="*", default=[], metavar="DIR")
    parser.add_argument("--templates", default="", help="names of `dotnet new`, with commas")
    parser.add_argument("--options")
    parser.add_argument("--buildfix", default=os.path.join(ROOT, "target", "release", "buildfix"))
    parser.add_argument("--seed", required=True)
    parser.add_argument("--count", type=int, default=40, help="faults of each code base")
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    arguments.buildfix = os.path.abspath(arguments.buildfix)
    program, sdk = compare.dotnet()
    environment = dict(os.environ, DOTNET_ROOT=sdk)
    known = {o["name"]: o for o in json.load(open(arguments.options))} if arguments.options else {}
    host = Host(program, os.path.abspath(arguments.host), environment)
    table, shown = collections.defaultdict(collections.Counter), []
    with tempfile.TemporaryDirectory() as scratch:
        folders = [(os.path.abspath(c), known.get(os.path.basename(os.path.abspath(c)), {})) for c in arguments.corpus]
        folders += [made(t, program, environment, scratch) for t in arguments.templates.split(",") if t]
        for folder, options in folders: measure(folder, options, arguments, host, table, shown)
    for case in shown[: arguments.show]: print(case)
    share = lambda n, of: f"{n} ({100 * n / of:.0f} %)" if of else "–"
    print("| code | faults | Roslyn offers | ours | ours first = its first | ours any ∋ its first | its first clean | ours first clean | its new | our new |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for code, row in sorted(table.items(), key=lambda r: (-r[1]["asked"], r[0])):
        n, theirs, ours = row["asked"], row["theirs"], row["ours"]
        print(f"| {code} | {n} | {share(theirs, n)} | {share(ours, n)} | {share(row['first'], theirs)} | {share(row['any'], theirs)} | "
              f"{share(row['their clean'], n)} | {share(row['our clean'], n)} | {row['their new']} | {row['our new']} |")


if __name__ == "__main__":
    main()
