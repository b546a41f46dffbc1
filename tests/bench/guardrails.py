"""Measures the guardrails on public data: what they find, and what they block without reason.

    python tests/bench/guardrails.py [--json] [--only injection,personal-data]

The data is looked for in ../shared/data beside the repository, or where STEEP_SHARED_DATA points.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

from steep.kinds import GuardRequest
from steep.language import sentence_spans
from steep.values import Hit, Passage
from steep_plugins.guardrails.injection import Injection
from steep_plugins.guardrails.personal_data import PersonalData
from steep_plugins.guardrails.secrets import Secrets

DATA = Path(os.environ.get("STEEP_SHARED_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data"))
# the labels of the generated sentences that a kind of ours stands for
LABELS = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "US_SSN": "national-id",
    "US_DRIVER_LICENSE": "driver-license",
    "ADDRESS": "address",
}
# the labels know one kind of IP address
SAME = {"private-ip": "ip"}
BIRTH = re.compile(r"\b(?:born|birth)\b", re.IGNORECASE)


def rows(path: str) -> list[dict]:
    return lines(DATA / path)


def lines(file: Path) -> list[dict]:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(line) for line in data.decode("utf-8").splitlines() if line.strip()]


def asked(text: str) -> GuardRequest:
    return GuardRequest(stage="input", text=text, question=text)


def retrieved(text: str) -> GuardRequest:
    passage = Passage(document="d", version="v", path="p", title="", start=0, end=len(text), text=text)
    return GuardRequest(stage="passages", text="", question="", hits=(Hit(passage=passage, score=1.0, rank=1),))


def prompts(guard: Injection) -> dict:
    found, total = Counter(), Counter()
    for row in rows("safety/prompt_injection_deepset_train/train.jsonl"):
        total[row["label"]] += 1
        found[row["label"]] += not guard.check(asked(row["text"])).passed
    return {
        "injections": total["injection"],
        "recall": round(found["injection"] / total["injection"], 4),
        "benign": total["benign"],
        "false_block_rate": round(found["benign"] / total["benign"], 4),
    }


def ordinary(guard: Injection) -> dict:
    """Questions that people asked of documents, and harmless ones with the words of orders: how many are blocked."""
    root = Path(__file__).resolve().parents[2]
    files = [
        *sorted((root / "tests" / "bench" / "questions").glob("*.jsonl")),
        *sorted((root / "examples").glob("*/questions.jsonl")),
    ]
    asked_of = {
        str(file.relative_to(root)): [row["question"] for row in lines(file) if "question" in row] for file in files
    }
    harmless = root / "tests" / "plugins" / "guardrails" / "harmless.txt"
    asked_of[str(harmless.relative_to(root))] = harmless.read_text("utf-8").splitlines()
    return {
        name: {"questions": len(texts), "blocked": sum(not guard.check(asked(text)).passed for text in texts)}
        for name, texts in asked_of.items()
    }


def speed(guards: dict) -> dict:
    """CPU milliseconds for a text of so many characters, made of prose; the least of three."""
    prose = "\n\n".join(row["text"] for row in rows("corpora/everything_curl/corpus.jsonl.gz"))
    result: dict = {}
    for name, guard in guards.items():
        for size in (10_000, 288_000):
            taken = []
            for _ in range(3):
                begun = time.process_time()
                guard.check(asked(prose[:size]))
                taken.append(1000 * (time.process_time() - begun))
            result.setdefault(name, {})[str(size)] = round(min(taken), 1)
    return result


def indirect(guard: Injection) -> dict:
    """Each attack goes on a line between two sentences of a carrier; found, when words of it are barred."""
    attacks, carriers = rows("safety/bipia_train/attacks.jsonl"), rows("safety/bipia_train/contexts.jsonl.gz")
    prose = [row for row in carriers if row["kind"] == "email"]
    chance = random.Random(0)
    found, total, beside = Counter(), Counter(), 0
    for row in attacks:
        carrier = chance.choice(prose)["context"]
        spans = sentence_spans(carrier)
        place = spans[len(spans) // 2][1]
        text = f"{carrier[:place]}\n{row['text']}\n{carrier[place:]}"
        start, end = place + 1, place + 1 + len(row["text"])
        findings = guard.check(retrieved(text)).findings
        total[row["source"]] += 1
        found[row["source"]] += any(each.start < end and start < each.end for each in findings)
        beside += sum(each.end <= start or end <= each.start for each in findings)
    clean, alarms = Counter(), Counter()
    for row in carriers:
        text = row["context"] if isinstance(row["context"], str) else "\n".join(row["context"])
        clean[row["kind"]] += len(sentence_spans(text))
        alarms[row["kind"]] += len(guard.check(retrieved(text)).findings)
    return {
        "recall": {source: round(found[source] / total[source], 4) for source in total},
        "attacks": dict(total),
        "wrongly_barred_beside_attacks": beside,
        "clean_sentences": dict(clean),
        "false_positives": dict(alarms),
    }


def documents(guard: Injection | PersonalData | Secrets, show: bool = False) -> dict:
    result = {}
    for folder in sorted(path for path in (DATA / "corpora").iterdir() if path.is_dir()):
        file = next(folder.glob("corpus.jsonl*"))
        sentences = alarms = 0
        rules: Counter[str] = Counter()
        for row in rows(str(file.relative_to(DATA))):
            sentences += len(sentence_spans(row["text"]))
            findings = guard.check(retrieved(row["text"])).findings
            alarms += len(findings)
            rules.update(each.rule for each in findings)
            for each in findings if show else ():
                print(
                    folder.name, each.rule, each.score, repr(row["text"][each.start : each.end][:200]), file=sys.stderr
                )
        rate = round(100 * alarms / sentences, 4)
        result[folder.name] = {"sentences": sentences, "barred": alarms, "percent": rate, "rules": dict(rules)}
    return result


def labels(row: dict):
    """The labelled spans that a kind of ours stands for; a date is one of birth where the sentence says so."""
    for span in row["spans"]:
        if kind := LABELS.get(span["type"]):
            yield kind, span["start"], span["end"]
        elif span["type"] == "DATE_TIME" and BIRTH.search(row["text"]):
            yield "birth-date", span["start"], span["end"]


def personal(guard: PersonalData) -> dict:
    """Span-wise: a labelled span counts as found when a finding of its kind overlaps it."""
    found, labelled, right, reported = Counter(), Counter(), Counter(), Counter()
    for row in rows("safety/pii_generated/generated_large.jsonl.gz"):
        findings = guard.check(asked(row["text"])).findings
        spans = list(labels(row))
        for kind, start, end in spans:
            labelled[kind] += 1
            found[kind] += any(
                SAME.get(each.rule, each.rule) == kind and each.start < end and start < each.end for each in findings
            )
        for each in findings:
            kind_of = SAME.get(each.rule, each.rule)
            reported[kind_of] += 1
            right[kind_of] += any(
                kind == kind_of and each.start < end and start < each.end for kind, start, end in spans
            )
    kinds = sorted({*labelled, *reported})
    return {
        kind: {
            "labelled": labelled[kind],
            "recall": round(found[kind] / labelled[kind], 4) if labelled[kind] else None,
            "reported": reported[kind],
            "precision": round(right[kind] / reported[kind], 4) if reported[kind] else None,
        }
        for kind in kinds
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", default="injection,personal-data,secrets,speed", help="which guardrails, with commas")
    parser.add_argument("--show", action="store_true", help="write the barred sentences of the corpora to stderr")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if not DATA.is_dir():
        sys.exit(f"there is no data at {DATA}; set STEEP_SHARED_DATA")
    report: dict = {}
    if "injection" in wanted:
        guard = Injection()
        report["injection"] = {
            "prompts": prompts(guard),
            "ordinary": ordinary(guard),
            "indirect": indirect(guard),
            "documents": documents(guard, options.show),
        }
    if "personal-data" in wanted:
        report["personal-data"] = {
            "sentences": personal(PersonalData()),
            "documents": documents(PersonalData(), options.show),
        }
    if "secrets" in wanted:
        report["secrets"] = {"documents": documents(Secrets(), options.show)}
    if "speed" in wanted:
        parts = {"injection": Injection(), "personal-data": PersonalData(), "secrets": Secrets()}
        report["speed"] = speed(parts)
    print(json.dumps(report) if options.json else json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
