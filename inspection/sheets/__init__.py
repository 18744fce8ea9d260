"""The case sheet (案卷单): everything that a ticket's page shows, on paper."""
