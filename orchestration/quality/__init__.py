"""Every check leaves a row: what was measured, against which threshold, with which result."""
