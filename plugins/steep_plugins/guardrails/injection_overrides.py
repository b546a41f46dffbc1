"""Rules for orders that push the model's own aside: ignore what was said, here is a new task, show your prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.guardrails.injection_shapes import INPUT, Window, gap, shape, word_set

if TYPE_CHECKING:
    from steep_plugins.guardrails.injection_shapes import Rule

__all__ = ["OVERRIDES", "PROMPTS", "TASKS"]

OVERRIDES: tuple[Rule, ...] = (
    Window(
        name="override",
        weight=0.9,
        verbs=word_set(
            "ignore ignoring disregard disregarding forget forgetting neglect abandon discard bypass disobey erase "
            "overlook "
            "dismiss"
        ),
        qualifiers=word_set(
            "all any every your previous prior preceding above earlier before given provided system initial "
            "original foregoing past everything these those other"
        ),
        objects=word_set(
            "instructions instruction prompt prompts commands command orders order directions directives directive "
            "guidelines assignments tasks programming training restrictions constraints thoughts everything told said"
        ),
        reach=6,
    ),
    shape(
        "override",
        0.9,
        r"\b(?:ignore|disregard|forget|drop|override|change|cancel) (?:about )?(?:all |any |of )?your "
        r"(?:[^ ]{1,20} )?(?:instructions|rules|guidelines|prompt|training|programming|orders|context)\b",
        "ignore disregard forget drop override change cancel",
    ),
    shape(
        "override",
        0.7,
        r"\b(?:forget|ignore|disregard) (?:about )?(?:everything|all|anything)(?:\b.{0,3}$| (?:above|before"
        r"|previous|prior"
        r"|that|you|i|we|and|else|of|information|context|documents|articles)\b|[,.!;:])",
        "forget ignore disregard",
    ),
    shape(
        "override",
        0.7,
        r"\b(?:ignore|disregard|forget) (?:the |all )?(?:above|foregoing|previous|preceding)(?: and\b|\W{0,3}$| text\b"
        r"| information\b| documents?\b| articles?\b)|"
        r"\b(?:ignore|disregard) (?:all |the |any )?(?:provided |given )?(?:context|documents|articles) (?:and"
        r"|provided|given)\b",
        "forget ignore disregard",
    ),
    shape(
        "override",
        0.6,
        r"\b(?:deviating from|contrary to|despite|regardless of|instead of) (?:what you(?:'ve| have) been told|"
        r"(?:all |any |your |the )?(?:previous|prior|earlier) instructions)\b",
        "deviating contrary despite regardless instead",
    ),
    Window(
        name="override-de",
        weight=0.9,
        verbs=word_set(
            "ignoriere ignorieren ignorier ignoriert vergiss vergessen vergesse missachte missachten verwirf "
            "verwerfen streichen überschreibe"
        ),
        qualifiers=word_set(
            "alle alles vorherigen bisherigen vorangehenden vorangegangenen obigen vorigen früheren deine ihre "
            "davor gesagte vorher zuvor sämtliche die bisher"
        ),
        objects=word_set(
            "anweisungen anweisung instruktionen befehle aufgaben aufträge angaben informationen vorgaben prompt "
            "prompts anleitungen ausführungen alles gesagte regeln"
        ),
        either=True,
    ),
    shape(
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
        verbs=word_set(
            "ignora ignore ignorez ignorad ignorar ignoren ignorate olvida olvide olviden olvidar oublie oubliez "
            "oublier "
            "dimentica dimenticate dimenticare esquece esqueça esqueçam descarta negligez"
        ),
        qualifiers=word_set(
            "todas todos toda todo anteriores anterior previas previo las los tus tes toutes tous precedentes "
            "precedente tutte tutti precedenti as antes ci-dessus tout le les"
        ),
        objects=word_set(
            "instrucciones instrucción órdenes indicaciones reglas instructions consignes ordres instruções "
            "istruzioni comandi regole ordens todo tout tutto antes"
        ),
        reach=6,
    ),
    Window(
        name="override-slavic",
        weight=0.9,
        verbs=word_set(
            "забудь забудьте игнорируй игнорируйте zaboravi zaboravite ignoriraj zapomnij zignoruj ignoruj ignorujte "
            "zapomeň проигнорируй"
        ),
        objects=word_set(
            "инструкции инструкций указания команды всё instrukcije instrukcja instrukcje instrukcji polecenia "
            "instrukce pokyny upute"
        ),
        reach=6,
    ),
    Window(
        name="override-nl-nordic",
        weight=0.9,
        verbs=word_set("negeer vergeet ignorera glöm ignorer glem"),
        qualifiers=word_set(
            "alle alla eerdere vorige bovenstaande tidigare föregående tidligere foregående dina dine je"
        ),
        objects=word_set("instructies opdrachten instruktioner instruksjoner instrukser regels anvisningar"),
    ),
    shape(
        "override-cjk",
        0.9,
        r"(?:忽略|无视|無視|忘记|忘記|忘れ).{0,12}(?:指令|指示|提示|说明|規則|规则|命令)|"
        r"(?:指令|指示|命令|プロンプト).{0,8}(?:無視|忘れ)|(?:지시|명령).{0,8}(?:무시|잊)",
    ),
    shape("override-arabic", 0.9, r"(?:تجاهل|انس).{0,20}(?:التعليمات|الاوامر|الأوامر)"),
    shape(
        "override-joined",
        0.9,
        r"(?:ignore|disregard|forget)(?:all|any|the|your)?(?:previous|prior|above|everything|instructions)|saythatyou|"
        r"systemprompt|vergissalle|ignorierealle",
    ),
)

TASKS: tuple[Rule, ...] = (
    shape(
        "new-task",
        0.6,
        r"\b(?:focus|concentrate)(?: yourself)? on (?:your|the) new task\b|\bnew (?:instructions|tasks) (?:follow"
        r"|are as follows|begin)\b"
        r"|\byour (?:new |real |actual |only )(?:task|instructions?|goal|mission|job|role) (?:now )?(?:is|are)\b"
        r"|\byour (?:instructions|task) (?:is|are) now\b|\b(?:start|begin|we start) (?:over|anew"
        r"|again)?(?: ?with)? ?(?:a )?new task\b",
        "new real actual instructions task",
    ),
    shape(
        "new-task",
        0.6,
        r"\b(?:konzentriere dich|konzentrieren sie sich) (?:jetzt |nun )?auf (?:deine|die|ihre) neue aufgabe\b"
        r"|\b(?:folgen|kommen) (?:jetzt |nun )?(?:aber )?(?:neue|weitere|noch ein paar) (?:aufgaben|anweisungen)\b"
        r"|\b(?:nun|jetzt) folgen (?:neue|weitere)\b",
        "aufgabe aufgaben anweisungen",
    ),
    shape(
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

PROMPTS: tuple[Rule, ...] = (
    shape(
        "prompt-leak",
        0.85,
        rf"\b(?:show|reveal|print|repeat|display|output|tell|give|leak|share|list|expose|quote|recite){gap(5)}"
        r"(?:system prompt|prompt texts?|your (?:[^ ]{1,20} )?(?:prompts?|instructions|rules|system message)"
        r"|full prompt|"
        r"initial prompt|the text above|hidden instructions)\b",
        "prompt prompts instructions rules above message text",
    ),
    shape(
        "prompt-leak",
        0.7,
        r"\bwhat (?:is|are|was|were) (?:your (?:[^ ]{1,20} )?(?:instructions|system prompt|prompt|initial prompt)|"
        r"written (?:above|at the (?:beginning|start|top)))\b|\b(?:beginning|start|top) of (?:this|the|your) prompt\b"
        r"|\bsentences? before the text\b|\binformation in the prompt\b",
        "what beginning start top before prompt",
    ),
    shape(
        "prompt-leak",
        0.85,
        r"\b(?:zeige?n?|gib|geben|nenne|wiederhole|vorzeigen)\b(?: [^ ]{1,30}){0,5} (?:prompt|prompts|prompt-texte?|"
        r"systemprompt|anweisungen von dir)\b|\bvollstandigen prompt",
        "prompt prompts texte text systemprompt anweisungen textes",
    ),
)
