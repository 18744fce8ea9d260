"""Who they are, what they may do, how they sign in, and the one door to who reported what."""
