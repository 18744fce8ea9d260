"""明察 Mingcha: open inspection and mystery visits, from a phone photo to a signed weekly notice."""
