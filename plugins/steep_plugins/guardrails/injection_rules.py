"""What an order to the model looks like, as weighted rules over one folded sentence.

Two shapes of rule. A ``Window`` wants a verb, what it is about, and a qualifier within a few words of each other, in
any of several languages. A ``Shape`` is a regular expression. Both run in linear time: windows look at a bounded number
of words, and no quantifier of a shape is unbounded or nested in one that is.

A rule that would also find ordinary prose of manuals is used on questions only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from steep_plugins.guardrails.folding import fold

__all__ = ["RULES", "Rule", "Shape", "Window"]

BOTH = frozenset({"input", "passages"})
INPUT = frozenset({"input"})


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``verbs`` with ``objects`` at most ``reach`` words after (or before, if ``either``), ``qualifiers`` among them.

    Without ``qualifiers`` none is wanted. ``negated`` words right before a verb undo it: "do not ignore all rules".
    """

    name: str
    weight: float
    verbs: frozenset[str]
    objects: frozenset[str]
    qualifiers: frozenset[str] = frozenset()
    reach: int = 7
    either: bool = False
    stages: frozenset[str] = BOTH

    def matches(self, words: list[str], vocabulary: frozenset[str], text: str) -> bool:
        if not (vocabulary & self.verbs and vocabulary & self.objects):
            return False
        return any(word in self.verbs and self._at(words, index) for index, word in enumerate(words))

    def _at(self, words: list[str], index: int) -> bool:
        if index and words[index - 1] in _NEGATIONS:
            return False
        after = words[index + 1 : index + 1 + self.reach]
        around = [words[max(0, index - self.reach) : index], after] if self.either else [after]
        return any(
            not self.objects.isdisjoint(side) and (not self.qualifiers or not self.qualifiers.isdisjoint(side))
            for side in around
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """``pattern`` is searched for in the folded text; ``needs`` are words one of which must be there at all."""

    name: str
    weight: float
    pattern: re.Pattern[str]
    needs: frozenset[str] = frozenset()
    stages: frozenset[str] = BOTH

    def matches(self, words: list[str], vocabulary: frozenset[str], text: str) -> bool:
        if self.needs and not vocabulary & self.needs:
            return False
        return self.pattern.search(text) is not None


Rule = Window | Shape

_NEGATIONS = _words("not never don't dont nicht niemals never n't cannot can't")


def _shape(name: str, weight: float, pattern: str, needs: str = "", stages: frozenset[str] = BOTH) -> Shape:
    return Shape(name=name, weight=weight, pattern=re.compile(pattern), needs=_words(needs), stages=stages)


# up to n words between; a word here is anything but a space
def _gap(most: int) -> str:
    return rf"(?: [^ ]{{1,30}}){{0,{most}}} "


_TELL = "say|print|output|write|reply|respond|answer|return|state|repeat|echo|display"
_STEER = (
    "add|include|insert|append|integrate|incorporate|mention|modify|begin|start|end|finish|replace|substitute|remove|"
    "translate|convert|encode|rearrange|misspell|introduce|embed|conclude|rewrite|provide|craft|deliver|use|group|"
    "limit|shorten|change|adjust|alter|weave|omit|exclude|present|promote|advertise|recommend|render|express|phrase"
)

_OVERRIDES: tuple[Rule, ...] = (
    Window(
        name="override",
        weight=0.9,
        verbs=_words(
            "ignore ignoring disregard disregarding forget forgetting neglect abandon discard bypass disobey erase "
            "overlook "
            "dismiss"
        ),
        qualifiers=_words(
            "all any every your previous prior preceding above earlier before given provided system initial "
            "original foregoing past everything these those other"
        ),
        objects=_words(
            "instructions instruction prompt prompts commands command orders order directions directives directive "
            "guidelines assignments tasks programming training restrictions constraints thoughts everything told said"
        ),
        reach=6,
    ),
    _shape(
        "override",
        0.9,
        r"\b(?:ignore|disregard|forget|drop|override|change|cancel) (?:about )?(?:all |any |of )?your "
        r"(?:[^ ]{1,20} )?(?:instructions|rules|guidelines|prompt|training|programming|orders|context)\b",
        "ignore disregard forget drop override change cancel",
    ),
    _shape(
        "override",
        0.7,
        r"\b(?:forget|ignore|disregard) (?:about )?(?:everything|all|anything)(?:\b.{0,3}$| (?:above|before"
        r"|previous|prior"
        r"|that|you|i|we|and|else|of|information|context|documents|articles)\b|[,.!;:])",
        "forget ignore disregard",
    ),
    _shape(
        "override",
        0.7,
        r"\b(?:ignore|disregard|forget) (?:the |all )?(?:above|foregoing|previous|preceding)(?: and\b|\W{0,3}$| text\b"
        r"| information\b| documents?\b| articles?\b)|"
        r"\b(?:ignore|disregard) (?:all |the |any )?(?:provided |given )?(?:context|documents|articles) (?:and"
        r"|provided|given)\b",
        "forget ignore disregard",
    ),
    _shape(
        "override",
        0.6,
        r"\b(?:deviating from|contrary to|despite|regardless of|instead of) (?:what you(?:'ve| have) been told|"
        r"(?:all |any |your |the )?(?:previous|prior|earlier) instructions)\b",
        "deviating contrary despite regardless instead",
    ),
    Window(
        name="override-de",
        weight=0.9,
        verbs=_words(
            "ignoriere ignorieren ignorier ignoriert vergiss vergessen vergesse missachte missachten verwirf "
            "verwerfen streichen überschreibe"
        ),
        qualifiers=_words(
            "alle alles vorherigen bisherigen vorangehenden vorangegangenen obigen vorigen früheren deine ihre "
            "davor gesagte vorher zuvor sämtliche die bisher"
        ),
        objects=_words(
            "anweisungen anweisung instruktionen befehle aufgaben aufträge angaben informationen vorgaben prompt "
            "prompts anleitungen ausführungen alles gesagte regeln"
        ),
        either=True,
    ),
    _shape(
        "override-de",
        0.6,
        r"\b(?:abweichend (?:zu|von)|entgegen) (?:[^ ]{1,20} )?(?:vorherigen|bisherigen|vorigen"
        r"|obigen) (?:instruktionen|"
        r"anweisungen)|\b(?:bisherigen|vorherigen) (?:informationen|anweisungen).{0,40}\b(?:irrelevant|hinter sich"
        r"|hinter dir)",
        "abweichend entgegen bisherigen vorherigen",
    ),
    Window(
        name="override-romance",
        weight=0.9,
        verbs=_words(
            "ignora ignore ignorez ignorad ignorar ignoren ignorate olvida olvide olviden olvidar oublie oubliez "
            "oublier "
            "dimentica dimenticate dimenticare esquece esqueça esqueçam descarta negligez"
        ),
        qualifiers=_words(
            "todas todos toda todo anteriores anterior previas previo las los tus tes toutes tous precedentes "
            "precedente tutte tutti precedenti as antes ci-dessus tout le les"
        ),
        objects=_words(
            "instrucciones instrucción órdenes indicaciones reglas instructions consignes ordres instruções "
            "istruzioni comandi regole ordens todo tout tutto antes"
        ),
        reach=6,
    ),
    Window(
        name="override-slavic",
        weight=0.9,
        verbs=_words(
            "забудь забудьте игнорируй игнорируйте zaboravi zaboravite ignoriraj zapomnij zignoruj ignoruj ignorujte "
            "zapomeň проигнорируй"
        ),
        objects=_words(
            "инструкции инструкций указания команды всё instrukcije instrukcja instrukcje instrukcji polecenia "
            "instrukce pokyny upute"
        ),
        reach=6,
    ),
    Window(
        name="override-nl-nordic",
        weight=0.9,
        verbs=_words("negeer vergeet ignorera glöm ignorer glem"),
        qualifiers=_words(
            "alle alla eerdere vorige bovenstaande tidigare föregående tidligere foregående dina dine je"
        ),
        objects=_words("instructies opdrachten instruktioner instruksjoner instrukser regels anvisningar"),
    ),
    _shape(
        "override-cjk",
        0.9,
        r"(?:忽略|无视|無視|忘记|忘記|忘れ).{0,12}(?:指令|指示|提示|说明|規則|规则|命令)|"
        r"(?:指令|指示|命令|プロンプト).{0,8}(?:無視|忘れ)|(?:지시|명령).{0,8}(?:무시|잊)",
    ),
    _shape("override-arabic", 0.9, r"(?:تجاهل|انس).{0,20}(?:التعليمات|الاوامر|الأوامر)"),
    _shape(
        "override-joined",
        0.9,
        r"(?:ignore|disregard|forget)(?:all|any|the|your)?(?:previous|prior|above|everything|instructions)|saythatyou|"
        r"systemprompt|vergissalle|ignorierealle",
    ),
)

_TASKS: tuple[Rule, ...] = (
    _shape(
        "new-task",
        0.6,
        r"\b(?:focus|concentrate)(?: yourself)? on (?:your|the) new task\b|\bnew (?:instructions|tasks) (?:follow"
        r"|are as follows|begin)\b"
        r"|\byour (?:new |real |actual |only )(?:task|instructions?|goal|mission|job|role) (?:now )?(?:is|are)\b"
        r"|\byour (?:instructions|task) (?:is|are) now\b|\b(?:start|begin|we start) (?:over|anew"
        r"|again)?(?: ?with)? ?(?:a )?new task\b",
        "new real actual instructions task",
    ),
    _shape(
        "new-task",
        0.6,
        r"\b(?:konzentriere dich|konzentrieren sie sich) (?:jetzt |nun )?auf (?:deine|die|ihre) neue aufgabe\b"
        r"|\b(?:folgen|kommen) (?:jetzt |nun )?(?:aber )?(?:neue|weitere|noch ein paar) (?:aufgaben|anweisungen)\b"
        r"|\b(?:nun|jetzt) folgen (?:neue|weitere)\b",
        "aufgabe aufgaben anweisungen",
    ),
    _shape(
        "new-task",
        0.5,
        r"\b(?:very (?:good|well done)|well done|simply great|excellent|okay|fantastic)\b.{0,80}\b(?:now|further"
        r"|another) "
        r"(?:[^ ]{1,15} ){0,6}(?:task|tasks|manifesto|write|essay)\b|"
        r"\b(?:sehr gut|gut gemacht|ausgezeichnet|grossartig|fantastisch)\b.{0,80}\b(?:nun|jetzt|weitere[nr]?)\b",
        "task tasks write nun jetzt weiteren manifesto essay",
        INPUT,
    ),
)

_PROMPTS: tuple[Rule, ...] = (
    _shape(
        "prompt-leak",
        0.85,
        rf"\b(?:show|reveal|print|repeat|display|output|tell|give|leak|share|list|expose|quote|recite){_gap(5)}"
        r"(?:system prompt|prompt texts?|your (?:[^ ]{1,20} )?(?:prompts?|instructions|rules|system message)"
        r"|full prompt|"
        r"initial prompt|the text above|hidden instructions)\b",
        "prompt prompts instructions rules above message text",
    ),
    _shape(
        "prompt-leak",
        0.7,
        r"\bwhat (?:is|are|was|were) (?:your (?:[^ ]{1,20} )?(?:instructions|system prompt|prompt|initial prompt)|"
        r"written (?:above|at the (?:beginning|start|top)))\b|\b(?:beginning|start|top) of (?:this|the|your) prompt\b"
        r"|\bsentences? before the text\b|\binformation in the prompt\b",
        "what beginning start top before prompt",
    ),
    _shape(
        "prompt-leak",
        0.85,
        r"\b(?:zeige?n?|gib|geben|nenne|wiederhole|vorzeigen)\b(?: [^ ]{1,30}){0,5} (?:prompt|prompts|prompt-texte?|"
        r"systemprompt|anweisungen von dir)\b|\bvollstandigen prompt",
        "prompt prompts texte text systemprompt anweisungen textes",
    ),
)

_ROLES: tuple[Rule, ...] = (
    _shape(
        "role",
        0.6,
        r"\b(?:i want you to|you (?:will|must|should|shall)|please) (?:now )?(?:act|behave|respond|pretend) (?:as"
        r"|like|to be)\b"
        r"|\bpretend (?:to be|you|that you)\b|\bimagine (?:that )?you(?: are|'re)\b|\bnow you (?:are|act)\b"
        r"|\bact as (?:a|an|two|my)\b"
        r"|\bin this role(?:play)?\b|\bstay in character\b|\bdo(?:es)? not break character\b"
        r"|\bwithout breaking character\b",
        "act behave pretend imagine now role roleplay character",
        INPUT,
    ),
    _shape(
        "role",
        0.6,
        r"\b(?:ich mochte,? dass (?:sie|du) als)\b|\bstell(?:en sie sich| dir)? (?:vor,? )?(?:du bist|sie sind)\b|"
        r"\bstell dir vor, du bist\b|\b(?:nun|jetzt) bist du\b|\bdu bist (?:jetzt|nun|keine?)\b|\baus (?:ihre[rn]"
        r"|der) rolle\b"
        r"|\btu so,? als\b|\bgehst vollkommen in deiner rolle\b",
        "ich stell stellen nun jetzt du rolle tu",
        INPUT,
    ),
    _shape(
        "role",
        0.5,
        r"\b(?:actors?|schauspieler|characters?|charakter|figur)\b.{0,200}\b(?:character|role|roles|rolle|rollen"
        r"|robbery|raububerfall"
        r"|hacker|figure)\b.{0,300}: ?$|^(?:john|ben|bob|alice) ?: ?$|\b(?:john|ben|alice"
        r"|bob) ?: .{0,100}\b(?:break into|bricht man|"
        r"get in such|in (?:so )?ein haus|house)\b",
        "actor actors schauspieler character characters figur alice john ben",
        INPUT,
    ),
    _shape(
        "jailbreak",
        0.7,
        r"\bfrom now on,? you (?:are|will|must|should|shall)\b|\bdo anything now\b"
        r"|\bdeveloper mode (?:is )?(?:enabled|on|output|activated)\b"
        r"|\byou are (?:now )?(?:dan|unrestricted|uncensored|unfiltered|jailbroken|free from)\b"
        r"|\bno longer (?:bound|restricted) by\b"
        r"|\b(?:evil|unfiltered|uncensored|jailbroken) (?:ai|assistant|chatbot|confidant|version)\b|\bbose ki\b"
        r"|\bwithout (?:any )?(?:ethical|moral|safety) (?:restrictions|guidelines|limits|filters)\b",
        "now mode unrestricted uncensored unfiltered jailbroken free longer evil bose without",
    ),
)

_STEERING: tuple[Rule, ...] = (
    _shape(
        "steered-answer",
        0.6,
        rf"(?:^|[.:;!*\"'] |\b(?:please|must|should|and|then|also|to|instead|you) )(?:{_STEER})"
        r"(?: [^ ]{1,40}){1,14} your (?:answer|response|reply|output)\b",
        "answer response reply output",
    ),
    _shape(
        "steered-answer",
        0.6,
        rf"\b(?:in|within|throughout|into|of|with) your (?:[^ ]{{1,15}} )?(?:response|reply|answer"
        rf"|output),? (?:{_STEER}|{_TELL}|suggest|"
        r"encourage|link|direct|invite|urge|ask|claim|hint|highlight|share|make|ensure|give|emphasi[sz]e|advise"
        r"|remind)\b",
        "answer response reply output",
    ),
    _shape(
        "steered-answer",
        0.55,
        rf"(?:^|[.:;!] )(?:{_TELL}|provide|craft|give|deliver|present|write) your (?:answer|response|reply|output)s? "
        r"(?:in|with|without|using|as|by|backwards?|entirely|only)\b|"
        r"(?:^|[.:;!] )(?:answer|respond|reply|speak) (?:only )?(?:in|with|as|using) (?:the style|emojis?|rhymes?"
        r"|base64|morse|binary|"
        r"pirate|reverse|only|nothing)\b",
        "answer response reply output respond speak answers responses",
    ),
    _shape(
        "forced-words",
        0.6,
        rf"\b(?:instead|just|only|simply|rather),? (?:you )?(?:should |must )?(?:{_TELL})\b.{{0,30}}[\"“'‘«]|"
        rf"\b(?:then|and|now|instead|to)? ?(?:{_TELL}) (?:the (?:following|words?|phrase)|that you (?:hate|love)"
        rf"|i (?:hate|love)|[\"“‘«'].{{1,60}}[\"”’»'] "
        r"(?:and|instead|only|to every))|\brepeat after me\b|\b(?:say|write|print) yes\b",
        "say print output write reply respond answer return state repeat echo display",
        INPUT,
    ),
    _shape(
        "forced-words",
        0.55,
        r"\b(?:schreibe?|sage?|antworte|gib|sagen|schreiben)\b(?: [^ ]{1,20}){0,3} (?:nur|einfach|stattdessen"
        r"|folgendes|immer) |"
        r"\b(?:und|du|dann) (?:schreibe?|sage?) nur\b|\bantworte im stil\b|\bantworte im style\b"
        r"|\bim stile? (?:eine[srn]|von)\b|"
        r"\b(?:dis|dites|di|diga|digas|decir) (?:ce qui suit|lo siguiente|solo)\b|\bskazite\b|скажите",
        "schreib schreibe sag sage antworte gib sagen schreiben stil stile dis dites di diga decir скажите",
        INPUT,
    ),
    _shape(
        "refused-context",
        0.75,
        r"\b(?:do not|don't|don'nt|dont|without) (?:answer(?:ing)?|look(?:ing)?|us(?:e|ing)|follow(?:ing)?"
        r"|consider(?:ing)?) "
        r"(?:[^ ]{1,15} ){0,5}(?:question|documents?|articles?|instructions|context|passages?)\b.{0,40}\b(?:but"
        r"|just|instead|output|"
        r"provided|only)\b|\bby your own knowledge\b|\bnot by the articles\b",
        "not don't don'nt dont without knowledge articles",
        INPUT,
    ),
    _shape(
        "command-first",
        0.55,
        r"(?:^|[.?!] ?)(?:stop|stopp|achtung|attention)\b ?[-–:,!].{0,40}\b(?:write|say|print|ignore|schreibe?"
        r"|sage?|need your help|"
        r"benotige|forget|vergiss)\b",
        "stop stopp achtung attention",
        INPUT,
    ),
)

_TOKENS: tuple[Rule, ...] = (
    _shape(
        "format-token",
        0.8,
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?inst\]|<</?sys>>"
        r"|<start_of_turn>|<end_of_turn>|\[system\](?:\(#|:)|<system>.{0,200}</system>|```system\b",
    ),
    _shape(
        "format-token",
        0.55,
        r"(?:^|\\n|\] ?|[.!?] )#{0,4} ?(?:system|developer|admin(?:istrator)?) (?:override|prompt|message"
        r"|instructions?|note|notice|update) ?[:\]]|"
        r"\bend of (?:system prompt|instructions|context|document)\b.{0,20}\b(?:new|begin|user|system)\b|"
        r"(?:human|user) ?: (?:human|user) ?:|\\n ?(?:instruction|system) ?:|\$(?:documents|term1|context) ?[:=]",
    ),
)

_ADDRESSED: tuple[Rule, ...] = (
    _shape(
        "addressed-to-models",
        0.7,
        r"\b(?:instructions?|notes?|message|attention|important) (?:for|to|all) (?:the |all |any |every )?(?:ai"
        r"|llms?|language models?|"
        r"chat ?bots?|assistants?|ai (?:assistants?|agents?|models?|systems?))\b|"
        r"\bif you(?: are|'re) (?:an? )?(?:ai|llm|large language model|language model|chatbot|ai assistant|ai agent)\b|"
        r"\b(?:ai|llm)s? (?:assistants?|agents?|models?|systems?) (?:reading|processing|summari[sz]ing) this\b|"
        r"\bdear (?:ai|assistant|llm|chatbot|chatgpt|gpt)\b|\b(?:hello|hey|hi|hallo|attention),? (?:gpt|chatgpt"
        r"|ai assistant|ai|bot)\b",
        "ai llm llms language model models chatbot chatbots assistant assistants chatgpt gpt bot chat",
    ),
    _shape(
        "secrecy",
        0.6,
        r"\b(?:do not|don't|never|without) (?:tell(?:ing)?|mention(?:ing)?|reveal(?:ing)?|inform(?:ing)?"
        r"|let(?:ting)?|alert(?:ing)?|notify(?:ing)?)"
        r" (?:this |that |it |any of this )?(?:to )?(?:the )?(?:user|human|reader of this|person asking)s?\b",
        "user users human reader person",
    ),
    _shape(
        "conditional-answer",
        0.6,
        r"\b(?:when|if|whenever|every time|each time) (?:you(?: are|'re| get| receive)?|the user|a user|anyone"
        r"|someone|they) ?"
        r"(?:asks?(?:ed)?|is asked|are asked|a question|questions?)\b.{0,80}\b(?:say|answer|respond|reply|claim"
        r"|tell them|recommend)\b",
        "asks asked ask question questions",
    ),
    _shape(
        "exfiltration",
        0.7,
        r"\b(?:send|post|forward|upload|transmit|email|e-mail|leak"
        r"|exfiltrate)\b(?: [^ ]{1,25}){0,8} (?:conversation|chat history|"
        r"system prompt|user(?:'s|s')? (?:data|password|messages?|question|credentials|e-?mail)|previous messages"
        r"|api keys?|"
        r"secrets|passwords?|credentials)\b(?: [^ ]{1,25}){0,4} (?:to|at|via) (?:[^ ]{0,20}(?:https?://|www\.|@)"
        r"|(?:this|the following|my) )",
        "send post forward upload transmit email e leak exfiltrate mail",
    ),
    _shape(
        "exfiltration",
        0.55,
        r"!\[[^\]]{0,100}\]\(https?://[^)\s]{1,200}[?&][a-z_]{1,20}=(?:\{|\[|<|%7b|\$)",
    ),
    _shape(
        "hidden-markup",
        0.3,
        r"<!--.{0,300}\b(?:instruction|assistant|model|ignore|prompt)|(?:display ?: ?none|font-size ?: ?0"
        r"|visibility ?: ?hidden"
        r"|color ?: ?(?:white|#fff)).{0,200}\b(?:instruction|assistant|ignore|prompt|model)",
    ),
)

RULES: tuple[Rule, ...] = (
    *_OVERRIDES,
    *_TASKS,
    *_PROMPTS,
    *_ROLES,
    *_STEERING,
    *_TOKENS,
    *_ADDRESSED,
)
