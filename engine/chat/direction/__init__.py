"""What makes a persona speak: whose turn it is, what they know, what was said."""
