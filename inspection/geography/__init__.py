"""Where something is: datums, distances, cells, and the districts, streets and communities of Beijing."""
