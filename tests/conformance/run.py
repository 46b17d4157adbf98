"""Run the official kit of the Dataspace Protocol against our connector: one line for each test, the tally at the end.

`python -m tests.conformance.run` starts the connector under test on this machine, lets the kit loose on it, and ends
with `67 passed, 0 failed`. It needs a JDK and Maven.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.conformance import kit, scenarios
from tests.interop import maven
from tests.interop.edc import free_ports, wait_for_answer

PROJECT = Path(__file__).with_name("dsp-tck")
LOGS = maven.ROOT / "build" / "conformance"
PACKAGE = "org.eclipse.dataspacetck.dsp.verification"
MANDATORY = 67
CONNECTOR = "CONNECTOR_UNDER_TEST"


def settings(protocol: int, trigger: int, callback: int) -> Mapping[str, str]:
    """The kit's settings; a message that does not come is missed after seconds, not after months."""
    claim = json.dumps({"region": "any", "audience": CONNECTOR, "clientId": scenarios.KIT})
    address = f"http://127.0.0.1:{protocol}"
    mine = {
        "launcher": "org.eclipse.dataspacetck.dsp.system.DspSystemLauncher",
        "debug": "true",
        "ansi": "false",
        "host": "127.0.0.1",
        "port": str(callback),
        "callback.address": f"http://127.0.0.1:{callback}",
        "dsp.local.connector": "false",
        "dsp.default.wait": str(kit.WAIT_S),
        "dsp.connector.agent.id": CONNECTOR,
        "dsp.connector.http.url": f"{address}/dsp/2025-1",
        "dsp.connector.http.base.url": address,
        "dsp.connector.http.headers.authorization": claim,
        "dsp.connector.negotiation.initiate.url": f"http://127.0.0.1:{trigger}/negotiations",
        "dsp.connector.transfer.initiate.url": f"http://127.0.0.1:{trigger}/transfers",
    }
    # Two of the mandatory tests (TP:02-04, TP_C:02-04) carry a mark that would leave them out; they are run as well.
    everything = {"junit.jupiter.conditions.deactivate": "org.junit.jupiter.engine.extension.DisabledCondition"}
    return everything | {f"dataspacetck.{name}": value for name, value in mine.items()} | dict(scenarios.properties())


@contextmanager
def connector(protocol: int, trigger: int) -> Iterator[None]:
    """Our connector with its scripts, as a process of its own."""
    LOGS.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.conformance.connector", str(protocol), str(trigger), CONNECTOR]
    with (LOGS / "connector.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=maven.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for_answer(f"http://127.0.0.1:{trigger}/ready", process, timeout_s=30)
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    """0 when all mandatory tests passed."""
    if not maven.is_available():
        kit.say("The official kit needs a JDK (java, javac) and Maven (mvn); install them and try again.")
        return 2
    maven.classpath(PROJECT)
    protocol, trigger, callback = free_ports(3)
    started = time.monotonic()
    with connector(protocol, trigger):
        tally = kit.run(PROJECT, [PACKAGE], settings(protocol, trigger, callback), log=LOGS / "dsp-tck.log")
    kit.say(
        f"in {time.monotonic() - started:.0f} s; everything the kit said: {LOGS.relative_to(maven.ROOT)}/dsp-tck.log"
    )
    kit.say(tally.line)
    return 0 if len(tally.passed) == MANDATORY and not tally.failed else 1


if __name__ == "__main__":
    sys.exit(main())
