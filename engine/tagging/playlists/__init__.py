"""Lists of songs: kept, drawn from moods and their course, and written for players."""
