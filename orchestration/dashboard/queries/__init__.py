"""The SQL of each page, and the shaping of its rows: without Streamlit, without a connection."""
