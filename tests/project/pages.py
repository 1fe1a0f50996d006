"""Reads the pages of the project: their tables, headings, links and pictures."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
import re

_FENCE = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1\s*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"(#{1,6}) +(.+)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_IMAGE = re.compile(r'(?:src|srcset)="([^"]+)"')
_ELSEWHERE = re.compile(r"[a-z]+:")
_RULE = re.compile(r":?-+:?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: the headings above it, the outermost first, and its rows by column.

    A cell is plain text: of a link its words, and nothing of its emphasis.
    """

    headings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        return [row[name] for row in self.rows]


class Page:
    """A page in Markdown."""

    def __init__(self, path: Path) -> None:
        """Read it."""
        self.path = path
        self.text = path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """Return what stands outside of blocks of code."""
        return _FENCE.sub("", self.text)

    @cached_property
    def anchors(self) -> set[str]:
        """Return the anchors that GitHub gives to the headings."""
        found: Counter[str] = Counter()
        anchors = set()
        for line in self.prose.splitlines():
            if heading := _HEADING.fullmatch(line):
                anchor = _anchor(plain(heading[2]))
                again = f"-{found[anchor]}" if found[anchor] else ""
                found[anchor] += 1
                anchors.add(f"{anchor}{again}")
        return anchors

    @property
    def links(self) -> list[str]:
        """Return where the page's links to other pages and places lead."""
        return [
            target
            for target in _LINK.findall(self.prose)
            if not _ELSEWHERE.match(target)
        ]

    @property
    def pictures(self) -> dict[str, str]:
        """Return the words for those who cannot see each picture, by its place."""
        shown = {target: words for words, target in _PICTURE.findall(self.prose)}
        return dict.fromkeys(_IMAGE.findall(self.prose), "an image of HTML") | shown

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables in their order."""
        return tuple(_tables(self.prose))

    def table(self, *columns: str, below: str = "") -> Table:
        """Return the only table whose columns begin so, below a heading."""
        found = [
            table
            for table in self.tables
            if table.columns[: len(columns)] == columns
            and (not below or below in table.headings)
        ]
        assert len(found) == 1, f"{self.path.name} has {len(found)} tables of {columns}"
        return found[0]


def plain(text: str) -> str:
    """Return the words of a text without links, code marks and emphasis."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\*\*([^*]+)\*\*|\*([^*]+)\*", r"\1\2", text)
    return text.replace("`", "").replace(r"\|", "|").strip()


def row_complaints(expected: Iterable[str], told: Collection[str]) -> Iterator[str]:
    """Complain about what has no row or several, and about rows of what is not there."""
    wanted, rows = set(expected), Counter(told)
    for name in sorted(wanted - rows.keys()):
        yield f"{name} has no row"
    for name in sorted(rows.keys() - wanted):
        yield f"{name} has a row and is not there"
    for name, count in sorted(rows.items()):
        if count > 1:
            yield f"{name} has {count} rows"


def link_complaints(page: Page) -> Iterator[str]:
    """Complain about links of a page to files and headings that are not there."""
    for link in page.links:
        name, _, anchor = link.partition("#")
        target = page.path.parent / name if name else page.path
        if not target.exists():
            yield f"{page.path.name} links to {link}, which is not there"
        elif anchor and anchor not in Page(target).anchors:
            yield f"{page.path.name} links to {link}, and there is no such heading"


def picture_complaints(page: Page) -> Iterator[str]:
    """Complain about pictures that are not there, or without words."""
    for target, words in page.pictures.items():
        if not (page.path.parent / target).exists():
            yield f"{page.path.name} shows {target}, which is not there"
        if not words:
            yield f"{page.path.name} has no words for {target}"


def _anchor(heading: str) -> str:
    """Return the anchor of a heading as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _tables(text: str) -> Iterator[Table]:
    headings: list[tuple[int, str]] = []
    lines: list[list[str]] = []
    for line in (*text.splitlines(), ""):
        if line.startswith("|"):
            lines.append(_cells(line))
            continue
        if lines:
            yield _table(tuple(text for _, text in headings), lines)
            lines = []
        if heading := _HEADING.fullmatch(line):
            level = len(heading[1])
            headings = [each for each in headings if each[0] < level]
            headings.append((level, plain(heading[2])))


def _table(headings: tuple[str, ...], lines: list[list[str]]) -> Table:
    columns, rule, *rows = lines
    assert all(_RULE.fullmatch(cell) for cell in rule), f"no table: {columns}"
    return Table(
        headings=headings,
        columns=tuple(columns),
        rows=tuple(dict(zip(columns, row, strict=True)) for row in rows),
    )


def _cells(line: str) -> list[str]:
    """Return the cells of a line; a bar in a cell has a backslash before it."""
    inner = re.sub(r"^\||\|\s*$", "", line)
    return [plain(cell) for cell in re.split(r"(?<!\\)\|", inner)]
