#!/usr/bin/python3
"""update - puts the answer file's keys between the marks "keys" and "/keys" of each document, or checks that they are.

    update.py [--check] PRINT-KEYS DOCUMENT...
"""
import re
import subprocess
import sys


def renewed(program, path, text):
    how = "markdown" if path.endswith(".md") else "mdoc"
    table = subprocess.run([program, how], check=True, stdout=subprocess.PIPE, text=True).stdout
    begin, end = ("<!-- keys -->", "<!-- /keys -->") if how == "markdown" else ('.\\" keys', '.\\" /keys')
    pattern = re.compile(re.escape(begin) + "\n.*?" + re.escape(end) + "\n", re.DOTALL)
    if not pattern.search(text):
        sys.exit(f"{path}: has no marks {begin} and {end}")
    return pattern.sub(lambda match: f"{begin}\n{table}{end}\n", text)


def main():
    args = sys.argv[1:]
    check = args[0] == "--check"
    program, documents = args[check], args[check + 1:]
    stale = False
    for path in documents:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        new = renewed(program, path, text)
        if new != text and check:
            print(f"{path}: is not as installer/ui/answer_keys.c is: make install-docs")
            stale = True
        elif new != text:
            with open(path, "w", encoding="utf-8") as f:
                f.write(new)
    sys.exit(stale)


main()
