#!/usr/bin/env python3
"""The ledger of safety: what each rule did when its fixes were applied as Safe, over faults injected into clean code.

    loop.py suite --seeds A,B --tool 'buildfix fix {root} --log {log} --write --output-format json' --name safe
    tests/safety/ledger.py RUNS --name safe [--json OUT] [--doubtful]

RUNS is the folder `runs` of the closed loop (../shared/corpora/closed-loop). A fault counts for every rule that repaired one of its
diagnostics:
  applied    faults in which the rule changed something
  repaired   ... after which none of the fault's diagnostics is left and none is new
  same       ... whose text is that of the original code again, apart from white space and the order of imports; for a wanted edit
             (a renamed method, a new member): that the edit was kept and everything compiles
  reviewed   ... whose text differs, yet was read by a person and found equal in meaning (`reviewed.txt`)
  new        new diagnostics that compilers report at the fault afterwards; an old one in other words is not new
`--doubtful` prints the faults that are neither same nor reviewed: a line as it is written in `reviewed.txt`, then the original beside the
result. The trees must be as the tool left them: run it before another tool is scored on them. One fault that several seeds drew counts once.
"""
import argparse, collections, difflib, glob, hashlib, json, os

HERE = os.path.dirname(os.path.abspath(__file__))


def reviewed():
    """What was read and found equal in meaning, one a line: fault (`identity`), rule, digest of the difference; after `#` a word why."""
    path = os.path.join(HERE, "reviewed.txt")
    lines = open(path, encoding="utf-8").read().splitlines() if os.path.exists(path) else []
    return {tuple(l.split(" #")[0].split()) for l in lines if l.split(" #")[0].strip() and not l.startswith("#")}


def digest(text):
    return hashlib.sha1(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def identity(corpus, fault, code):
    """A fault whatever seed drew it: corpus, kind, code, and where what was injected."""
    first = fault["edits"][0]
    place = f"{first['file'].replace(' ', '%20')}@{first.get('start', 0)}"
    injected = digest("\0".join(f"{e['file']}@{e.get('start', 0)}:{e.get('new', e.get('text', ''))}" for e in fault["edits"]))
    return corpus, fault["kind"], code, place, injected


def difference(home, truth, fault):
    """How the fault's files differ from the original after the repair, as a unified diff without line numbers."""
    out = []
    for name in fault["files"]:
        def lines(folder):
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                return []
            with open(path, encoding="utf-8", errors="surrogateescape", newline="") as h:
                return h.read().replace("\r\n", "\n").split("\n")
        before, after = lines(os.path.join(home, "corpora", truth["corpus"])), lines(truth["root"])
        diff = [l for l in difflib.unified_diff(before, after, n=2, lineterm="") if not l.startswith(("---", "+++"))]
        if diff:
            out += [f"== {name}"] + ["@@" if l.startswith("@@") else l for l in diff]
    return "\n".join(out)


def applied_rules(run, name, faults):
    """The rules that repaired diagnostics of each fault."""
    with open(os.path.join(run, f"tool-{name}-1.out"), encoding="utf-8") as h:
        report = json.load(h)
    owner = {}
    for i, fault in enumerate(faults):
        for d in fault["before"]:
            owner[(os.path.normpath(d["file"]), d["line"], d["code"])] = i
    rules = collections.defaultdict(set)
    strays = collections.Counter()
    for d in report["diagnostics"]:
        if d["outcome"] != "fixed":
            continue
        fix = d.get("fix")
        if not fix:
            continue
        i = owner.get((os.path.normpath(d["path"]), d["line"], d["code"]))
        if i is None:
            strays[fix["rule"]] += 1
        else:
            rules[i].add(fix["rule"])
    return rules, strays


def was_there(new, before):
    """Whether a new diagnostic is an old one in other words: tsc says "Did you mean" for the first of its errors only."""
    place, _, message = new.split(": ", 2)
    path, words = place.rsplit("(", 1)[0], message.split(" Did you mean")[0].rstrip(".")
    return any(d["file"] == path and d["msg"].split(" Did you mean")[0].rstrip(".") == words for d in before)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("runs")
    p.add_argument("--name", default="safe", help="the name under which loop.py scored the tool")
    p.add_argument("--json", help="write the table for `buildfix explain` here")
    p.add_argument("--doubtful", action="store_true", help="list faults that are repaired with another text")
    a = p.parse_args()
    known = reviewed()
    table = collections.defaultdict(lambda: collections.Counter())
    total, seeds, corpora, doubtful, drawn = collections.Counter(), set(), set(), [], set()
    home = os.path.dirname(os.path.abspath(a.runs))
    for path in sorted(glob.glob(os.path.join(a.runs, "*", f"score-{a.name}.json"))):
        run = os.path.dirname(path)
        score = json.load(open(path, encoding="utf-8"))
        truth = json.load(open(os.path.join(run, "truth.json"), encoding="utf-8"))
        seeds.add(truth["seed"])
        corpora.add(truth["corpus"])
        rules, strays = applied_rules(run, a.name, truth["faults"])
        for rule, n in strays.items():
            table[rule]["stray"] += n
        for i, result in enumerate(score["faults"]):
            if not result["visible"]:
                continue
            fault = truth["faults"][i]
            identified = identity(truth["corpus"], fault, result["code"])
            if identified in drawn:
                continue
            drawn.add(identified)
            total["faults"] += 1
            new = [n for n in result["new"] if not was_there(n, truth["before"])]
            total["new"] += len(new)
            total["clean"] += result["clean"]
            forward = result["goal"] == "forward" and result["clean"] and result["kept_edit"]
            same = result["equiv"] or forward
            for rule in rules[i]:
                row = table[rule]
                row["applied"] += 1
                row["repaired"] += result["clean"]
                row["new"] += len(new)
                if same:
                    row["same"] += 1
                    continue
                diff = difference(home, truth, fault)
                key = (*identified, rule, digest(diff))
                if key in known:
                    row["reviewed"] += 1
                else:
                    doubtful.append((key, os.path.basename(run), result, diff))
    columns = ["applied", "repaired", "same", "reviewed", "new"]
    print(f"{total['faults']} faults, seeds {sorted(seeds)}, {', '.join(sorted(corpora))}: {total['clean']} clean, {total['new']} new diagnostics\n")
    print("| rule | " + " | ".join(columns) + " |\n|---|" + "---:|" * len(columns))
    for rule, row in sorted(table.items(), key=lambda x: (-x[1]["new"], x[0])):
        print(f"| {rule} | " + " | ".join(str(row[c]) for c in columns) + " |")
    if a.doubtful:
        print()
        for key, run, r, diff in sorted(doubtful, key=lambda x: (x[0][-2], x[0])):
            print(f"{' '.join(key)}\n  ({run} {r['id']}: gone={r['gone']} clean={r['clean']} left={r['n_left']}/{r['n_before']} new={r['new']})\n{diff}\n")
    if a.json:
        rows = {r: {"applied": c["applied"], "repaired": c["repaired"], "same": c["same"] + c["reviewed"], "new": c["new"]} for r, c in sorted(table.items()) if c["applied"]}
        with open(a.json, "w", encoding="utf-8") as h:
            json.dump({"seeds": sorted(seeds), "faults": total["faults"], "rules": rows}, h, indent=1)
            h.write("\n")


if __name__ == "__main__":
    main()
