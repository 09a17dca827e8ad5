"""The lake on S3: keys, objects written once, manifests whose presence is the commit."""
