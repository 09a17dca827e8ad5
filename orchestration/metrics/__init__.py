"""What Prometheus scrapes: the state of runs and the published KPIs, read at each scrape."""
