"""Bring other spellings of the protocol's terms to its compact form, without a JSON-LD processor.

Covers what partners send: prefixes (`dspace:`, `odrl:` …), expanded terms, `{"@value": …}` and `{"@id": …}`, lists of
one where one value belongs, one value where a list belongs, null for what is missing. Unknown terms stay.
"""

from genba.errors import InvalidInput

PREFIXES = (
    "https://w3id.org/dspace/2025/1/",
    "https://w3id.org/dspace/2024/1/",
    "https://w3id.org/dspace/v0.8/",
    "http://www.w3.org/ns/odrl/2/",
    "http://www.w3.org/ns/dcat#",
    "https://www.w3.org/ns/dcat#",
    "http://purl.org/dc/terms/",
    "dspace:",
    "odrl:",
    "dcat:",
    "dct:",
    "dcterms:",
)
LISTS = frozenset(
    "and andSequence catalog constraint dataset distribution duty endpointProperties filter hasPolicy obligation or "
    "permission profile prohibition protocolVersions reason servesDataset service xone".split()
)
# Terms whose value is an id or a word of a vocabulary, written as a plain string in the compact form.
WORDS = frozenset(
    "accessService action agreementId assignee assigner callbackAddress code consumerPid endpoint endpointType "
    "endpointURL eventType format leftOperand name operator participantId providerPid state target timestamp value "
    "version path binding".split()
)
# Terms whose value is one object.
OBJECTS = frozenset({"agreement", "dataAddress", "offer"})
# Words of the vocabularies, whose own prefix goes too.
VOCABULARY = frozenset({"action", "eventType", "leftOperand", "operator", "state"})
LIMIT = 64


def compact(value: object, depth: int = 0) -> object:
    """Give the value with the protocol's own terms in compact form."""
    if depth > LIMIT:
        raise InvalidInput("dsp.too_deep", limit=LIMIT)
    if isinstance(value, list):
        if depth == 0 and len(value) == 1:
            return compact(value[0], depth + 1)
        return [compact(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    if set(value) == {"@list"} or set(value) == {"@set"}:
        return compact(next(iter(value.values())), depth + 1)
    result: dict[str, object] = {}
    for key, inner in value.items():
        term = short(key)
        if inner is None or (term == "@context" and depth):
            continue
        result[term] = _member(key, term, inner, depth)
    return result


def short(term: str) -> str:
    """Take a known vocabulary's prefix off a term."""
    for prefix in PREFIXES:
        if term.startswith(prefix) and len(term) > len(prefix):
            return term[len(prefix) :]
    return term


def _member(key: str, term: str, inner: object, depth: int) -> object:
    if term == "@context" or key == "rightOperand":  # compared as it was sent
        return inner
    if term == "@type":
        first = inner[0] if isinstance(inner, list) and inner else inner
        return short(first) if isinstance(first, str) else first
    found = compact([inner] if not isinstance(inner, list) else inner, depth + 1)
    items = found if isinstance(found, list) else [found]
    if term in LISTS:
        return items
    if term in WORDS:
        items = [_word(term, item) for item in items]
    single = not isinstance(inner, list) or (len(items) == 1 and (key != term or term in WORDS or term in OBJECTS))
    return items[0] if single else items


def _word(term: str, item: object) -> object:
    if isinstance(item, dict) and set(item) == {"@id"}:
        item = item["@id"]
    return short(item) if term in VOCABULARY and isinstance(item, str) else item
