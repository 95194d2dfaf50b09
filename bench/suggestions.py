"""What is suggested while somebody types: `python -m bench.suggestions [--most 120]`, with the questions and answers of
the relevance benchmark, which is not part of this project (BENCH_DATA, or ../shared/bench/search/data).

The share of questions with a right answer in the first three: with the first 15, 30, 60 and 100 of 100 letters, and
with a polite preface and closing of about 100 letters around; and of questions about something else the share for
which anything is shown.
"""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench.search_adapter import AUDIENCE, Hub
from hub.search.corpus import Corpus
from hub.search.gist_asked import ask_for_gist, worth_showing
from hub.search.ranking import rank
from hub.search.similar import LOOKED_AT, OF_EACH, TEXT_CHARS

DATA = Path(os.environ.get("BENCH_DATA", "../shared/bench/search/data"))
POLITE = (
    (
        "お世話になっております。吉岡町役場の総務課です。お忙しいところ恐れ入りますが、次の件について教えていただきたくご連絡いたしました。",
        "お手数をおかけしますが、ご教示くださいますようよろしくお願いいたします。",
    ),
    (
        "いつもお世話になっております。市の情報政策担当の佐藤と申します。このたびは突然のご相談で恐縮ですが、",
        "初歩的な質問で申し訳ありませんが、ご存じの方がいらっしゃいましたらご教示いただけますと大変助かります。",
    ),
)
SHARES = (15, 30, 60, 100)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=120, help="questions of each set")
    most = parser.parse_args().most
    documents, questions = read("docs_admin.jsonl"), read("queries_dev.jsonl")
    ours = [q for name in ("faq", "jagov") for q in of_set(questions, name)[:most]]
    foreign = of_set(questions, "jsquad")[: 2 * most]
    hub = Hub()
    hub.index(documents)
    with hub.database.read() as session:
        for label, write in ways():
            right = [any(q["rel"].get(id_, 0) > 0 for id_ in shown(session, hub, write(q["text"]))) for q in ours]
            wrong = [bool(shown(session, hub, write(q["text"]))) for q in foreign]
            print(f"{label:<22} right in the first three {share(right)}   of others {share(wrong)}", flush=True)
    hub.close()


def ways() -> Iterator[tuple[str, Any]]:
    for percent in SHARES:
        yield f"{percent} % of the letters", lambda text, p=percent: text[: max(1, round(len(text) * p / 100))]
    for number, (before, after) in enumerate(POLITE, start=1):
        yield f"with courtesies, {number}", lambda text, b=before, a=after: f"{b}{text}{a}"


def shown(session: Session, hub: Hub, text: str) -> list[str]:
    """As `list_similar` does, of one shelf."""
    corpus = Corpus(session, {AUDIENCE})
    asked = ask_for_gist(text[:TEXT_CHARS], hub.synonyms)
    ranked = rank(corpus, asked, LOOKED_AT, corpus.ones, looked_at=LOOKED_AT, shelves=(corpus.ones,))
    near = worth_showing(corpus, asked, ranked)[:OF_EACH]
    refs = corpus.refs(r.number for r in near)
    return [hub.ids[refs[r.number][1]] for r in near]


def of_set(questions: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [q for q in questions if q["set"] == name]


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def share(held: list[bool]) -> str:
    return f"{100 * sum(held) / len(held):5.1f} %"


if __name__ == "__main__":
    main()
