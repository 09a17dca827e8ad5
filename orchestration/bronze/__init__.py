"""From raw lines to typed events: every line ends in bronze or in quarantine, with one reason."""
