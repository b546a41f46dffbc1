import pytest

from steep.testing.guardrail import guard_request
from steep_plugins.guardrails.secrets import Secrets

RANDOM = "q7Rz2LwX9vTb4NcY"


def rules(text):
    return [found.rule for found in Secrets().check(guard_request("input", text)).findings]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("aws-access-key", "AKIA" + "Q7RZ2LWX9VTB4NCY"),
        ("github-token", "ghp_" + RANDOM * 2 + "abcd"),
        ("slack-token", "xoxb-" + "123456789012-" + RANDOM),
        ("stripe-key", "sk_live_" + RANDOM),
        ("google-key", "AIza" + RANDOM * 2 + "abc"),
        ("model-api-key", "sk-proj-" + RANDOM * 2),
        ("json-web-token", f"eyJ{RANDOM}.eyJ{RANDOM}.{RANDOM}"),
        ("telegram-bot-token", "1234567890:" + (RANDOM * 3)[:35]),
        ("discord-bot-token", "M" + (RANDOM * 2)[:23] + "." + RANDOM[:6] + "." + (RANDOM * 2)[:27]),
        ("twilio-api-key", "AC" + "0a1b2c3d4e5f6071" * 2),
        ("named-secret", "password: Tr0ub,4dor(3);&x"),
        ("named-secret", "the password is 'Tr0ub,4dor)3' and"),
        ("named-secret", "Passwort: h4Fen!Tor<27"),
        ("named-secret", f'password = "{RANDOM}"'),
        ("named-secret", f"the API key is: {RANDOM}."),
        ("password-in-url", f"postgres://app:{RANDOM}@db.local/x"),
    ],
)
def test_each_form_is_found(rule, text):
    assert rules(f"use {text} now") == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "The password must have twelve characters.",
        "password: your-password-here",
        "export TOKEN=${TOKEN}",
        "api_key = os.environ['KEY']",
        "AKIAIOSFODNN7EXAMPLE",
        "the [token](#section-6b) and the password (see 4.2b, page 12a) of os.environ1['x9'].get(y)",
        "The secret: be kind. Token = <token>",
        "commit 0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_words_about_secrets_pass(text):
    assert rules(text) == []


def test_a_private_key_is_taken_out_whole():
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
    assert Secrets().check(guard_request("input", f"a\n{key}\nb")).rewritten == "a\n[SECRET]\nb"
    assert rules("-----BEGIN PRIVATE KEY-----\ncut off") == ["private-key"]
