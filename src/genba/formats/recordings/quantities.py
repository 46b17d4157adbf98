"""What a channel measures, guessed by its name and unit as loggers and message definitions write them."""

import re
import unicodedata

BY_UNIT = {
    "a": "current",
    "ma": "current",
    "v": "voltage",
    "mv": "voltage",
    "°c": "temperature",
    "degc": "temperature",
    "k": "temperature",
    "g": "vibration",
    "m/s2": "vibration",
    "m/s²": "vibration",
    "mm/s": "velocity",
    "rpm": "velocity",
    "min-1": "velocity",
    "deg/s": "velocity",
    "rad/s": "velocity",
    "n": "force",
    "kn": "force",
    "nm": "torque",
    "n·m": "torque",
    "pa": "pressure",
    "kpa": "pressure",
    "mpa": "pressure",
    "bar": "pressure",
    "mm": "position",
    "deg": "position",
}
BY_NAME: tuple[tuple[str, str], ...] = (
    ("accel", "vibration"),
    ("加速度", "vibration"),
    ("振動", "vibration"),
    ("vibration", "vibration"),
    ("angular_velocity", "velocity"),
    ("gyro", "velocity"),
    ("回転数", "velocity"),
    ("velocity", "velocity"),
    ("speed", "velocity"),
    ("速度", "velocity"),
    ("torque", "torque"),
    ("effort", "torque"),
    ("トルク", "torque"),
    ("force", "force"),
    ("荷重", "force"),
    ("temperature", "temperature"),
    ("温度", "temperature"),
    ("voltage", "voltage"),
    ("電圧", "voltage"),
    ("current", "current"),
    ("電流", "current"),
    ("pressure", "pressure"),
    ("圧力", "pressure"),
    ("position", "position"),
    ("orientation", "position"),
    ("translation", "position"),
    ("rotation", "position"),
    ("pose", "position"),
    ("位置", "position"),
)


IN_BRACKETS = re.compile(r"[\[(（]\s*([^\[\]()（）]{1,12}?)\s*[\])）]\s*$")
BEHIND_SLASH = re.compile(r"/([^/\s]{1,12})$")


def unit_in(name: str) -> str:
    """Give the unit that stands at the end of a name: 温度(℃), Current [A], Ecell/V; empty where none does."""
    found = IN_BRACKETS.search(name)
    if found:
        return found[1]
    behind = BEHIND_SLASH.search(name)
    return behind[1] if behind and behind[1].lower() in BY_UNIT else ""


def kind_of(name: str, unit: str = "") -> str:
    """Name the kind of quantity; empty where neither the unit nor the name says it."""
    by_unit = BY_UNIT.get(unicodedata.normalize("NFKC", unit).strip(" []()").lower(), "")
    if by_unit:
        return by_unit
    lowered = name.lower()
    return next((kind for word, kind in BY_NAME if word in lowered), "")
