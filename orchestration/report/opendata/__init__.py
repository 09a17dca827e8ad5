"""Open data of a period: anonymised cases, and tables whose small counts stay hidden."""
