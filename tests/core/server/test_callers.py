from types import SimpleNamespace

import pytest

from steep.server.callers import caller_of, needs
from steep.server.errors import NotAllowed
from steep.values import OPERATOR, SCOPES, Caller


def connection(caller=None, *, loopback=True):
    scope = {} if caller is None else {"steep.caller": caller}
    app = SimpleNamespace(state=SimpleNamespace(loopback=loopback))
    return SimpleNamespace(scope=scope, app=app, client=SimpleNamespace(host="10.1.2.3"))


def test_a_scope_includes_those_before_it():
    for have, scope in enumerate(SCOPES):
        caller = Caller(name="anna", scope=scope)
        assert [caller.may(each) for each in SCOPES] == [wanted <= have for wanted in range(len(SCOPES))]


async def passes(scope, caller):
    await needs(scope)(connection(caller), None)


@pytest.mark.parametrize("wanted", SCOPES)
@pytest.mark.parametrize("have", SCOPES)
def test_a_guard_lets_those_pass_that_may(wanted, have):
    caller = Caller(name="anna", scope=have)
    going = passes(wanted, caller)
    if caller.may(wanted):
        with pytest.raises(StopIteration):
            going.send(None)
    else:
        with pytest.raises(NotAllowed, match=f"needs the scope `{wanted}`, and anna has `{have}`"):
            going.send(None)


def test_on_this_machine_alone_everybody_is_the_operator():
    assert caller_of(connection()) is OPERATOR
    assert caller_of(connection(loopback=False)) == Caller(name="http:10.1.2.3", scope="ask")


def test_a_caller_is_made_once():
    one = connection(loopback=False)
    assert caller_of(one) is caller_of(one)
