"""Laws of a training's plan."""

from hypothesis import given
from hypothesis import strategies as st

from steep.engine.plan import batches, plan_of, shortened

plans = st.builds(
    plan_of,
    rows=st.integers(1, 400),
    batch=st.integers(1, 40),
    epochs=st.integers(1, 5),
    evaluations=st.integers(1, 6),
    warmup=st.floats(0, 0.9),
    max_steps=st.integers(0, 100),
)


def alone(lengths):
    return [[row] for row in range(len(lengths))]


@given(
    st.lists(st.lists(st.integers(1, 500), min_size=1, max_size=9), min_size=1, max_size=60),
    st.integers(1, 33),
    st.integers(0, 5),
    st.integers(),
)
def test_an_epoch_holds_every_row_once_in_batches_of_the_size(bundled, size, epoch, seed):
    lengths = [length for bundle in bundled for length in bundle]
    rows = iter(range(len(lengths)))
    bundles = [[next(rows) for _ in bundle] for bundle in bundled]
    cut = batches(bundles, lengths, size=size, epoch=epoch, seed=seed)
    assert sorted(row for batch in cut for row in batch) == list(range(len(lengths)))
    assert all(len(batch) <= size for batch in cut)
    assert len(cut) == -(-len(lengths) // size)
    assert cut == batches(bundles, lengths, size=size, epoch=epoch, seed=seed)


def test_epochs_differ_in_order_and_rows_of_a_batch_in_little():
    lengths = [(row * 37) % 101 for row in range(320)]
    first, second = (batches(alone(lengths), lengths, size=16, epoch=epoch, seed=0) for epoch in (0, 1))
    assert first != second
    spread = [max(lengths[row] for row in batch) - min(lengths[row] for row in batch) for batch in first]
    assert sum(spread) / len(spread) < 10


def test_rows_of_a_bundle_are_mostly_in_one_batch():
    lengths = [100] * 500
    bundles = [list(range(at, at + 5)) for at in range(0, 500, 5)]
    cut = batches(bundles, lengths, size=16, epoch=0, seed=0)
    place = {row: number for number, batch in enumerate(cut) for row in batch}
    together = sum(len({place[row] for row in bundle}) == 1 for bundle in bundles)
    assert together >= 75


@given(plans)
def test_the_rate_rises_to_one_and_falls_towards_zero(plan):
    rates = [plan.rate(step) for step in range(plan.steps)]
    assert all(0 < rate <= 1 for rate in rates[:-1])
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)


@given(plans)
def test_the_last_step_is_evaluated(plan):
    assert plan.evaluates_after(plan.steps)
    assert 1 <= plan.every <= plan.per_epoch


@given(plans, st.integers(0, 20), st.floats(0, 5000), st.floats(0.01, 10), st.floats(0, 60))
def test_a_shortened_plan_fits_the_time_and_is_never_longer(plan, done, seconds, step, score):
    done = min(done, plan.steps - 1)
    short = shortened(plan, done=done, seconds=seconds, step_seconds=step, score_seconds=score)
    assert done < short.steps <= plan.steps
    if short.steps > done + 1:
        assert (short.steps - done) * (step + score / plan.every) <= seconds * 1.0001
    assert short.evaluates_after(short.steps)
