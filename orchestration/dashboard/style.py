"""The little CSS that Streamlit's theme does not cover."""

CSS = """<style>
.block-container {max-width: 1320px; padding: 4.2rem 2.2rem 2rem 2.2rem;}
@media (max-width: 640px) {.block-container {padding: 4.2rem 1rem 2rem 1rem;}}
[data-testid="stMetricValue"] {font-size: 1.75rem; font-weight: 600;}
/* Streamlit says of the paragraph itself that it is one line. */
[data-testid="stMetricLabel"] * {white-space: normal !important; overflow: visible;}
/* What names a control that is off is read all the same. */
[data-testid="stWidgetLabel"][disabled] p {color: CanvasText; opacity: 0.75;}
/* Streamlit writes white on the accent, which is too light for it in dark: one blue in both. */
[data-testid="stBaseButton-primary"] {background: #1d6f8a; border-color: #1d6f8a; color: #fff;}
[data-testid="stBaseButton-primary"]:hover {background: #14566e; border-color: #14566e;
  color: #fff;}
/* The base of a share goes below the change where a card is too narrow for both. */
[data-testid="stMetric"] div:has(> [data-testid="stMetricDeltaDescription"]) {flex-wrap: wrap;}
[data-testid="stMetricDeltaDescription"] {flex-shrink: 0;}
[data-testid="stMetricDeltaDescription"] * {overflow: visible;}
/* For who uses the keyboard: Streamlit marks a link of the menu by a grey that is hardly one, and
   draws the buttons of a chart under the mouse alone. */
[data-testid="stSidebarNavLink"]:focus-visible,
[data-testid="stElementToolbar"] button:focus-visible {outline: 2px solid currentColor !important;
  outline-offset: -2px;}
[data-testid="stElementToolbar"]:has(:focus-visible) {opacity: 1 !important;}
/* Streamlit's own grey is too pale to be read by everybody. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {color: inherit;
  opacity: 1;}
[data-testid="stCaptionContainer"] p {opacity: .82;}
h1 {font-size: 1.9rem !important; line-height: 1.25 !important; padding: 0 !important;
  letter-spacing: -.02em;}
h3 {font-size: 1.1rem !important; padding: 0 !important;}
[class*="st-key-figure-"] [data-testid="stHeading"]
  + [data-testid="stElementContainer"] {margin-top: -.8rem;}
.pqr-table {overflow: auto; max-height: 36rem;}
.pqr-table:focus-visible {outline: 2px solid #1d6f8a;}
.pqr-table table {border-collapse: collapse; width: 100%; font-size: .84rem; line-height: 1.35;}
.pqr-table caption {position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%);}
.pqr-table th {text-align: left; font-weight: 600; vertical-align: bottom;}
.pqr-table th, .pqr-table td {padding: .35rem .55rem;
  border-bottom: 1px solid rgba(128,140,148,.25);}
.pqr-table tr > :first-child {padding-left: .1rem;}
.pqr-table .number {text-align: right; font-variant-numeric: tabular-nums;}
.pqr-table td.number, .pqr-table td.key, .pqr-table td.moment {white-space: nowrap;}
.pqr-table td.long {min-width: 16rem;}
.pqr-table a, .pqr-link {color: inherit; text-decoration: underline;}
.st-key-figure-map img {max-width: 35rem; margin: 0 auto; display: block;}
</style>"""
