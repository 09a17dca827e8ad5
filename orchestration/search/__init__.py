"""Finding cases by the words of their citizens' messages."""
