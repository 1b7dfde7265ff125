"""What a fault is."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    """`old` stands exactly once in the file and becomes `new`.

    `known` says why a fault is not caught; one that is caught nevertheless is an error too.
    """
    name: str
    file: str
    old: str
    new: str
    known: str = ""
