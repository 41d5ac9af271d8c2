"""Reads the page of a cut back: what its left column says, and whose every character is."""

from __future__ import annotations

from html.parser import HTMLParser


class CutPage(HTMLParser):
    """The source column character by character, and everything else a browser would act on."""

    def __init__(self, page: str, source: str = "d0source") -> None:
        super().__init__(convert_charrefs=True)
        self.source: list[str] = []
        self.owners: list[str | None] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labels: dict[str, list[str]] = {}
        self.signs: list[str] = []
        self.text: list[str] = []
        self._source = source
        self._open: list[tuple[str, str | None, str | None]] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= set(given)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag == "meta":
            return
        classes = given.get("class", "").split()
        self._open.append((tag, given.get("id"), classes[-1] if tag == "span" and "piece" in classes else None))
        if "label" in classes:
            self.labels.setdefault(given["href"].removeprefix("#"), []).append(given["data-label"])
        if "sign" in classes:
            self.signs.append(given["data-sign"])
            self._take(chr(int(given["data-sign"].removeprefix("U+"), 16)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1][0] != "style":
            self.text.append(data)
        self._take(data)

    def _take(self, characters: str) -> None:
        if any(name == self._source for _, name, _ in self._open):
            self.source.append(characters)
            owner = next((owner for _, _, owner in reversed(self._open) if owner), None)
            self.owners += [owner] * len(characters)
