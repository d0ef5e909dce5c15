#!/usr/bin/env python3
"""Makes a large workspace of copies of a code base, with the log of one build of each: files of real size, many of them.

usage: tests/bench/large.py SOURCE LOG OUT [--copies 8] [--prefix /home/me/Base/] [--word Base]

Copy k stands in OUT/root/copyk; the word (a root namespace, say) becomes Wordk in its sources and in its part of OUT/build.log, so that the copies
declare different things. --prefix is what the log's paths begin with. Then, twice (the second start is warm):

    perf stat -e instructions:u /usr/bin/env time -v buildfix fix OUT/root --log OUT/build.log --quiet --output-format json > report.json
"""
import argparse, re, shutil
from pathlib import Path

SOURCES = {'.cs', '.csproj', '.sln', '.props', '.targets', '.ts', '.tsx', '.mts', '.cts', '.js', '.json', '.editorconfig'}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', type=Path)
    parser.add_argument('log', type=Path)
    parser.add_argument('out', type=Path)
    parser.add_argument('--copies', type=int, default=8)
    parser.add_argument('--prefix', default='')
    parser.add_argument('--word', default='')
    arguments = parser.parse_args()
    found = [p for p in sorted(arguments.source.rglob('*'))
             if p.is_file() and (p.suffix in SOURCES or p.name == '.editorconfig') and not {'node_modules', 'bin', 'obj', '.git'} & set(p.parts)]
    lines = [l for l in arguments.log.read_text(errors='replace').splitlines() if re.search(r'\(\d+,\d+\): (error|warning) ', l)]
    out, log = arguments.out / 'root', []
    shutil.rmtree(out, ignore_errors=True)
    for k in range(1, arguments.copies + 1):
        rename = lambda text: re.sub(rf'\b{re.escape(arguments.word)}\b', f'{arguments.word}{k}', text) if arguments.word else text
        for path in found:
            to = out / f'copy{k}' / path.relative_to(arguments.source)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(rename(path.read_bytes().decode('utf-8', 'surrogateescape')).encode('utf-8', 'surrogateescape'))
        for line in lines:
            place, rest = line.removeprefix(arguments.prefix).split('): ', 1)
            log.append(f'copy{k}/{place.strip()}): {rename(rest)}')
    (arguments.out / 'build.log').write_text('\n'.join(log) + '\n')
    print(f'{len(found) * arguments.copies} files, {len(log)} lines of log')


if __name__ == '__main__':
    main()
