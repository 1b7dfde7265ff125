#!/usr/bin/python3
"""report.py - the validation's results as build/validation.html and docs/validation.md.

    report.py BUILD-DIR [--page FILE]

Reads BUILD-DIR/validate/*.json (test_cells.py), BUILD-DIR/seeded-faults.txt (make seeded-faults) and
hwtest/machines. Ends with 1 when a cell has no result, when a difference is unknown, or when a known one
shows in no cell any more.
"""
import argparse
import html
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cells import CELLS  # noqa: E402
from known import KNOWN  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAUSES = {"our bug": "our bug", "emulator": "emulator's bug", "allowed": "allowed variation", "unknown": "unknown"}
STYLE = """
body { font: 11pt/1.35 serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111; background: #fff }
h1, h2 { font-family: sans-serif; page-break-after: avoid } h2 { margin-top: 1.6em }
table { border-collapse: collapse; font: 9pt sans-serif; margin: .6em 0 } tr { page-break-inside: avoid }
th, td { border: 1px solid #999; padding: .15em .4em; text-align: left; vertical-align: top }
th.up { writing-mode: vertical-rl; transform: rotate(180deg); border: 1px solid #999 } thead { display: table-header-group }
td.same { background: #e4f2e4 } td.known { background: #fdf3d0 } td.unknown { background: #f6cccc; font-weight: bold }
td.none { color: #888 } code { font-size: 9pt }
@media print { body { margin: 0; max-width: none } @page { size: A4 landscape; margin: 12mm } }
"""

# ---- what there is


def probes():
    """Names in the order of hwtest's own list."""
    return re.findall(r"^PROBE\((\w+)\)", (ROOT / "hwtest" / "probes.def").read_text(), re.M)


def tests_of(probe):
    """Unit tests that run the probe over simulated chips, or its rule over facts."""
    names = re.compile(rf"\b(probe|rule)_{probe}\b")
    return sorted(str(p.relative_to(ROOT)) for p in (ROOT / "hwtest").glob("*/test/*_test.c") if names.search(p.read_text()))


def machines():
    """Names of the reports of real machines."""
    return sorted(p.name for p in (ROOT / "hwtest" / "machines").glob("*.jsn"))


def seen_on(machine, probe):
    for line in (ROOT / "hwtest" / "machines" / machine).read_text().splitlines():
        row = json.loads(line)
        if row.get("probe") == probe and "verdict" in row:
            return row["verdict"]
    return None


def results(build):
    return {p.stem: json.loads(p.read_text()) for p in sorted((build / "validate").glob("*.json"))}


def seeded(build):
    path = build / "seeded-faults.txt"
    return path.read_text().strip().splitlines()[-1] if path.exists() else "not run"


def state(result, probe):
    """Of one probe in one machine: class, and text for the cell of the matrix."""
    lines = [row for row in result["lines"] if row["probe"] == probe]
    if not lines:
        return "none", {"absent": "absent", "not run": "not run"}.get(result["verdicts"].get(probe), "-")
    differ = [row for row in lines if not row["same"]]
    if any(row["cause"] == "unknown" for row in differ):
        return "unknown", f"{len(lines) - len(differ)} of {len(lines)}"
    return ("known" if differ else "same"), f"{len(lines) - len(differ)}/{len(lines)}" if differ else str(len(lines))


def differences(found):
    """[(entry or None, cells, an example)] of the same cause."""
    groups = {}
    for name, result in found.items():
        for row in result["lines"]:
            if not row["same"]:
                key = (row.get("entry"), row["probe"], row["what"] if row.get("entry") is None else "", row["against"])
                groups.setdefault(key, []).append((name, row))
    return sorted(groups.items(), key=lambda item: (item[0][0] is not None, item[0][1]))


def in_linux(found):
    """[(probe, alone, under Linux, a reason there, how many machines)] where the same program says something else."""
    groups = {}
    for result in found.values():
        for probe, (verdict, why) in result["in_linux"].items():
            if probe in result["verdicts"] and result["verdicts"][probe] != verdict:
                groups.setdefault((probe, result["verdicts"][probe], verdict), []).append(why[0] if why else "")
    return [(*key, whys[0], len(whys)) for key, whys in sorted(groups.items())]


def totals(found):
    lines = [row for r in found.values() for row in r["lines"]]
    count = {cause: sum(1 for row in lines if not row["same"] and row["cause"] == cause) for cause in CAUSES}
    return len(lines), sum(1 for row in lines if row["same"]), count


def problems(found, whole):
    wrong = [f"{name}: {row['probe']}: {row['what']} ({row['against']}) differs, nobody knows why"
             for name, r in found.items() for row in r["lines"] if not row["same"] and row["cause"] == "unknown"]
    if whole:
        wrong += [f"{c.name}: no result" for c in CELLS if c.name not in found]
        seen = {row.get("entry") for r in found.values() for row in r["lines"] if not row["same"]}
        wrong += [f"known difference shows nowhere any more: {k}" for i, k in enumerate(KNOWN) if i not in seen]
    return wrong


# ---- the claims, level by level


def claims():
    """Rows (probe, simulated, silicon): what the three levels rest on, but for the emulators'."""
    reports = machines()
    for probe in probes():
        silicon = [f"{m}: {v}" for m in reports if (v := seen_on(m, probe))]
        yield probe, tests_of(probe), silicon


def agreement(found, probe):
    """How many comparisons of the probe agree, over all machines, and in how many machines there were any."""
    lines = [[row for row in r["lines"] if row["probe"] == probe] for r in found.values()]
    flat = [row for rows in lines for row in rows]
    if not flat:
        return "nothing to compare it with yet"
    return f"{sum(row['same'] for row in flat)} of {len(flat)} in {sum(1 for rows in lines if rows)} machines"


# ---- HTML


def cell_text(kind, text):
    return f'<td class="{kind}">{html.escape(text)}</td>'


def table(head, rows):
    return ("<table><thead><tr>" + "".join(f"<th>{html.escape(h)}</th>" for h in head) + "</tr></thead>\n"
            + "\n".join("<tr>" + "".join(r if r.startswith("<td") else f"<td>{html.escape(r)}</td>" for r in row) + "</tr>" for row in rows)
            + "</table>")


def page(found, build):
    count, same, causes = totals(found)
    names = probes()
    matrix = [[name, result["cell"]["cpu"], f"{result['cell']['mem']} MB", *(cell_text(*state(result, p)) for p in names), f"{result['seconds']} s"]
              for name, result in found.items()]
    differ = [[CAUSES[rows[0][1]["cause"]], key[1], KNOWN[key[0]].what if key[0] is not None else key[2], key[3],
               rows[0][1].get("why", "") + f" ({rows[0][1]['ours'][:120]} / {rows[0][1]['theirs'][:120]})", ", ".join(n for n, _ in rows)]
              for key, rows in differences(found)]
    levels = [[probe, ", ".join(tests) or "-", agreement(found, probe), ", ".join(silicon)] for probe, tests, silicon in claims()]
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Oldiron: validation of hwtest</title><style>{STYLE}</style></head><body>
<h1>Validation of hwtest</h1>
<p>{len(found)} machines of {len(CELLS)}; {count} comparisons, {same} agree. Of the others: {"; ".join(f"{CAUSES[c]}: {n}" for c, n in causes.items())}.
<b>Still unknown: {causes["unknown"]}.</b> {html.escape(seeded(build))}.</p>
<h2>Three levels of claim</h2>
<p>The first rests on simulated chips made after datasheets, the second on emulators and on Linux in them, the third on reports of
real machines. The last column stays empty until somebody sends one (hwtest/machines/README.md).</p>
{table(["probe", "agrees with the datasheet: unit tests", "emulators agree", "seen on silicon"], levels)}
<h2>Probes and machines</h2>
<p>A number: so many comparisons, all of which agree; n/m: n of m, and the others have a known cause; red: a cause is unknown; -: nothing to
compare with.</p>
{table(["machine", "processor", "memory", *names, "time"], matrix)}
<h2>Differences</h2>
{table(["cause", "probe", "what", "beside", "why (ours / theirs)", "machines"], differ)}
<h2>The same program under Linux: other verdicts</h2>
<p>Beside drivers much is seen and not tried. Where it says the same as alone, there is no line.</p>
{table(["probe", "alone", "under Linux", "why there, for example", "machines"], [[str(c) for c in row] for row in in_linux(found)])}
<h2>Each machine's systems</h2>
{table(["machine", "installed system"], [[n, r["booted"]] for n, r in found.items()])}
</body></html>
"""


# ---- Markdown


def markdown(found, build):
    count, same, causes = totals(found)
    rows = [f"| {probe} | {', '.join(f'`{t}`' for t in tests) or '-'} | {agreement(found, probe)} | {', '.join(silicon)} |" for probe, tests, silicon in claims()]
    cells = [f"| {n} | {r['cell']['board']} | {r['cell']['cpu']} | {r['cell']['mem']} | "
             f"{sum(row['same'] for row in r['lines'])} of {len(r['lines'])} | {r['booted']} |" for n, r in found.items()]
    differ = [f"| {CAUSES[rs[0][1]['cause']]} | {key[1]}: {KNOWN[key[0]].what if key[0] is not None else key[2]} | {key[3]} | {rs[0][1].get('why', '')} | {len(rs)} |"
              for key, rs in differences(found)]
    return "\n".join([
        f"{len(found)} machines of {len(CELLS)}; {count} comparisons, {same} agree. " + "; ".join(f"{CAUSES[c]}: {n}" for c, n in causes.items())
        + f". **Still unknown: {causes['unknown']}.** {seeded(build)}.", "",
        "### Three levels of claim", "", "| probe | agrees with the datasheet: unit tests | emulators agree | seen on silicon |", "|---|---|---|---|", *rows, "",
        "### Machines", "", "| machine | board | processor | MB | comparisons that agree | installed system |", "|---|---|---|---|---|---|", *cells, "",
        "### Differences", "", "| cause | what | beside | why | machines |", "|---|---|---|---|---|", *differ, "",
        "### The same program under Linux: other verdicts", "",
        "Beside drivers much is seen and not tried. Where it says the same as alone, there is no line.", "",
        "| probe | alone | under Linux | why there, for example | machines |", "|---|---|---|---|---|",
        *("| " + " | ".join(map(str, row)) + " |" for row in in_linux(found)), ""])


def update(path, text):
    """Between the two marks; the rest is written by hand."""
    begin, end = "<!-- results -->\n", "<!-- end of results -->\n"
    old = path.read_text()
    head, rest = old.split(begin)
    path.write_text(head + begin + text + end + rest.split(end)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--page", type=pathlib.Path, help="the document whose results are replaced")
    parser.add_argument("--part", action="store_true", help="some cells only: nothing is asked of the others")
    args = parser.parse_args()
    found = {c.name: r for c in CELLS if (r := results(args.build).get(c.name))}
    (args.build / "validation.html").write_text(page(found, args.build))
    if args.page:
        update(args.page, markdown(found, args.build))
    wrong = problems(found, not args.part)
    count, same, causes = totals(found)
    print(f"validation: {len(found)} machines, {count} comparisons, {same} agree, unknown differences: {causes['unknown']}; {seeded(args.build)}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
