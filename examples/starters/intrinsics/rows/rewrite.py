"""Rows for the job ``rewrite``: conversations made from questions about one paragraph, or one page.

What two questions share, or what the first answer names, becomes a pronoun in the second ("When did she die?"); a
question with another name becomes "What about Ely?"; one that asks the same of where instead of when becomes "Where?".
A quarter of the last questions stand alone as they are, some about something else: they come back unchanged.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from rows.ask import sentence_of, stands_alone
from rows.sources import Article, Row, by_title, read, squad_parts
from rows.turning import NAME, NUMBER, like
from steep_plugins.languages.en.phrases import noun_phrases
from steep_plugins.languages.en.verbs import BASES, PAST, THIRD

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

_VERBS = BASES | set(PAST) | set(THIRD)
Turn = tuple[str, str]  # a question and its answer

_WH = re.compile(
    r"^(?P<wh>When|Where|Why|How|In what year|What year) (?P<rest>(?:did|do|does|was|were|is|are|can) .+)$"
)
_OBJECT = re.compile(r"(?i)\b(?:of|in|on|at|by|for|to|from|with|about|after|before|during|under|against|between)\s*$")
_FORMS = {
    "he": ("he", "him", "his"),
    "she": ("she", "her", "her"),
    "it": ("it", "it", "its"),
    "they": ("they", "them", "their"),
}
# what may follow a pronoun; behind anything else the name was beside a noun, and cannot be left out
_FOLLOWS = re.compile(
    r"(?i)^(?:\?|,|$|(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|should|may|might|must|in|on|"
    r"at|of|for|from|to|by|with|about|after|before|during|since|until|and|or|as|than|that|who|which|when|not|into|over)\b)"
)


def row(history: list[Turn], question: str, alone: str, kind: str) -> Row:
    said = "\n".join(f"user: {asked}\nassistant: {answer}" for asked, answer in history)
    return {"conversation": said, "question": question, "reply": alone, "kind": kind}


def pronoun(name: str, article: Article) -> tuple[str, str, str] | None:
    """What stands for a name: what its article calls it; None where that does not show."""
    text = "\n".join(p for p in article.paragraphs if name in p)
    near = " ".join(re.findall(rf"{re.escape(name)}\b([^.\n]{{0,60}}(?:\. \w+)?)", text))
    counts = {form: len(re.findall(rf"(?i)\b(?:{'|'.join({*forms})})\b", near)) for form, forms in _FORMS.items()}
    best = max(counts, key=lambda form: counts[form])
    if counts[best]:
        return _FORMS[best]
    last = name.split()[-1]
    plural = last.endswith("s") and last[-2:] not in ("ss", "us", "is")
    return None if name[0].isupper() and " of " not in name else _FORMS["they" if plural else "it"]


def replaced(question: str, name: str, forms: tuple[str, str, str]) -> str | None:
    """The question with a pronoun for every mention of a name; None where it is not mentioned whole."""
    pattern = re.compile(rf"(?i)(?:\bthe )?(?<!\w){re.escape(name)}(?P<own>['’]s?)?(?![\w-])")
    if not pattern.search(question):
        return None

    for match in pattern.finditer(question):
        rest = question[match.end() :].lstrip()
        if not match["own"] and not _FOLLOWS.match(rest) and rest.split()[0].strip("?,").lower() not in _VERBS:
            return None

    def instead(match: re.Match[str]) -> str:
        before = question[: match.start()]
        form = forms[2] if match["own"] else forms[1] if _OBJECT.search(before) or ends(match) else forms[0]
        return form.capitalize() if not before.strip() else form

    def ends(match: re.Match[str]) -> bool:
        return question[match.end() :].strip(" ?") == ""

    return pattern.sub(instead, question)


def shared(first: str, answer: str, second: str) -> list[str]:
    """What the second question takes up: names and things of the first, or of its answer."""
    found = [match[0] for match in NAME.finditer(second) if match[0] in first or match[0] in answer]
    phrases = [
        re.sub(r"(?i)^(?:the|a|an) ", "", p.text) for p in noun_phrases(second) if p.text.lower().startswith("the ")
    ]
    found += [p for p in phrases if len(p) > 4 and re.search(rf"(?i)\b{re.escape(p)}\b", f"{first} {answer}")]
    return sorted(set(found), key=lambda name: (-len(name), name))


def taken_up(turns: list[Turn], second: str, article: Article, dice: random.Random) -> Row | None:
    """The second question as one that leans on the turns."""
    first, answer = turns[-1]
    for name in shared(first, answer, second):
        forms = pronoun(name, article)
        made = replaced(second, name, forms) if forms else None
        if made and made != second and len(made.split()) > 3:
            if dice.random() < 0.3:
                made = dice.choice(("And ", "and ", "OK. ", "So ")) + (made[0].lower() + made[1:])
            return row(turns, made, second, "pronoun")
    return None


def another(turns: list[Turn], article: Article, dice: random.Random) -> Row | None:
    """``What about Ely?``: the last question with another name or number of the article."""
    first = turns[-1][0]
    inside = [match for match in (*NAME.finditer(first), *NUMBER.finditer(first)) if len(match[0]) > 2]
    if not inside:
        return None
    match = dice.choice(inside)
    own = re.sub(r"['’]s?$", "", match[0])
    others = [
        o for o in like("\n".join(article.paragraphs), own) if o not in first and len(o.split()) == len(own.split())
    ]
    if not others:
        return None
    name, before = re.sub(r"['’]s?$", "", dice.choice(others)), first[: match.start()]
    placed = re.search(r"(?i)\b(in|on|at|for|from|to|by|with|during) (?:the )?$", before)
    forms = [f"What about {name}?", f"And {name}?", f"and {name}?", f"How about {name}?"]
    forms += [f"And {placed[1]} {name}?", f"What about {placed[1]} {name}?"] * 2 if placed else []
    return row(turns, dice.choice(forms), before + name + first[match.start() + len(own) :], "another")


def otherwise(turns: list[Turn], dice: random.Random) -> Row | None:
    """``Where?``: the last question, asking for something else."""
    found = _WH.match(turns[-1][0])
    if not found:
        return None
    words = [w for w in ("When", "Where", "Why", "How") if w != found["wh"] and "year" not in found["wh"] + w]
    word = dice.choice(words if words else ["Where", "Why"])
    asked = dice.choice((f"{word}?", f"And {word.lower()}?", f"{word.lower()}?", f"And {word.lower()} exactly?"))
    return row(turns, asked, f"{word} {found['rest']}", "otherwise")


def said(q: Row, dice: random.Random) -> str:
    answer = q["answers"][0]
    if dice.random() < 0.5:
        return f"{answer[0].upper()}{answer[1:]}."
    start = q["answer_starts"][0] if "answer_starts" in q else max(0, q["context"].find(answer))
    sentence = sentence_of(q["context"], start, start + len(answer))
    return sentence if len(sentence) < 220 else f"{answer}."


def led_on(kind: str, turns: list[Turn], alone: str, second: Row, article: Article, dice: random.Random) -> Row | None:
    """The turns led on in one of the ways there are; None where these words do not allow it."""
    if kind == "taken up":
        return taken_up(turns, second["question"].strip(), article, dice)
    if kind == "another":
        return another(turns, article, dice)
    return otherwise(turns, dice) if kind == "otherwise" else row(turns, alone, alone, "alone")


def talks(article: Article, dice: random.Random) -> Iterator[Row]:
    """Conversations over each paragraph."""
    every = [q["question"].strip() for asked in article.questions.values() for q in asked]
    for asked in article.questions.values():
        fit = [
            q
            for q in asked
            if q["answers"] and stands_alone(q["question"].strip()) and q["question"].strip()[-1] == "?"
        ]
        for second in fit:
            before = dice.sample([q for q in fit if q is not second], min(len(fit) - 1, dice.choice((1, 1, 1, 2))))
            turns = [(q["question"].strip(), said(q, dice)) for q in before]
            if not turns:
                continue
            kind = dice.choices(("taken up", "another", "otherwise", "alone"), (5, 1.2, 1, 1.6))[0]
            made = led_on(
                kind, turns, dice.choice((second["question"].strip(), dice.choice(every))), second, article, dice
            )
            fresh = kind != "alone" or (stands_alone(made["question"]) and made["question"] not in made["conversation"])
            if made and fresh:
                yield made | ({"context": second["context"]} if made["reply"] == second["question"].strip() else {})


def pages(data: Path, dice: random.Random) -> Iterator[Row]:
    """Questions about one illness, one after the other, as people ask them."""
    rows = [
        row
        | {
            "question": row["question"].replace(" (are)", "").replace(" ?", "?"),
            "answers": [row["answer"]],
            "context": "",
        }
        for row in read(data / "reading/medquad_niddk/qa_small.jsonl.gz")
    ]
    for article in by_title(rows).values():
        asked = article.questions[""]
        for first, second in pairwise(asked):
            answer = re.split(r"(?<=[a-z)]\.) (?=[A-Z])", first["answers"][0])[0][:220]
            many = article.title.endswith("s") and article.title[-2:] not in ("is", "us", "ss")
            made = replaced(second["question"], article.title, _FORMS["they" if many else "it"])
            if (
                made
                and len(article.title.split()) < 6
                and "?" not in article.title
                and first["question"] != second["question"]
            ):
                yield row([(first["question"], answer)], made, second["question"], "page")


def trees(rows: list[Row], source: str, dice: random.Random) -> list[Row]:
    rows = dice.sample(rows, len(rows))
    return [
        {"job": "rewrite", "source": source, "phase": 1, "branches": rows[at : at + 8]} for at in range(0, len(rows), 8)
    ]


def train(data: Path, dice: random.Random) -> list[Row]:
    made = [talk for article in squad_parts(data, "train").values() for talk in talks(article, dice)]
    ill = list(pages(data, dice))
    rows = trees(dice.sample(made, min(len(made), 3000)), "squad", dice) + trees(dice.sample(ill, 300), "medquad", dice)
    return dice.sample(rows, len(rows))


def dev(data: Path, dice: random.Random) -> list[Row]:
    made = [talk for article in squad_parts(data, "dev").values() for talk in talks(article, dice)]
    return trees(dice.sample(made, min(len(made), 96)), "squad", dice)


def test(data: Path, dice: random.Random) -> list[Row]:
    """SQuAD's dev articles."""
    made = [talk for article in squad_parts(data, "test").values() for talk in talks(article, dice)]
    return trees(dice.sample(made, min(len(made), 240)), "squad", dice)


PARTS = {"train": train, "dev": dev, "test": test}
