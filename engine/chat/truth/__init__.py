"""What a character may say of its own life: what is known, what is not, and what it made up."""
