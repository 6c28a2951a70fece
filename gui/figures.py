"""How numbers are written, everywhere alike."""


def count_text(number: int) -> str:
    """A whole number with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def megabytes_text(count: int) -> str:
    """So many bytes in MB, from 1000 MB on in GB, below 10 MB with a tenth."""
    megabytes = count / 1e6
    if megabytes >= 1000:
        return f"{megabytes / 1000:.1f}\u00a0GB"
    return f"{megabytes:.0f}\u00a0MB" if megabytes >= 9.95 else f"{megabytes:.1f}\u00a0MB"
