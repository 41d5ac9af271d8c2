"""A digest as one HTML page that loads nothing, runs nothing and trusts no text. Light, dark, wide, narrow, printed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.export.digests import (
    CONFLICTS,
    COVERAGE,
    NOTHING_NEW,
    NOTHING_TOLD,
    OPENING,
    leading,
    sources,
    stop,
    tally,
    title_of,
)
from rag.export.frame import framed
from rag.export.rows import UNTITLED, VERDICTS, Json, positions, shown
from rag.text.script import detect_script

QUOTES = "原文"

_STYLE = """
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.8 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif; overflow-wrap: anywhere; }
:lang(zh-Hant) { font-family: "Noto Serif CJK TC", "Source Han Serif TC", "Songti TC", PMingLiU, serif; }
h1 { font-size: 1.75rem; line-height: 1.3; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
header p, .soft, .where { color: var(--soft); font-size: .875rem; }
header p { margin: .25rem 0 0; }
.opening { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1.25rem;
  margin: 1.25rem 0 0; }
.opening h2 { margin: 0 0 .25rem; border: 0; padding: 0; font-size: 1rem; color: var(--soft); }
.opening p { margin: 0; }
ul, ol { margin: 0; padding: 0; list-style: none; }
.stories li { padding: .35rem 0 .35rem .9rem; border-left: 3px solid var(--line); margin: .5rem 0; }
.badge { display: inline-block; font: .75rem/1.5 system-ui, sans-serif; color: var(--soft);
  border: 1px solid var(--line); border-radius: .25rem; padding: 0 .4rem; margin-left: .4rem;
  vertical-align: .1em; white-space: nowrap; }
sup { font: .7rem/0 system-ui, sans-serif; white-space: nowrap; padding-left: .1em; }
sup::before { content: "\\2060"; }
.partial { color: var(--half); } .unsupported { color: var(--bad); }
.claim-partial { text-decoration: underline dotted var(--half); text-underline-offset: .25em; }
.claim-unsupported { text-decoration: underline dotted var(--bad); text-underline-offset: .25em; }
.quotes li { display: flex; gap: .5rem; margin: .35rem 0; font-size: .9375rem; line-height: 1.65; padding-left: .4rem;
  border-left: 2px solid transparent; }
.quotes li:target { border-left-color: var(--link); background: color-mix(in srgb, var(--link) 10%, transparent); }
.marker { flex: none; color: var(--soft); font: .8rem/1.9 system-ui, sans-serif; }
.where { font-family: system-ui, sans-serif; font-size: .8rem; }
.left dt { font-weight: 600; margin-top: .5rem; } .left dd { margin: 0 0 0 1rem; font-size: .9375rem; }
@media print { .opening, li { break-inside: avoid; } }
"""


def digest_html(digest: Json) -> str:
    """The page: opening, groups, sources that disagree, where every article went, and every quote with its place."""
    title = _text(title_of(digest))
    lines = "".join(f"\n<p>{line}</p>" for line in map(_text, tally(digest)))
    parts = [f"<header>\n<h1>{title}</h1>{lines}\n</header>\n<main>"]
    if digest["digest"] is None:
        parts.append(f"<p>{NOTHING_NEW if digest['nothing_new'] else NOTHING_TOLD}</p>")
    if digest["opening"]:
        said = _claims(digest, digest["opening"])
        parts.append(f'<section class="opening"{_language(digest)}>\n<h2>{OPENING}</h2>\n<p>{said}</p>\n</section>')
    parts += [_group(digest, group) for group in digest["groups"]]
    parts += [_conflicts(digest), _left_out(digest["coverage"]["left_out"]), _quotes(digest["citations"])]
    return framed(title, _STYLE, "\n".join(part for part in (*parts, "</main>") if part))


def _group(digest: Json, group: Json) -> str:
    stories = (digest["stories"][at] for at in group["stories"])
    items = "\n".join(f"<li>{_story(digest, story)}</li>" for story in stories)
    return f'<section>\n<h2>{_text(group["name"])}</h2>\n<ul class="stories">\n{items}\n</ul>\n</section>'


def _story(digest: Json, story: Json) -> str:
    remark = sources(story)
    badge = f'<span class="badge">{_text(remark)}</span>' if remark else ""
    return f"{_claims(digest, story['claims'])}{badge}"


def _claims(digest: Json, claims: Sequence[int]) -> str:
    return "".join(_text(leading(digest, index)) + _claim(digest, digest["claims"][index]) for index in claims)


def _claim(digest: Json, claim: Json) -> str:
    verdict, (mark, words) = claim["verdict"], VERDICTS[claim["verdict"]]
    links = "".join(f'<a href="#q{int(number)}">[{int(number)}]</a>' for number in claim["citations"])
    why = _text(f"{words}：{claim['reason']}" if claim.get("reason") else words)
    doubt = "" if verdict == "supported" else f'<span class="{verdict}" title="{why}">{mark}{words}</span>'
    return f'<span class="claim-{verdict}">{_text(claim["text"])}{stop(digest, claim)}</span><sup>{links}{doubt}</sup>'


def _conflicts(digest: Json) -> str:
    items = "\n".join(
        "<li>"
        + "<br>".join(_claim(digest, digest["claims"][index]) for index in conflict["claims"])
        + f'<br><span class="soft">{_text(conflict["reason"])}</span></li>'
        for conflict in digest["conflicts"]
    )
    return f'<section>\n<h2>{CONFLICTS}</h2>\n<ul class="stories">\n{items}\n</ul>\n</section>' if items else ""


def _left_out(left: Sequence[Json]) -> str:
    if not left:
        return ""
    reasons = dict.fromkeys(one["message"] for one in left)
    listed = "\n".join(
        f"<dt>{_text(reason)}</dt>\n" + "\n".join(_missing(one) for one in left if one["message"] == reason)
        for reason in reasons
    )
    return f'<section class="left">\n<h2>{COVERAGE}</h2>\n<dl>\n{listed}\n</dl>\n</section>'


def _missing(one: Json) -> str:
    title, where = _text(one["title"] or UNTITLED), f"{one['document']}，{one['article_id']}"
    return f'<dd>{title} <span class="where">{_text(where)}</span></dd>'


def _quotes(citations: Sequence[Json]) -> str:
    items = "\n".join(
        f'<li id="q{int(one["marker"])}"><span class="marker">[{int(one["marker"])}]</span>'
        f"<span>{_text(one['quote'])} "
        f'<span class="where">{_text(_printed(one))}</span></span></li>'
        for one in citations
    )
    return f'<section>\n<h2>{QUOTES}</h2>\n<ol class="quotes">\n{items}\n</ol>\n</section>' if items else ""


def _printed(citation: Json) -> str:
    title = f"《{' '.join(citation['title'].split())}》" if citation["title"] else None
    where = (title, citation["place"], citation["published"], citation["document"], positions(citation))
    return "，".join(part for part in where if part)


def _language(digest: Json) -> str:
    script = detect_script(digest["digest"] or "")
    return f' lang="{script}"' if script else ""


def _text(text: object) -> str:
    return escape(shown(text), quote=True)
