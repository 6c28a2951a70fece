"""How whole numbers are written, everywhere alike."""


def count_text(number: int) -> str:
    """A whole number with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u202f")
