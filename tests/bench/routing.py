"""How many questions routers send where they belong: `python tests/bench/routing.py [embedding] [smollm2]`.

The questions of routing.json were written apart from its examples, none of which is asked. Those that belong nowhere
should go to the default profile, `rag`.
"""

import json
import sys
import time
from pathlib import Path

from steep import Context
from steep.kinds import RouteRequest
from steep.values import OPERATOR
from steep_plugins.embedders.encoder import EncoderEmbedder
from steep_plugins.encoders import MINILM
from steep_plugins.models import LocalOptions, build_smollm2
from steep_plugins.routers import ChoiceOptions, NearestOptions, build_choice, build_nearest

ASKED = json.loads((Path(__file__).parent / "routing.json").read_text("utf-8"))


def nearest(least):
    embedder = EncoderEmbedder(MINILM)
    examples = [{"profile": name, "questions": each} for name, each in ASKED["examples"].items()]
    options = NearestOptions.model_validate({"examples": examples, "least": least})
    return build_nearest(options, Context(embedder=lambda: embedder))


def choice(least):
    model = build_smollm2(LocalOptions(), Context())
    profiles = [{"profile": name, "about": each} for name, each in ASKED["about"].items()]
    options = ChoiceOptions.model_validate({"model": "smollm2", "profiles": profiles, "least": least})
    return build_choice(options, Context(model=lambda name: model))


def measure(name, router):
    profiles = ("rag", *ASKED["examples"])
    right, total, wrong = {}, {}, []
    begun = time.perf_counter()
    for wanted, questions in ASKED["questions"].items():
        for question in questions:
            route = router.route(RouteRequest(question=question, caller=OPERATOR, profiles=profiles))
            total[wanted] = total.get(wanted, 0) + 1
            if route.profile == (wanted or "rag"):
                right[wanted] = right.get(wanted, 0) + 1
            else:
                wrong.append((wanted or "nowhere", route.profile, question, route.reason))
    seconds = (time.perf_counter() - begun) / sum(total.values())
    inside = sum(right.get(each, 0) for each in total if each), sum(total[each] for each in total if each)
    print(
        f"{name}: {inside[0]} of {inside[1]} to their profile, {right.get('', 0)} of {total['']} that belong nowhere "
        f"to the default; {1000 * seconds:.0f} ms a question"
    )
    return wrong


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["embedding", "smollm2"]
    if "embedding" in chosen:
        for least in (0.0, 0.2, 0.25, 0.3, 0.35, 0.4):
            wrong = measure(f"embedding, least = {least}", nearest(least))
            if least == 0.2:
                print(*wrong, sep="\n")
    if "smollm2" in chosen:
        for least in (0.0, 0.6):
            wrong = measure(f"smollm2, least = {least}", choice(least))
        print(*wrong[:8], sep="\n")
