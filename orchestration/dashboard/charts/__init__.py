"""The charts: from rows to a Vega-Lite specification or an SVG, without Streamlit or a database."""
