"""What Undertone can do, without a screen: read, tag, store, learn. Never imports gui."""
