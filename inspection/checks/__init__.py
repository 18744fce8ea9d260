"""Mystery checks (暗访): sites, checklists, plans, the draw, visits, scores and findings."""
