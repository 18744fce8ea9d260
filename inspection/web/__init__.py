"""What the edges share: who is signed in, in which language, what a refusal looks like, the headers on every answer."""
