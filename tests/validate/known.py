"""known - differences that are known, each with its cause. One that no longer shows is an error too.

cause: "our bug", "emulator" (with the place that shows it), "allowed" (both are right), "unknown".
`cells`, `what`: patterns as of file names. `always`: in every cell that matches; else in one of them at least,
which is asked of whole runs only.
"""
import dataclasses
import fnmatch


@dataclasses.dataclass(frozen=True)
class Known:
    cells: str
    probe: str
    what: str
    against: str
    cause: str
    why: str
    always: bool = False

    def matches_cell(self, name):
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.cells.split())

    def matches(self, name, line):
        return (self.matches_cell(name) and self.probe == line.probe and self.against == line.against
                and fnmatch.fnmatchcase(line.what, self.what))


KNOWN = [
    Known("pc-* q35-*", "pci", "register: command", "Linux", "allowed", "Linux switches on what its drivers use.",
          always=True),
]
