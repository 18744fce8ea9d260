"""The city map (问题分布图): where tickets lie, counted by cells and districts, out of counters that are kept."""
