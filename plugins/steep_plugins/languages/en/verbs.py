"""The verbs that rules know, with their forms: a closed list, so that what is not in it is never taken for a verb."""

from __future__ import annotations

from steep.language import word_set

_BASES = """
accept access achieve acknowledge acquire activate adapt add address adjust adopt affect agree aim alert align allow
analyze announce answer appear apply appoint approve archive arrange arrive ask assign assist assume attach attend
audit authorize avoid award base become begin belong block book break bring build buy calculate call cancel care carry
cause certify change charge check choose claim clarify clean clear click close collect combine come commit
communicate compare compile complete comply compute conclude conduct configure confirm connect consider consist
consult contact contain continue contribute control convert coordinate copy correct cost cover create
decide declare decline decrease default define delay delegate delete deliver depend deploy describe
design detect determine develop differ disable disclose discover discuss display distribute divide document donate
download draft drive drop earn edit eliminate email enable encourage encrypt end enforce engage enroll ensure enter
escalate establish estimate evaluate examine exceed exclude execute exist expand expect expire explain export expose
express extend extract face facilitate fail fall fetch file fill filter find finish fit fix focus follow force forget
format forward fund gather generate get give go grant group grow guarantee guide handle happen have help hide hire hold
host identify ignore implement import improve include increase indicate inform inherit insert inspect install integrate
intend introduce investigate invite invoke involve issue join keep know last launch lead learn leave let lie limit link
list listen live load locate lock log look lose maintain make manage map mark match mean measure meet mention merge
migrate monitor mount move mute need negotiate notify obtain occur offer open operate order organize override own
participate pass pay perform permit pick place plan point post prefer prepare present preserve prevent print
process produce prohibit promote prompt propose protect prove provide publish pull purchase push put raise reach read
rebuild receive recommend reconnect record recover redirect reduce refer reflect refuse register reject relate release
remain remember remind remove rename renew reopen repeat replace reply report represent request require reserve reset
resolve respond restart restore restrict result resume retain retire return reuse reveal review revoke rotate run save
say scan schedule scrape search seek select send serve set settle share shift show sign skip sleep solve sort specify
spend split stand start state stay stop store submit subscribe suggest supply support suppress surround suspend switch
sync take talk tell terminate test think throw track train transfer translate travel treat trigger trust try turn type
understand undo uninstall update upgrade upload use validate vary verify view violate visit wait walk want warn watch
wear weigh withdraw work wrap write yield
accompany accrue advise assess bill brief cite commute comment craft deduct defrost draw duplicate earn elect embed
encounter excuse exercise flag forfeit gain invest iterate label leave limit load lock log lower mail mention mute
navigate nominate onboard open outline park paste phase practice press preview qualify quote rate react reassign
recognize recruit refresh reimburse reload repay reschedule resubmit ride ring route scroll seal sell separate ship
simplify sit sound sponsor strive study swap tag teach toggle touch tow unload unlock unplug unsubscribe value
feed burn blow climb cool drain dry float flood freeze grip hang heat hit knock lean lift melt moor
pile pump push rest rise roll sail shut sink slide slow spill spray stack steer steam stick stretch swing thaw turn
volunteer vote wash wedge weld win
"""

_IRREGULAR = {
    "become": "became become",
    "begin": "began begun",
    "break": "broke broken",
    "bring": "brought brought",
    "build": "built built",
    "buy": "bought bought",
    "choose": "chose chosen",
    "come": "came come",
    "cost": "cost cost",
    "draw": "drew drawn",
    "drive": "drove driven",
    "fall": "fell fallen",
    "feed": "fed fed",
    "find": "found found",
    "fit": "fit fit",
    "freeze": "froze frozen",
    "forget": "forgot forgotten",
    "get": "got gotten",
    "give": "gave given",
    "go": "went gone",
    "grow": "grew grown",
    "have": "had had",
    "hang": "hung hung",
    "hide": "hid hidden",
    "hit": "hit hit",
    "hold": "held held",
    "keep": "kept kept",
    "know": "knew known",
    "lead": "led led",
    "leave": "left left",
    "let": "let let",
    "lie": "lay lain",
    "lose": "lost lost",
    "make": "made made",
    "mean": "meant meant",
    "meet": "met met",
    "override": "overrode overridden",
    "pay": "paid paid",
    "put": "put put",
    "read": "read read",
    "rebuild": "rebuilt rebuilt",
    "reset": "reset reset",
    "repay": "repaid repaid",
    "ride": "rode ridden",
    "rise": "rose risen",
    "ring": "rang rung",
    "run": "ran run",
    "say": "said said",
    "seek": "sought sought",
    "sell": "sold sold",
    "send": "sent sent",
    "set": "set set",
    "show": "showed shown",
    "shut": "shut shut",
    "sink": "sank sunk",
    "slide": "slid slid",
    "sit": "sat sat",
    "sleep": "slept slept",
    "spend": "spent spent",
    "split": "split split",
    "stand": "stood stood",
    "stick": "stuck stuck",
    "swing": "swung swung",
    "take": "took taken",
    "teach": "taught taught",
    "tell": "told told",
    "think": "thought thought",
    "throw": "threw thrown",
    "understand": "understood understood",
    "undo": "undid undone",
    "wear": "wore worn",
    "win": "won won",
    "withdraw": "withdrew withdrawn",
    "write": "wrote written",
}

_DOUBLING = word_set(
    """
    tag win sit swap begin commit control cancel drop enroll forget get let log map override permit plan prefer
    put refer run scan set ship skip split stop submit transfer travel wrap
    """
)


def _third(base: str) -> str:
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    if base in _DOUBLING and base not in ("cancel", "travel"):
        return base + base[-1] + "ed"
    return base + "ed"


def _gerund(base: str) -> str:
    if base == "lie":
        return "lying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return base[:-1] + "ing"
    if base in _DOUBLING and base not in ("cancel", "travel"):
        return base + base[-1] + "ing"
    return base + "ing"


BASES = frozenset(_BASES.split())
THIRD = {_third(base): base for base in BASES}
GERUND = {_gerund(base): base for base in BASES} | {"cancelling": "cancel", "travelling": "travel"}
PAST = {(_IRREGULAR[base].split()[0] if base in _IRREGULAR else _past(base)): base for base in sorted(BASES)}
PARTICIPLE = {(_IRREGULAR[base].split()[1] if base in _IRREGULAR else _past(base)): base for base in sorted(BASES)} | {
    "been": "be",
    "cancelled": "cancel",
    "got": "get",
}

# forms that are more often nouns or adjectives: never taken for the finite verb of a sentence
NOUNS = word_set(
    """
    accesses addresses aims bases books breaks calls cares causes changes charges checks claims clicks controls
    copies costs covers defaults delays designs documents downloads drafts drops emails ends exports files
    filters fits fixes forms funds groups guides hosts imports issues lists loads locks logs links limits maps
    marks matches measures moves needs offers orders owns passes pays picks places plans points posts presents
    prints processes prompts promotes pulls pushes records releases replies reports requests results returns
    reviews runs searches sets shares shifts shows signs sorts starts states stays stops stores supplies
    supports switches takes tests tracks trains transfers travels triggers trusts turns types updates upgrades
    uses views visits waits walks wants watches works wraps leaves leads lies means stands talks faces displays
    ranges experiences benefits contacts forces interests questions bills briefs comments drafts flags labels
    mails phases practices previews quotes rates routes seals sounds swaps tags values votes burns blows climbs
    feeds floats floods freezes grips heats hits lifts piles pumps rests rises rolls sails slides spills sprays
    stacks sticks swings draws exercises gains advises presses
    """
) - word_set(
    """
    needs takes runs shows means returns stands uses supports works stays wants stores starts feeds burns
    freezes rises
    """
)

AUXILIARIES = word_set("is are was were can may must should shall will would could might am")
NEGATIVES = {
    "isn't": "is",
    "aren't": "are",
    "wasn't": "was",
    "weren't": "were",
    "can't": "can",
    "cannot": "can",
    "couldn't": "could",
    "shouldn't": "should",
    "won't": "will",
    "wouldn't": "would",
    "mustn't": "must",
    "don't": "do",
    "doesn't": "does",
    "didn't": "did",
    "hasn't": "has",
    "haven't": "have",
}
