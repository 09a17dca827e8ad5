"""Which dataset was made from which: edges in the control plane, OpenLineage events outside."""
