"""sections - docs/performance.md has several writers: each replaces its own marked part and leaves the others."""
import pathlib
import re

HEAD = "# Performance\n\nWritten by the commands that each part names; do not edit.\n"


def replace(path, name, text):
    """Puts `text` as the part `name` of the file, at its old place or at the end."""
    path = pathlib.Path(path)
    whole = path.read_text(encoding="utf-8") if path.exists() else HEAD
    part = f"<!-- measured: {name} -->\n{text.strip()}\n<!-- /measured: {name} -->\n"
    old = re.compile(rf"<!-- measured: {re.escape(name)} -->\n.*?<!-- /measured: {re.escape(name)} -->\n", re.S)
    if old.search(whole):
        whole = old.sub(lambda _: part, whole, count=1)
    else:
        whole = whole.rstrip("\n") + "\n\n" + part
    path.write_text(whole, encoding="utf-8")
