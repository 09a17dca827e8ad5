// Two things that the theme leaves out: a name for the search dialog, and keys for wide tables.
const complete = () => {
  const search = document.querySelector(".md-search");
  const query = document.querySelector(".md-search__input");
  if (search && query && !search.hasAttribute("aria-label"))
    search.setAttribute("aria-label", query.placeholder || query.getAttribute("aria-label") || "");
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])"))
    table.setAttribute("tabindex", "0");
};
new MutationObserver(complete).observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", complete);
