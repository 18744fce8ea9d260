"""Photos as evidence: taken in whole, sealed, copied for showing."""
