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
`--doubtful` lists the faults that are neither same nor reviewed, as they are written in `reviewed.txt`.
"""
import argparse, collections, glob, json, os

HERE = os.path.dirname(os.path.abspath(__file__))


def reviewed():
    """Identifiers of faults whose other text was read and found equal in meaning: `corpus kind code rule`, one a line."""
    path = os.path.join(HERE, "reviewed.txt")
    lines = open(path, encoding="utf-8").read().splitlines() if os.path.exists(path) else []
    return {tuple(l.split("#")[0].split()) for l in lines if l.split("#")[0].strip()}


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
    total, seeds, corpora, doubtful = collections.Counter(), set(), set(), []
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
                key = (truth["corpus"], result["kind"], result["code"], rule)
                if same:
                    row["same"] += 1
                elif key in known:
                    row["reviewed"] += 1
                else:
                    doubtful.append((rule, os.path.basename(run), result))
    columns = ["applied", "repaired", "same", "reviewed", "new"]
    print(f"{total['faults']} faults, seeds {sorted(seeds)}, {', '.join(sorted(corpora))}: {total['clean']} clean, {total['new']} new diagnostics\n")
    print("| rule | " + " | ".join(columns) + " |\n|---|" + "---:|" * len(columns))
    for rule, row in sorted(table.items(), key=lambda x: (-x[1]["new"], x[0])):
        print(f"| {rule} | " + " | ".join(str(row[c]) for c in columns) + " |")
    if a.doubtful:
        print()
        for rule, run, r in sorted(doubtful, key=lambda x: (x[0], x[1])):
            print(f"{rule} {run} {r['id']} {r['code']} gone={r['gone']} clean={r['clean']} left={r['n_left']}/{r['n_before']} new={r['new']}")
    if a.json:
        rows = {r: {"applied": c["applied"], "repaired": c["repaired"], "same": c["same"] + c["reviewed"], "new": c["new"]} for r, c in sorted(table.items()) if c["applied"]}
        with open(a.json, "w", encoding="utf-8") as h:
            json.dump({"seeds": sorted(seeds), "faults": total["faults"], "rules": rows}, h, indent=1)
            h.write("\n")


if __name__ == "__main__":
    main()
