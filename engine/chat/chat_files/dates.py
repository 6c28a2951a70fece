"""Times as chat files write them: ISO 8601, seconds or milliseconds since 1970, or in words.

Pure. A time without a zone counts as UTC; what cannot be read is no time.
"""

import re
from datetime import UTC, datetime

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")
_WORDS = re.compile(r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2}) ?([ap]m)", re.IGNORECASE)
_PARTS = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s(?: ?(\d{1,3})ms)?")
_LATEST_SECONDS = 10_000_000_000


def date_of(told: object) -> str:
    """A time in UTC as ISO 8601, "" where it cannot be read."""
    try:
        found = _from_text(told[:64]) if isinstance(told, str) else _from_number(told)
        return found.astimezone(UTC).isoformat() if found else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _from_number(told: object) -> datetime | None:
    if not isinstance(told, int | float) or isinstance(told, bool) or told <= 0:
        return None
    return datetime.fromtimestamp(told / 1000 if told > _LATEST_SECONDS else told, UTC)


def _from_text(told: str) -> datetime | None:
    text = told.strip()
    if text.isdecimal():
        return _from_number(int(text))
    if found := _WORDS.fullmatch(text):
        month, day, year, hour, minute, half = found.groups()
        names = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(month.casefold())]
        if not names:
            return None
        after_noon = 12 * (half.casefold() == "pm")
        return datetime(int(year), names[0], int(day), int(hour) % 12 + after_noon, int(minute),
                        tzinfo=UTC)
    if found := _PARTS.fullmatch(text):
        *whole, thousandths = found.groups()
        year, month, day, hour, minute, second = map(int, whole)
        return datetime(year, month, day, hour, minute, second, int(thousandths or 0) * 1000,
                        tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
