"""Checking a proof with nothing but the file: every link, every path to a root, every signature. See docs/proof.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from crossdesk.kit.refusal import Unusable
from crossdesk.proof.links import START, Body, Link, Statement, fingerprint, head_leaf, joined, key_statement
from crossdesk.proof.merkle import leaf_hash, root_from
from crossdesk.proof.reading import Line, lines
from crossdesk.proof.signing import signed

FORMAT = "crossdesk-proof/1"
MOST_ANCHORS = 100_000


@dataclass
class Report:
    """What a proof that holds has shown."""

    reader: str = ""
    made_at: str = ""
    cases: int = 0
    chains: int = 0
    entries: int = 0
    hidden: int = 0
    erased: int = 0
    newer: int = 0
    anchors: int = 0
    last: Statement | None = None
    alone: list[str] = field(default_factory=list)


@dataclass
class Chain:
    name: str
    thread: str
    audience: str
    of: int
    position: int = 0
    digest: bytes = START
    unanchored: int = 0
    hidden: int = 0
    erased: dict[int, Link] = field(default_factory=dict)


def check(file: BinaryIO, trusted: str = "") -> Report:
    """Goes through the file once and holds no more than one line, the anchors' roots and the keys."""
    checking = Checking()
    for line in lines(file):
        try:
            checking.take(line)
        except (UnicodeError, OverflowError, RecursionError):
            line.wrong("it holds text or a number that no proof of Crossdesk's holds")
    return checking.finish(trusted)


class Checking:
    def __init__(self) -> None:
        self.report = Report()
        self.keys: dict[str, bytes] = {}
        self.vouched: dict[str, str] = {}
        self.anchors: dict[int, Statement] = {}
        self.case = ""
        self.chain: Chain | None = None
        self.begun = self.ended = False

    def take(self, line: Line) -> None:
        kind = line.text("record")
        if not self.begun and kind != "proof":
            line.wrong("the file does not begin as a proof of Crossdesk's does")
        if self.ended:
            line.wrong("it stands after the end of the proof")
        steps = {
            "proof": self.begin,
            "key": self.key,
            "anchor": self.anchor,
            "case": self.begin_case,
            "chain": self.begin_chain,
            "link": self.link,
            "hidden": self.hidden,
            "anchored": self.anchored,
            "end": self.end,
        }
        if kind not in steps:
            line.wrong(f"a record “{kind[:40]}” is not known; a newer Crossdesk may have made this proof")
        steps[kind](line)

    def begin(self, line: Line) -> None:
        if self.begun or line.text("format") != FORMAT:
            line.wrong(f"the proof is not in the format {FORMAT}")
        self.begun = True
        self.report.reader, self.report.made_at = line.text("for"), line.text("made_at")

    def key(self, line: Line) -> None:
        public, name = line.bytes_of("public"), line.text("fingerprint")
        if fingerprint(public) != name:
            line.wrong("the key does not match its fingerprint")
        before = line.text("endorsed_by")
        if not before:
            self.report.alone += [name] if self.keys else []
        elif before not in self.keys or not signed(
            self.keys[before], line.bytes_of("endorsement", 64), key_statement(public, line.text("since"))
        ):
            line.wrong("the key was not vouched for by the key before it, as it claims")
        else:
            self.vouched[name] = before
        self.keys[name] = public

    def anchor(self, line: Line) -> None:
        number = line.number_of("number", MOST_ANCHORS)
        root, previous = line.bytes_of("root"), line.bytes_of("previous")
        said = Statement(
            number,
            line.text("day"),
            line.text("at"),
            line.number_of("depth", 64),
            root.hex(),
            previous.hex(),
            line.text("key"),
        )
        last = self.report.last
        if number != (last.number + 1 if last else 1) or said.previous != (last.digest() if last else START.hex()):
            line.wrong(f"the anchor of {said.day} does not follow from the one before it")
        if said.key not in self.keys or not signed(
            self.keys[said.key], line.bytes_of("signature", 64), said.signed_bytes()
        ):
            line.wrong(f"the anchor of {said.day} is not signed by its key")
        self.anchors[number], self.report.last = said, said
        self.report.anchors += 1

    def begin_case(self, line: Line) -> None:
        self.close_chain(line.number)
        self.case = line.text("reference")
        self.report.cases += 1

    def begin_chain(self, line: Line) -> None:
        self.close_chain(line.number)
        audience, of = line.text("audience"), line.number_of("of")
        self.chain = Chain(f"the {audience} chain of {self.case}", line.uuid("thread"), audience, of)
        self.report.chains += 1

    def link(self, line: Line) -> None:
        chain = self.at(line)
        link, erased = _link(line, chain), line.field("erased", bool)
        if not erased and link.body_digest != _body(line).digest():
            self.broken(line, "its words were changed")
        self.step(line, link.own())
        if chain.digest != line.bytes_of("digest"):
            self.broken(line, "its record was changed, or one before it")
        self.report.entries += 1
        self.report.erased += erased
        if erased:
            chain.erased[link.seq] = link
        elif link.kind.endswith(".erase") and isinstance(link.facts.get("seq"), int):
            chain.erased.pop(link.facts["seq"], None)

    def hidden(self, line: Line) -> None:
        self.step(line, line.bytes_of("own"))
        self.at(line).hidden += 1
        self.report.hidden += 1

    def step(self, line: Line, own: bytes) -> None:
        chain = self.at(line)
        if line.number_of("position", 2**31) != chain.position + 1:
            raise Unusable(f"Line {line.number}: entry {chain.position + 1} of {chain.name} is missing.")
        chain.position += 1
        chain.digest = joined(chain.digest, own)
        chain.unanchored += 1

    def anchored(self, line: Line) -> None:
        chain = self.at(line)
        anchor = self.anchors.get(line.number_of("anchor"))
        if anchor is None:
            line.wrong("it names an anchor that the file does not hold")
        path, slot = line.list_of_bytes("path"), line.number_of("slot")
        if line.number_of("length", 2**31) != chain.position:
            line.wrong(f"it is about another length of {chain.name}")
        data = head_leaf(line.bytes_of("blind"), chain.thread, chain.audience, chain.of, chain.position, chain.digest)
        fits = len(path) == anchor.depth and slot < 1 << anchor.depth
        if not fits or root_from(leaf_hash(data), slot, path).hex() != anchor.root:
            self.broken(line, f"it is not what was anchored on {anchor.day}")
        chain.unanchored = 0

    def end(self, line: Line) -> None:
        self.close_chain(line.number)
        told = (line.number_of("cases"), line.number_of("chains"), line.number_of("entries"))
        if told != (self.report.cases, self.report.chains, self.report.entries):
            line.wrong("the proof does not hold as many cases, chains and entries as it says")
        self.ended = True

    def at(self, line: Line) -> Chain:
        if self.chain is None:
            line.wrong("it belongs to no chain")
        return self.chain

    def broken(self, line: Line, because: str) -> None:
        chain = self.at(line)
        position = line.fields.get("position", chain.position)
        raise Unusable(f"Line {line.number}: entry {position} of {chain.name} does not fit: {because}.")

    def close_chain(self, number: int) -> None:
        """Where the reader may not read the rest of a chain, the entry that says why may stand there."""
        chain = self.chain
        if chain and chain.erased and not chain.hidden:
            gone = next(iter(chain.erased.values()))
            raise Unusable(
                f"Line {number}: the words of entry {gone.position} of {chain.name} were erased and no entry says why."
            )
        self.report.newer += chain.unanchored if chain else 0
        self.chain = None

    def finish(self, trusted: str) -> Report:
        if not self.begun:
            raise Unusable("The file is empty; fetch the proof again.")
        if not self.ended:
            raise Unusable("The file breaks off before its end; fetch the proof again.")
        if trusted:
            self.require(trusted.lower())
        return self.report

    def require(self, trusted: str) -> None:
        """The newest anchor vouches for all before it, so it must lead to the trusted key."""
        if self.report.last is None:
            raise Unusable("Nothing in this proof is anchored yet, so no key vouches for it.")
        name = self.report.last.key
        while name != trusted and name in self.vouched:
            name = self.vouched[name]
        if name != trusted:
            raise Unusable("The newest anchor is not signed by that key, nor by one that it vouched for.")


def _link(line: Line, chain: Chain) -> Link:
    return Link(
        chain.thread,
        line.number_of("seq", 2**31),
        chain.audience,
        chain.of,
        line.number_of("position", 2**31),
        line.text("kind"),
        line.text("happened_at"),
        line.text("recorded_at"),
        line.number_or_nothing("by_person"),
        line.number_or_nothing("by_party"),
        line.number_or_nothing("by_desk"),
        line.field("facts", dict),
        line.bytes_of("body_digest"),
    )


def _body(line: Line) -> Body:
    return Body(
        line.bytes_of("salt", 16),
        line.text("author"),
        line.text("organisation"),
        line.text("words"),
        line.field("detail", dict),
    )
