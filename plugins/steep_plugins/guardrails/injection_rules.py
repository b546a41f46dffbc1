"""All rules: overrides, waivers, played roles, steered answers, format tokens, and notes to models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.guardrails.injection_overrides import OVERRIDES, PROMPTS, TASKS
from steep_plugins.guardrails.injection_shapes import INPUT, shape
from steep_plugins.guardrails.injection_waivers import WAIVERS

if TYPE_CHECKING:
    from steep_plugins.guardrails.injection_shapes import Rule

__all__ = ["RULES"]

_TELL = "say|print|output|write|reply|respond|answer|return|state|repeat|echo|display"
_STEER = (
    "add|include|insert|append|integrate|incorporate|mention|modify|begin|start|end|finish|replace|substitute|remove|"
    "translate|convert|encode|rearrange|misspell|introduce|embed|conclude|rewrite|provide|craft|deliver|use|group|"
    "limit|shorten|change|adjust|alter|weave|omit|exclude|present|promote|advertise|recommend|render|express|phrase"
)

_ROLES: tuple[Rule, ...] = (
    shape(
        "role",
        0.6,
        r"\b(?:i want you to|you (?:will|must|should|shall)|please) (?:now )?(?:act|behave|respond|pretend) (?:as"
        r"|like|to be)\b"
        r"|\bpretend (?:to be|you|that you)\b|\bimagine (?:that )?you(?: are|'re)\b|\b(?:now you (?:are"
        r"|act)|you are now)\b"
        r"|\bact as (?:a|an|two|my)\b"
        r"|\bin this role(?:play)?\b|\bstay in character\b|\bdo(?:es)? not break character\b"
        r"|\bwithout breaking character\b",
        "act behave pretend imagine now role roleplay character",
        INPUT,
    ),
    shape(
        "role",
        0.6,
        r"\b(?:ich mochte,? dass (?:sie|du) als)\b|\bstell(?:en sie sich| dir)? (?:vor,? )?(?:du bist|sie sind)\b|"
        r"\bstell dir vor, du bist\b|\b(?:nun|jetzt) bist du\b|\bdu bist (?:jetzt|nun|keine?)\b|\baus (?:ihre[rn]"
        r"|der) rolle\b"
        r"|\btu so,? als\b|\bgehst vollkommen in deiner rolle\b",
        "ich stell stellen nun jetzt du rolle tu",
        INPUT,
    ),
    shape(
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
    shape(
        "jailbreak",
        0.7,
        r"\brole-?play(?:ing)? as\b|\bno (?:programming )?guidelines beyond\b|"
        r"\bfrom now on,? you (?:are|will|must|should|shall)\b|\bdo anything now\b"
        r"|\bdeveloper mode (?:is )?(?:enabled|on|output|activated)\b"
        r"|\byou are (?:now )?(?:dan|unrestricted|uncensored|unfiltered|jailbroken|free from)\b"
        r"|\bno longer (?:bound|restricted) by\b"
        r"|\b(?:evil|unfiltered|uncensored|jailbroken) (?:ai|assistant|chatbot|confidant|version)\b|\bbose ki\b"
        r"|\bwithout (?:any )?(?:ethical|moral|safety) (?:restrictions|guidelines|limits|filters)\b",
        "now role-playing roleplaying role-play guidelines mode unrestricted uncensored unfiltered jailbroken"
        " free longer evil bose without",
    ),
)

# words that begin a sentence that orders nothing, and orders that a reader of a manual is given about answers
_NO_ORDER = (
    "what|when|where|which|who|whose|why|how|if|the|a|an|you|your|we|they|it|this|that|these|those|there|and|but|or|for|"
    "to|as|with|on|once|after|before|while|since|because|all|any|some|is|are|do|does|can|could|will|would|should|may|"
    "check|send|submit|save|review|wait|type|enter|post|mail|email|read|click|record|mark|discuss|explain|compare|keep"
)

_STEERING: tuple[Rule, ...] = (
    shape(
        "steered-answer",
        0.55,
        rf"(?:^|[.!?;:] )(?:please )?(?!(?:{_NO_ORDER})\b)[a-z]{{3,14}} (?:[^ ]{{1,30}} ){{0,8}}(?:your|in your"
        rf"|of your) "
        r"(?:[a-z]{3,12} )?(?:answer|response|reply|output)(?:'s)?\b",
        "answer response reply output answer's response's",
    ),
    shape(
        "steered-answer", 0.55, r"^in your (?:answer|response|reply|output),? [a-z]{3,14}\b", "answer response reply"
    ),
    shape(
        "steered-answer",
        0.6,
        rf"(?:^|[.:;!*\"'] |\b(?:please|must|should|and|then|also|to|instead|you) )(?:{_STEER})"
        r"(?: [^ ]{1,40}){1,14} your (?:answer|response|reply|output)\b",
        "answer response reply output",
    ),
    shape(
        "steered-answer",
        0.6,
        rf"\b(?:in|within|throughout|into|of|with) your (?:[^ ]{{1,15}} )?(?:response|reply|answer"
        rf"|output),? (?:{_STEER}|{_TELL}|suggest|"
        r"encourage|link|direct|invite|urge|ask|claim|hint|highlight|share|make|ensure|give|emphasi[sz]e|advise"
        r"|remind)\b",
        "answer response reply output",
    ),
    shape(
        "steered-answer",
        0.55,
        rf"(?:^|[.:;!] )(?:{_TELL}|provide|craft|give|deliver|present|write) your (?:answer|response|reply|output)s? "
        r"(?:in|with|without|using|as|by|backwards?|entirely|only)\b|"
        r"(?:^|[.:;!] )(?:answer|respond|reply|speak) (?:only )?(?:in|with|as|using) (?:the style|emojis?|rhymes?"
        r"|base64|morse|binary|"
        r"pirate|reverse|only|nothing)\b",
        "answer response reply output respond speak answers responses",
    ),
    shape(
        "forced-words",
        0.6,
        rf"\b(?:instead|just|only|simply|rather),? (?:you )?(?:should |must )?(?:{_TELL})\b.{{0,30}}[\"“'‘«]|"
        rf"\b(?:then|and|now|instead|to)? ?(?:{_TELL}) (?:the (?:following|words?|phrase)|that you (?:hate|love)"
        rf"|i (?:hate|love)|[\"“‘«'].{{1,60}}[\"”’»'] "
        r"(?:and|instead|only|to every))|\brepeat after me\b|\b(?:say|write|print) yes\b",
        "say print output write reply respond answer return state repeat echo display",
        INPUT,
    ),
    shape(
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
    shape(
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
    shape(
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
    shape(
        "format-token",
        0.8,
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?inst\]|<</?sys>>"
        r"|<start_of_turn>|<end_of_turn>|\[system\](?:\(#|:)|<system>.{0,200}</system>|```system\b",
    ),
    shape(
        "format-token",
        0.55,
        r"(?:^|\\n|\] ?|[.!?] )#{0,4} ?(?:system|developer|admin(?:istrator)?) (?:override|prompt|message"
        r"|instructions?|note|notice|update) ?[:\]]|"
        r"\bend of (?:system prompt|instructions|context|document)\b.{0,20}\b(?:new|begin|user|system)\b|"
        r"(?:human|user) ?: (?:human|user) ?:|\\n ?(?:instruction|system) ?:|\$(?:documents|term1|context) ?[:=]",
    ),
)

_ADDRESSED: tuple[Rule, ...] = (
    shape(
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
    shape(
        "secrecy",
        0.6,
        r"\b(?:do not|don't|never|without) (?:tell(?:ing)?|mention(?:ing)?|reveal(?:ing)?|inform(?:ing)?"
        r"|let(?:ting)?|alert(?:ing)?|notify(?:ing)?)"
        r" (?:this |that |it |any of this )?(?:to )?(?:the )?(?:user|human|reader of this|person asking)s?\b",
        "user users human reader person",
    ),
    shape(
        "conditional-answer",
        0.6,
        r"\b(?:when|if|whenever|every time|each time) (?:you(?: are|'re| get| receive)?|the user|a user|anyone"
        r"|someone|they) ?"
        r"(?:asks?(?:ed)?|is asked|are asked|a question|questions?)\b.{0,80}\b(?:say|answer|respond|reply|claim"
        r"|tell them|recommend)\b",
        "asks asked ask question questions",
    ),
    shape(
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
    shape(
        "exfiltration",
        0.55,
        r"!\[[^\]]{0,100}\]\(https?://[^)\s]{1,200}[?&][a-z_]{1,20}=(?:\{|\[|<|%7b|\$)",
    ),
    shape(
        "hidden-markup",
        0.3,
        r"<!--.{0,300}\b(?:instruction|assistant|model|ignore|prompt)|(?:display ?: ?none|font-size ?: ?0"
        r"|visibility ?: ?hidden"
        r"|color ?: ?(?:white|#fff)).{0,200}\b(?:instruction|assistant|ignore|prompt|model)",
    ),
)

RULES: tuple[Rule, ...] = (
    *OVERRIDES,
    *WAIVERS,
    *TASKS,
    *PROMPTS,
    *_ROLES,
    *_STEERING,
    *_TOKENS,
    *_ADDRESSED,
)
