"""The pages of `pqr dashboard`. The only room that needs Streamlit and Altair, an extra."""
