"""What the starters of SmolLM2 are taught: for each job, rows that hold what they say."""

from __future__ import annotations

import json
import random
import re

import pytest

TOWNS = {"Alton": 1911, "Burford": 1922, "Corsham": 1933, "Dunster": 1944, "Ely": 1955, "Frome": 1966}


def piers() -> list[dict[str, object]]:
    """Six paragraphs of one article, each with three questions."""
    rows = []
    for town, year in TOWNS.items():
        context = f"The pier of {town} was built in {year}. It was not the first, since Ann Lee of {town} had one."
        for question, answer in (
            (f"When was the pier of {town} built?", str(year)),
            (f"What was built in {year} in {town}?", f"The pier of {town}"),
            (f"Where was a pier built in {year}?", town),
        ):
            starts = [context.index(answer)]
            rows.append(
                {
                    "title": "Piers",
                    "context": context,
                    "question": question,
                    "answers": [answer],
                    "answer_starts": starts,
                }
            )
    return rows


def test_rows_ask_what_stands_there_and_what_does_not(script):
    rows, layout = script("rows.answer"), script("layout")
    asked = piers()
    made = rows.squad(asked, "squad", 0.5, random.Random(3))
    assert sum(len(one["passages"]) for one in made) == len(TOWNS), "every paragraph is in one row"
    for one in made:
        for branch in one["branches"]:
            if branch["reply"] == layout.prompt()["abstention"]:
                assert not any(
                    q["question"] == branch["question"] and q["context"] in "\n".join(one["passages"]) for q in asked
                )
            else:
                said, number = re.fullmatch(r"(.+) \[(\d)\]", branch["reply"]).groups()
                assert said in one["passages"][int(number) - 1]
    replies = [branch["reply"] for one in made for branch in one["branches"]]
    assert 0.15 < replies.count(layout.prompt()["abstention"]) / len(replies) < 0.4


def test_what_is_judged_is_held_by_the_passages_or_it_is_not(script):
    rows, sources = script("rows.answerable"), script("rows.sources")
    article = sources.Article("Piers", piers())
    for size in (1, 3):
        made = rows.tree(article, article.paragraphs[:size], "squad", random.Random(5))
        known = {q["question"] for p in article.paragraphs[:size] for q in article.questions[p]}
        judged = [branch for branch in made["branches"] if "job" not in branch]
        assert {b["question"] for b in judged if b["reply"] == "Yes"} <= known
        assert not {b["question"] for b in judged if b["reply"] == "No"} & known
        assert {b["reply"] for b in judged} == {"Yes", "No"}


def test_a_statement_that_is_supported_stands_there_and_the_others_were_made_up(script):
    rows, sources = script("rows.support"), script("rows.sources")
    article = sources.Article("Piers", piers())
    made = rows.tree(article, article.paragraphs[:1], "squad", random.Random(5))
    for branch in made["branches"]:
        if branch["kind"] == "answer":
            assert branch["reply"] == "Yes"
            assert branch["answer"].lower() in article.paragraphs[0].lower()
        if branch["kind"] in ("turned", "other answer", "elsewhere"):
            assert branch["reply"] == "No"
    assert {"Yes", "No"} == {branch["reply"] for branch in made["branches"]}


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who built the pier?", "Ann Lee", "Ann Lee built the pier."),
        ("When was the pier built?", "1931", "The pier was built in 1931."),
        ("Where did the ferry stop?", "at Ely", "The ferry stopped at Ely."),
        ("How many boats did the harbour hold?", "40", "The harbour held 40 boats."),
        ("What is the boat called?", "Kestrel", "The boat is called Kestrel."),
        ("Why is it so cold?", "the sea", None),
    ],
)
def test_a_question_and_its_answer_become_a_statement_or_nothing(script, question, answer, statement):
    assert script("rows.statements").declarative(question, answer) == statement


def test_what_is_turned_round_says_something_else(script):
    turning = script("rows.turning")
    text = "The first pier of Ely was built by Ann Lee in 1931, that of Frome in 1966."
    others = {f"When was the pier of {other} built?" for other in ("Frome", "Ann Lee")}
    assert turning.swapped("When was the pier of Ely built?", text, random.Random(1)) in others
    assert turning.opposite("What was the first pier?", "The first pier.") == "What was the last pier?"
    assert turning.opposite("What was the first pier?", "the first and the last") is None
    assert turning.negated("When was it built?", random.Random(1)) in (
        "When wasn't it built?",
        "When was not it built?",
    )


def test_a_follow_up_leans_on_the_turn_before_and_its_reply_does_not(script):
    rows, sources = script("rows.rewrite"), script("rows.sources")
    article = sources.Article("Piers", piers())
    for talk in rows.talks(article, random.Random(3)):
        if talk["kind"] == "alone":
            assert talk["question"] == talk["reply"]
        else:
            assert talk["question"] != talk["reply"]
        assert talk["conversation"].startswith("user: ")
    made = rows.replaced("When did Ann Lee build it?", "Ann Lee", ("she", "her", "her"))
    assert made == "When did she build it?"
    assert rows.replaced("Where is the Ann Lee pier?", "Ann Lee", ("she", "her", "her")) is None


ABOUT_MANUALS = [
    {
        "source": "own",
        "held_out": False,
        "set": "own",
        "passage": passage,
        "question": question,
        "reply": reply,
        "short": short,
        "windows": [
            {"lead": "Handbook > Leave", "text": text, "answers": [[0, len(text)]] if reply else [], "own": True},
            {"lead": "Handbook > Pay", "text": "Wages are paid on the 25th.", "answers": [], "own": False},
        ],
    }
    for passage, question, reply, short, text in (
        ("a", "How many days off do I get?", "You get 27 days off each year.", "27 days", "Leave is 27 days."),
        ("a", "Can I sell my days off?", "", "", "Leave is 27 days."),
        ("b", "Who signs my request?", "Your line manager signs it.", "", "The line manager approves requests."),
    )
]


def test_questions_about_manuals_teach_each_job_what_they_know(script, tmp_path):
    manuals = script("rows.manuals")

    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ABOUT_MANUALS), "utf-8")
    trees = manuals.rows(file, random.Random(3))
    assert len(trees) == 2
    told = [branch | {"shown": tree["passages"]} for tree in trees for branch in tree["branches"]]
    judged = {
        each["question"]: each["reply"] for each in told if each["job"] == "answerable" and "days" in each["question"]
    }
    assert judged["How many days off do I get?"] == "Yes"
    assert judged["Can I sell my days off?"] == "No"
    for each in told:
        if each["job"] == "answer" and each["question"].startswith("How many"):
            number = int(each["reply"].rpartition("[")[2].rstrip("]"))
            assert "27 days" in each["shown"][number - 1]
    supported = {each["statement"] for each in told if each["job"] == "support" and each["reply"] == "Yes"}
    assert supported == {"You get 27 days off each year.", "Your line manager signs it."}


def test_the_job_ask_is_taught_the_question_of_a_sentence_that_answers(script, tmp_path):
    manuals = script("rows.manuals")

    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ABOUT_MANUALS), "utf-8")
    branches = [each for row in manuals.ask(file, random.Random(3)) for each in row["branches"]]
    assert {each["reply"] for each in branches} == {"How many days off do I get?", "Who signs my request?"}
    assert {each["answer"] for each in branches} == {"27 days", "The line manager approves requests."}
    assert not manuals.ask(file, random.Random(3), held_out=True)
