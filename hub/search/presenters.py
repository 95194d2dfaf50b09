"""Results as JSON. No scores: they would be the one number that says something of documents that are not shown."""

from typing import Any

from flask_babel import gettext as _

from hub.clock import iso
from hub.search.excerpts import Excerpt
from hub.search.searching import Found, Hit


def excerpt_data(excerpt: Excerpt) -> list[dict[str, Any]]:
    return [{"text": piece.text, "marked": piece.marked} for piece in excerpt.pieces]


def hit_data(hit: Hit) -> dict[str, Any]:
    document = hit.document
    return {
        "kind": document.shown_kind,
        "ref_kind": document.kind,
        "id": str(document.ref_id),
        "title": hit.title.text or _("（題名のないやりとり）"),
        "heading": excerpt_data(hit.title),
        "url": document.url,
        "where": document.where,
        "at": iso(document.at),
        "excerpt": excerpt_data(hit.text),
        "new": hit.new,
        "via": [{"asked": asked, "found": found} for asked, found in (*hit.title.via, *hit.text.via)],
    }


def found_data(found: Found) -> dict[str, Any]:
    return {
        "total": found.total,
        "nearest": found.nearest,
        "loosened": found.loosened,
        "complete": found.complete,
        "repaired": found.repaired,
        "wordless": found.wordless,
        "cut": found.query.cut,
        "unknown": [f.value for f in found.unknown],
        "hits": [hit_data(hit) for hit in found.hits],
        "also": [hit_data(hit) for hit in found.also],
        "facets": [{"facet": f.facet, "value": f.value, "count": f.count} for f in found.facets],
    }
