"""What a character can remember: facts, found again by their words and by their meaning."""
