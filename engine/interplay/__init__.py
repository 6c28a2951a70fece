"""Where the two halves meet: moods of talks, songs that are near them, and what songs bring."""
