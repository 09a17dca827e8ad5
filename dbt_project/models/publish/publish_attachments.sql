{{ landing('silver_attachments') }}
