#!/usr/bin/python3
"""profile.py PROFILE SYMBOLS [LINES] - which functions executed the instructions that `run.py --profile` found.

SYMBOLS is the kernel with symbols (oldiron.debug) or a System.map. Modules of Linux have no symbols: they count as
`(modules)`, programs as `(user)`.
"""
import bisect
import collections
import subprocess
import sys


def symbols(path):
    if path.endswith("System.map"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
    else:
        text = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in text.splitlines()]
    return sorted((int(row[0], 16), row[2]) for row in rows if len(row) == 3 and row[1] in "tTwW")


def name_of(address, table):
    if address < 0xc0000000:
        return "(user)"
    if address > table[-1][0] + 0x10000:
        return "(modules)"
    at = bisect.bisect_right(table, (address, "\xff")) - 1
    return table[at][1] if at >= 0 else "(below)"


def main(profile, symbol_file, lines="40"):
    table = symbols(symbol_file)
    sums = collections.Counter()
    with open(profile, encoding="utf-8") as file:
        for line in file:
            address, count = line.split()
            sums[name_of(int(address, 16) & 0xffffffff, table)] += int(count)
    total = sum(sums.values())
    print(f"{total:12} instructions")
    for name, count in sums.most_common(int(lines)):
        print(f"{count:12} {100 * count / total:5.1f} %  {name}")


main(*sys.argv[1:])
