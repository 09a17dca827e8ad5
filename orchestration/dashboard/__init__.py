"""The page for analysts. The only room that needs Streamlit and Altair, which are an extra."""
