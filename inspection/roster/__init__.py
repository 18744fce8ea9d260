"""The roster of inspectors (花名册): who they are, where they live and work, how much they can do, what they passed.

It says nothing of what anybody did: who was drawn for a visit, and how many wait for whom, is not in it.
"""
