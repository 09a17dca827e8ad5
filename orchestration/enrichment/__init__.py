"""What a case's words say about it: type and priority as models see them, beside what was filed."""
