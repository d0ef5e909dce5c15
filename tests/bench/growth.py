#!/usr/bin/env python3
"""What a plan costs at n and at 4n: CPU time, instructions (with `perf`), resident memory, outcomes.

usage: tests/bench/growth.py [--buildfix target/release/buildfix] [--unsafe] [--keep DIR] [KIND[:n] ...]

Each KIND makes a workspace and a log of it; `--list` prints them. Goal: 4n costs at most five times as much as n.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


class Tree:
    """Files, and the diagnostics that a compiler would print."""
    def __init__(self):
        self.files, self.log = {}, []

    def error(self, file, text, offset, code, message, severity='error'):
        line = text.count('\n', 0, offset) + 1
        column = offset - text.rfind('\n', 0, offset)
        self.log.append(f'{file}({line},{column}): {severity} {code}: {message}')

    def marked(self, file, pieces):
        """`pieces`: (text, [(code, message)]) in order; the diagnostics are at the end of their piece."""
        at, line, column, out = 0, 1, 1, []
        for text, found in pieces:
            out.append(text)
            breaks = text.count('\n')
            line, column = (line + breaks, len(text) - text.rfind('\n')) if breaks else (line, column + len(text))
            for code, message, *severity in found:
                self.log.append(f'{file}({line},{column}): {(severity or ["error"])[0]} {code}: {message}')
        self.files[file] = ''.join(out)

    def write(self, root):
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        log = root.parent / 'build.log'
        log.write_text('\n'.join(self.log) + '\n')
        return log


SEMICOLON = ('CS1002', '; expected')


def cs_semicolons(n):
    """n missing semicolons in one C# file, one a method"""
    tree, pieces = Tree(), [('using System;\n\nnamespace Shop\n{\n    public class Stock\n    {\n', [])]
    for i in range(n):
        pieces += [(f'        public int Count{i}(int first, int second)\n        {{\n            int sum{i} = first + second * {i}', [SEMICOLON]),
                   (f'\n            if (sum{i} > 100)\n            {{\n                Console.WriteLine("much: " + sum{i});\n            }}\n'
                    f'            return sum{i};\n        }}\n\n', [])]
    tree.marked('Stock.cs', pieces + [('    }\n}\n', [])])
    return tree


def cs_semicolons_flat(n):
    """n missing semicolons in one C# method"""
    tree, pieces = Tree(), [('class Stock\n{\n    static void Main()\n    {\n', [])]
    for i in range(n):
        pieces += [(f'        int sum{i} = {i} + 1', [SEMICOLON]), (f'\n        System.Console.WriteLine(sum{i});\n', [])]
    tree.marked('Stock.cs', pieces + [('    }\n}\n', [])])
    return tree


def cs_mixed(n):
    """n missing semicolons, parentheses and commas in one C# file"""
    tree, pieces = Tree(), [('namespace Shop\n{\n    public class Stock\n    {\n', [])]
    for i in range(n):
        pieces.append((f'        public int Count{i}(int first, int second)\n        {{\n', []))
        if i % 3 == 0:
            pieces += [(f'            int sum = first * {i}', [SEMICOLON]), ('\n', [])]
        elif i % 3 == 1:
            pieces += [(f'            int sum = System.Math.Max(first, second', [('CS1026', ') expected')]), (';\n', [])]
        else:
            pieces += [(f'            int sum = System.Math.Max(first ', [('CS1003', "Syntax error, ',' expected")]), ('second);\n', [])]
        pieces.append((f'            return sum + {i};\n        }}\n\n', []))
    tree.marked('Stock.cs', pieces + [('    }\n}\n', [])])
    return tree


def ts_commas(n):
    """n missing commas in one TypeScript file"""
    tree, pieces = Tree(), []
    for i in range(n):
        pieces += [(f'export function count{i}(first: number, second: number): number {{\n  const list{i} = [\n    first\n    ', [('TS1005', "',' expected.")]),
                   (f'second,\n  ];\n  return list{i}.length + {i};\n}}\n\n', [])]
    tree.files['tsconfig.json'] = '{ "compilerOptions": { "strict": true } }\n'
    tree.marked('stock.ts', pieces)
    return tree


def ts_mixed(n):
    """n missing parentheses, commas and brackets at the top of one TypeScript file"""
    tree, pieces = Tree(), []
    for i in range(n):
        if i % 3 == 0:
            pieces += [(f'console.log(Math.max({i}, 1)', [('TS1005', "')' expected.")]), (';\n', [])]
        elif i % 3 == 1:
            pieces += [(f'const pair{i} = [{i} ', [('TS1005', "',' expected.")]), ('1];\n', [])]
        else:
            pieces += [(f'const item{i} = {{ first: {i} ', [('TS1005', "',' expected.")]), ('second: 1 };\n', [])]
    tree.files['tsconfig.json'] = '{ "compilerOptions": { "strict": true } }\n'
    tree.marked('stock.ts', pieces)
    return tree


def missing(name):
    return ('CS0246', f"The type or namespace name '{name}' could not be found (are you missing a using directive or an assembly reference?)")


def cs0246(n):
    """n types without their using directive, ten a file"""
    tree, files = Tree(), n // 10
    tree.files['Shop.csproj'] = '<Project Sdk="Microsoft.NET.Sdk">\n  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>\n</Project>\n'
    for i in range(files):
        space = f'Shop.Area{i % 97}'
        body = ''.join(f'        public int Value{k} {{ get; set; }}\n' for k in range(6))
        tree.files[f'Items/Item{i}.cs'] = f'namespace {space}\n{{\n    public class Item{i}\n    {{\n{body}    }}\n}}\n'
        pieces = [(f'namespace Shop.Users\n{{\n    public class User{i}\n    {{\n', [])]
        for k in range(10):
            name = f'Item{(i * 31 + k * 7) % files}' if k else f'Lost{i}'
            pieces += [('        public ', [missing(name)]), (f'{name} Field{k};\n', [])]
        tree.marked(f'Users/User{i}.cs', pieces + [('    }\n}\n', [])])
    return tree


def ts_exports(n):
    """500 wrong names of a module with n exports"""
    tree = Tree()
    tree.files['tsconfig.json'] = '{ "compilerOptions": { "strict": true, "module": "nodenext" } }\n'
    words = 'stock order price item user cart shelf count total label route query state store model'.split()
    name = lambda i: words[i % 15] + words[i // 15 % 15].capitalize() + words[i // 225 % 15].capitalize() + str(i)
    tree.files['names.ts'] = ''.join(f'export const {name(i)} = {i};\n' for i in range(n))
    for f in range(10):
        pieces = []
        for k in range(25):
            i = (f * 5000 + k * 191) % n
            wrong = name(i)[:-1] + '_' + name(i)[-1]
            pieces += [('import { ', [('TS2724', f"'\"./names.js\"' has no exported member named '{wrong}'. Did you mean '{name(i)}'?") if k % 2 else
                                      ('TS2305', f"Module '\"./names.js\"' has no exported member '{wrong}'.")]), (f"{wrong} }} from './names.js';\n", [])]
        for k in range(25):
            lost = name((f * 7000 + k * 57) % n)
            pieces += [('console.log(', [('TS2304', f"Cannot find name '{lost}'.")]), (f'{lost});\n', [])]
        tree.marked(f'user{f}.ts', pieces)
    return tree


def cs_names(n):
    """n unknown names in one C# file"""
    tree, pieces = Tree(), [('class Stock\n{\n', [])]
    for i in range(n):
        if i % 50 == 0:
            pieces.append((f'    void M{i}()\n    {{\n', []))
        pieces += [('     ', [('CS0103', f"The name 'n{i}' does not exist in the current context")]), (f'n{i}();\n', [])]
        if i % 50 == 49:
            pieces.append(('    }\n', []))
    tree.marked('Stock.cs', pieces + [('    }\n}\n', [])])
    return tree


def cs_same_name(n):
    """n uses of one unknown type in one C# file, with warnings between them"""
    tree, pieces = Tree(), [('class Stock\n{\n', [])]
    for i in range(n):
        if i % 2:
            pieces += [('    private ', [missing('Item')]), (f'Item i{i};\n', [])]
        else:
            pieces += [('    private int ', [('CS0169', f"The field 'Stock.f{i}' is never used", 'warning')]), (f'f{i};\n', [])]
    tree.marked('Stock.cs', pieces + [('}\n', [])])
    return tree


def ts_names(n):
    """n unknown names in one TypeScript file"""
    tree, pieces = Tree(), []
    for i in range(n):
        pieces += [('f(', [('TS2304', f"Cannot find name 'n{i}'.")]), (f'n{i});\n', [])]
    tree.files['tsconfig.json'] = '{ "compilerOptions": { "strict": true } }\n'
    tree.marked('stock.ts', pieces)
    return tree


def cs_one_line(n):
    """n different diagnostics of 200 places in one C# file"""
    tree, lines = Tree(), [f'    int a{i} = b{i} + c{i}.D;' for i in range(100)]
    tree.files['Stock.cs'] = 'class Stock\n{\n' + '\n'.join(lines) + '\n}\n'
    for i in range(n):
        k = i % 100
        column = lines[k].index('= ') + 3 if i % 200 < 100 else lines[k].index('+ ') + 3
        name = f'b{k}' if i % 200 < 100 else f'c{k}'
        note = f' ({i})'
        tree.log.append(f"Stock.cs({k + 3},{column}): error CS0103: The name '{name}' does not exist in the current context{note}")
    return tree


def stale(n):
    """n diagnostics of an older text of one C# file: all moved by two lines"""
    tree = cs_names(n)
    tree.files['Stock.cs'] = '// one\n// two\n' + tree.files['Stock.cs']
    return tree


KINDS = {'cs-semicolons': (cs_semicolons, 500), 'cs-semicolons-flat': (cs_semicolons_flat, 500), 'cs-mixed': (cs_mixed, 500), 'ts-commas': (ts_commas, 500),
         'ts-mixed': (ts_mixed, 500), 'cs0246': (cs0246, 2000), 'ts-exports': (ts_exports, 8000), 'cs-names': (cs_names, 100_000),
         'cs-same-name': (cs_same_name, 25_000), 'ts-names': (ts_names, 100_000), 'cs-one-line': (cs_one_line, 100_000), 'stale': (stale, 20_000)}


def run(program, root, log, options, limit):
    """CPU seconds, instructions (None without perf), MB, the report."""
    out = root.parent / 'report.json'
    counts = root.parent / 'perf.txt'
    command = [program, 'fix', str(root), '--log', str(log), '--output-format', 'json', '--quiet', *options]
    if shutil.which('perf') and options.count('--perf') == 0:
        command = ['perf', 'stat', '-x', ',', '-e', 'instructions:u', '-o', str(counts), *command]
    environment = dict(os.environ, XDG_CACHE_HOME=str(root.parent / 'cache'), XDG_STATE_HOME=str(root.parent / 'state'))
    with open(out, 'w') as stdout:
        child = subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, env=environment)
    try:
        _, errors = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        child.terminate()
        child.wait()
        return None
    import resource
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = re.search(r'^(\d+),', counts.read_text(), re.M) if counts.exists() else None
    text = out.read_text()
    if child.returncode not in (0, 1):
        raise SystemExit(f'{" ".join(command)} failed ({child.returncode}): {errors.decode()[-2000:]}')
    return usage.ru_utime + usage.ru_stime, int(found[1]) if found else None, usage.ru_maxrss / 1024, json.loads(text)


def measure(arguments, kind, n):
    """In a process of its own, so that the peak is that of one run."""
    folder = Path(arguments.keep or tempfile.mkdtemp(prefix='growth-')) / f'{kind}-{n}'
    root = folder / 'root'
    try:
        root.mkdir(parents=True, exist_ok=True)
        log = KINDS[kind][0](n).write(root)
        child = subprocess.run([sys.executable, __file__, '--buildfix', arguments.buildfix, '--one', str(root), str(log), '--limit', str(arguments.limit)]
                               + (['--unsafe'] if arguments.unsafe else []), capture_output=True, text=True)
        if child.returncode:
            raise SystemExit(child.stderr)
        return json.loads(child.stdout)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


def outcomes(report):
    found = {}
    for entry in report['diagnostics']:
        found[entry['outcome']] = found.get(entry['outcome'], 0) + 1
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--buildfix', default=str(REPOSITORY / 'target/release/buildfix'))
    parser.add_argument('--unsafe', action='store_true', help='also unsafe fixes')
    parser.add_argument('--keep', metavar='DIR', help='leave the workspaces there')
    parser.add_argument('--limit', type=float, default=120, help='seconds that one run may take')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--one', nargs=2, help=argparse.SUPPRESS)
    parser.add_argument('kinds', nargs='*', metavar='KIND[:n]')
    arguments = parser.parse_args()
    if arguments.list:
        for kind, (make, n) in KINDS.items():
            print(f'{kind:20} {n:8} → {4 * n:8}  {make.__doc__}')
        return
    if arguments.one:
        root, log = map(Path, arguments.one)
        result = run(arguments.buildfix, root, log, ['--unsafe'] if arguments.unsafe else [], arguments.limit)
        print(json.dumps(result and [*result[:3], outcomes(result[3])]))
        return
    failed = False
    print(f'{"kind":20} {"n":>8} {"s":>7} {"G instr":>8} {"MB":>6}   {"4n: s":>7} {"G instr":>8} {"MB":>6}   ratio')
    for wanted in arguments.kinds or KINDS:
        kind, _, given = wanted.partition(':')
        n = int(given or KINDS[kind][1])
        row = [measure(arguments, kind, n), measure(arguments, kind, 4 * n)]
        show = lambda r: f'{"> limit":>7} {"":8} {"":6}' if r is None else f'{r[0]:7.2f} {(r[1] or 0) / 1e9:8.2f} {r[2]:6.0f}'
        ratio = row[1][1] / row[0][1] if all(row) and row[0][1] else row[1][0] / row[0][0] if all(row) else None
        failed |= ratio is None or ratio > 5
        print(f'{kind:20} {n:8} {show(row[0])}   {show(row[1])}   {"" if ratio is None else f"{ratio:.1f}"}   {row[-1] and row[-1][3]}', flush=True)
    sys.exit(failed)


if __name__ == '__main__':
    main()
