"""Reports (线索): what an inspector saw, where and when, with proof that it has been received."""
