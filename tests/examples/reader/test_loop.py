"""Training learns, and a killed training ends where an unbroken one does."""

from dataclasses import replace

import pytest
from safetensors.torch import load_file

from reader_starter import loop as checkpoint
from reader_starter.loop import Schedule, train
from reader_starter.plan import Phase, batches
from reader_starter.sources import ReadingExample
from reader_starter.train import halfway
from steep.engine.adapters import save_adapter
from steep.errors import DatasetError
from steep_plugins.encoders import MINILM
from steep_plugins.generators.reader.model import with_adapter, with_new_lora

CONTEXT = "The pier has two cranes. The gate has one lamp. The yard has nine carts."
EXAMPLES = [
    ReadingExample(question=f"How many {thing}?", context=CONTEXT, span=(at, at + len(count)))
    for thing, count in (("cranes", "two"), ("lamps", "one"), ("carts", "nine"))
    for at in (CONTEXT.index(count),)
] + [ReadingExample(question="How many boats?", context=CONTEXT, span=None)]


class Killed(Exception):
    pass


@pytest.fixture
def trained(tiny, encoder, tmp_path):
    """Trains a tiny network; ``stop`` kills the loop after that many steps of one try."""

    def run(folder="work", *, stop=None, plan="plan", passes=12, rivals=()):
        import torch

        torch.set_num_threads(1)
        model = with_new_lora(tiny(), rank=4, alpha=8, dropout=0.0, seed=1)
        losses = []
        steps = 0

        def progress(at):
            nonlocal steps
            steps += 1
            losses.append(float(at.note.split()[1].rstrip(",")))
            if steps == stop:
                raise Killed

        phases = [Phase(name="read", examples=EXAMPLES * 2, passes=passes, length=64, masking=0.1, rivals=rivals)]
        planned = batches(phases, encoder, size=4, seed=0)
        schedule = Schedule(rate=2e-2, warmup=2, averaging=0.9, every=5)
        try:
            train(model, planned, encoder, schedule=schedule, folder=tmp_path / folder, plan=plan, progress=progress)
        except Killed:
            return None, losses
        return {name: weight.detach() for name, weight in model.named_parameters() if weight.requires_grad}, losses

    return run


def test_the_loss_falls(trained):
    _, losses = trained()
    assert losses[-1] < losses[0] - 0.3


def test_a_killed_training_ends_with_the_same_weights(trained):
    unbroken, _ = trained("unbroken")
    for stop in (3, 8, 6):
        assert trained("broken", stop=stop)[0] is None
    resumed, losses = trained("broken")
    assert len(losses) < 24
    assert unbroken.keys() == resumed.keys()
    assert all(weight.equal(resumed[name]) for name, weight in unbroken.items())


def test_a_checkpoint_of_another_plan_is_refused(trained):
    trained(stop=7)
    with pytest.raises(DatasetError, match="other data or settings"):
        trained(plan="another")


def test_a_half_written_checkpoint_is_ignored(trained, tmp_path):
    trained(stop=7)
    (tmp_path / "work" / f"{checkpoint.NAME}.partial").write_bytes(b"torn")
    assert trained()[0] is not None


def test_only_adapter_and_head_are_trained(trained, tiny):
    weights, _ = trained(passes=1)
    assert all("lora_" in name or "qa_outputs" in name for name in weights)


def test_passages_side_by_side_are_learned_from_together(trained):
    rival = replace(EXAMPLES[0], context="The moor has two ponies. The hill has one tree.", span=None)
    _, losses = trained(rivals=[rival, None, replace(rival, question=EXAMPLES[2].question), None] * 2)
    _, alone = trained("alone")
    assert losses[0] != alone[0]
    assert losses[-1] < losses[0] - 0.3


def test_halfway_between_two_adapters_lies_their_mean(tiny, tmp_path):
    for number, name in enumerate(("first", "second")):
        model = with_new_lora(tiny(), rank=4, alpha=8, dropout=0.0, seed=number)
        save_adapter(model, tmp_path / name, name=MINILM.hub)
    halfway(tmp_path / "first", tmp_path / "second", tmp_path / "mean")
    first, second, mean = (
        load_file(tmp_path / name / "adapter_model.safetensors") for name in ("first", "second", "mean")
    )
    assert all(value.allclose(((first[name] + second[name]) / 2).half()) for name, value in mean.items())
    assert with_adapter(tiny(), tmp_path / "mean", name="mean") is not None
