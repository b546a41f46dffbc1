from steep.chain import Chain


def test_a_log_is_verified_and_the_first_line_that_was_changed_is_named(steep, make_project):
    folder = make_project('[[tracker]]\nuse = "audit"\nfile = "logs/a.jsonl"\n', indexed=False).folder
    assert steep("audit", "verify", into=folder).code == 3
    for number in range(3):
        Chain(folder / "logs/a.jsonl").append({"event": "answered", "at": float(number)})
    assert steep("audit", "verify", "--json", into=folder).json["lines"] == 3
    assert "3 lines" in steep("audit", "verify", into=folder).out
    log = folder / "logs/a.jsonl"
    log.write_text(log.read_text("ascii").replace('"at": 1.0', '"at": 2.0'), "ascii")
    ran = steep("audit", "verify", into=folder)
    assert (ran.code, "line 2: its words are not those" in ran.err) == (3, True)
