"""Whether what is committed is still what was committed; and what may be collected."""
