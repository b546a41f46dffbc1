"""What is measured of a trainee beside its own rows."""

from steep.tuning.judging import Judge


class Quoting:
    """Points at words of passages, and writes none."""

    objectives = ("span",)


def test_of_what_follows_no_instructions_none_are_said_to_be_forgotten(tmp_path):
    said = []
    assert Judge(tmp_path, said.append).general("before", Quoting, ()) is None
    assert said == []
