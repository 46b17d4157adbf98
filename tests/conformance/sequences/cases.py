"""What is said and expected in each sequence, in words; ids are those of the official kit, the code is our own.

`send X` is a message of the kit that has to be taken, `refused X` one that has to be answered with an error other than
404, `expect X` a message that the connector has to send, `is S` the state that the connector has to show when asked.
"""

from collections.abc import Mapping

METADATA = ("MET:01-01",)
CATALOG = ("CAT:01-01", "CAT:01-02", "CAT:01-03")

# The kit is the consumer.
NEGOTIATIONS_AS_PROVIDER: Mapping[str, str] = {
    "CN:01-01": "request, expect offer, send termination, is TERMINATED",
    "CN:01-02": "request, expect offer, send counter, expect termination",
    "CN:01-03": "request, expect offer, send accepted, expect agreement, send verification, expect finalized",
    "CN:01-04": "request, expect agreement, send verification, expect finalized",
    "CN:02-01": "request, expect termination",
    "CN:02-02": "request, send termination, is TERMINATED",
    "CN:02-03": "request, expect agreement, send termination, is TERMINATED",
    "CN:02-04": "request, expect offer, send termination, is TERMINATED",
    "CN:02-05": "request, expect offer, expect termination",
    "CN:02-06": "request, expect offer, send accepted, expect termination",
    "CN:02-07": "request, expect agreement, send verification, expect termination",
    "CN:03-01": "request, expect agreement, send verification, expect finalized, is FINALIZED, refused termination",
    "CN:03-02": "request, expect offer, refused verification",
    "CN:03-03": "request, expect offer, send accepted, refused verification",
    "CN:03-04": "request, expect offer, send counter, refused counter",
}

_ACCEPTED = "expect request, send offer, expect accepted"

# The kit is the provider; the connector was asked to begin.
NEGOTIATIONS_AS_CONSUMER: Mapping[str, str] = {
    "CN_C:01-01": f"{_ACCEPTED}, send agreement, expect verification, send finalized, is FINALIZED",
    "CN_C:01-02": "expect request, send offer, expect counter, send termination",
    "CN_C:01-03": "expect request, send offer, expect termination, is TERMINATED",
    "CN_C:01-04": "expect request, send agreement, expect verification, send finalized, is FINALIZED",
    "CN_C:02-01": "expect request, send termination, is TERMINATED",
    "CN_C:02-02": "expect request, expect termination, is TERMINATED",
    "CN_C:02-03": "expect request, send agreement, expect termination, is TERMINATED",
    "CN_C:02-04": "expect request, send offer, is OFFERED, send termination, is TERMINATED",
    "CN_C:02-05": f"{_ACCEPTED}, send termination, is TERMINATED",
    "CN_C:02-06": "expect request, send agreement, expect verification, send termination, is TERMINATED",
    "CN_C:03-01": "expect request, refused finalized, is REQUESTED",
    "CN_C:03-02": "expect request, send offer, is OFFERED, refused agreement, is OFFERED",
    "CN_C:03-03": "expect request, send offer, refused finalized, is OFFERED",
    "CN_C:03-04": f"{_ACCEPTED}, refused finalized, is ACCEPTED",
    "CN_C:03-05": f"{_ACCEPTED}, refused offer, is ACCEPTED",
    "CN_C:03-06": f"{_ACCEPTED}, send agreement, refused finalized, is AGREED",
}

_STARTED = "request, expect start, is STARTED"
_ENDED = f"{_STARTED}, send termination, is TERMINATED"

# The kit is the consumer.
TRANSFERS_AS_PROVIDER: Mapping[str, str] = {
    "TP:01-01": "request, expect start, expect termination, is TERMINATED",
    "TP:01-02": "request, expect start, expect completion, is COMPLETED",
    "TP:01-03": "request, expect start, expect suspension, expect termination, is TERMINATED",
    "TP:01-04": "request, expect start, expect suspension, expect start, expect completion, is COMPLETED",
    "TP:01-05": "request, expect termination, is TERMINATED",
    "TP:02-01": _ENDED,
    "TP:02-02": f"{_STARTED}, send completion, is COMPLETED",
    "TP:02-03": f"{_STARTED}, send suspension, is SUSPENDED, send termination, is TERMINATED",
    "TP:02-04": f"{_STARTED}, send suspension, is SUSPENDED, send start, is STARTED, send completion, is COMPLETED",
    "TP:02-05": "request, is REQUESTED, send termination, is TERMINATED",
    "TP:03-01": "request, is REQUESTED, refused completion, is REQUESTED",
    "TP:03-02": "request, is REQUESTED, refused suspension, is REQUESTED",
    "TP:03-03": f"{_STARTED}, send suspension, is SUSPENDED, refused completion, is SUSPENDED",
    "TP:03-04": f"{_ENDED}, refused start, is TERMINATED",
    "TP:03-05": f"{_ENDED}, refused suspension, is TERMINATED",
    "TP:03-06": f"{_ENDED}, refused completion, is TERMINATED",
}

_RUNNING = "expect request, send start, is STARTED"
_CHECKED = "expect request, is REQUESTED, send start, is STARTED"
_OVER = f"{_CHECKED}, send termination, is TERMINATED"

# The kit is the provider; the connector was asked to begin.
TRANSFERS_AS_CONSUMER: Mapping[str, str] = {
    "TP_C:01-01": f"{_RUNNING}, send termination, is TERMINATED",
    "TP_C:01-02": f"{_RUNNING}, send completion, is COMPLETED",
    "TP_C:01-03": f"{_RUNNING}, send suspension, is SUSPENDED, send termination, is TERMINATED",
    "TP_C:01-04": f"{_RUNNING}, send suspension, is SUSPENDED, send start, is STARTED, send completion, is COMPLETED",
    "TP_C:01-05": "expect request, send termination, is TERMINATED",
    "TP_C:02-01": "expect request, send start, expect termination, is TERMINATED",
    "TP_C:02-02": "expect request, send start, expect completion, is COMPLETED",
    "TP_C:02-03": "expect request, send start, expect suspension, expect termination, is TERMINATED",
    "TP_C:02-04": "expect request, send start, expect suspension, expect start, expect completion, is COMPLETED",
    "TP_C:02-05": "expect request, expect termination, is TERMINATED",
    "TP_C:03-01": "expect request, is REQUESTED, refused completion, is REQUESTED",
    "TP_C:03-02": "expect request, is REQUESTED, refused suspension, is REQUESTED",
    "TP_C:03-03": f"{_CHECKED}, send suspension, is SUSPENDED, refused completion, is SUSPENDED",
    "TP_C:03-04": f"{_OVER}, refused start, is TERMINATED",
    "TP_C:03-05": f"{_OVER}, refused suspension, is TERMINATED",
    "TP_C:03-06": f"{_OVER}, refused completion, is TERMINATED",
}
PROCESSES: Mapping[str, str] = {
    **NEGOTIATIONS_AS_PROVIDER,
    **NEGOTIATIONS_AS_CONSUMER,
    **TRANSFERS_AS_PROVIDER,
    **TRANSFERS_AS_CONSUMER,
}
