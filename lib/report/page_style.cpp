// The look of our pages.  No font, image or rule from elsewhere; sizes follow the reader's font.
// Pairs of colours of text have a contrast of 4.5 and more (tests/cli/audit-report-browser.t).
#include "report/html.hpp"

namespace medchain::report {

const std::string_view page_style = R"css(:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f5f7f9; --text: #1a2330; --quiet: #4f5b6b; --line: #d5dce4;
  --accent: #1d4b75; --good: #19613a; --good-back: #e9f4ed; --bad: #971b1b; --bad-back: #fbecec;
  --warn: #744600; --warn-back: #fcf3de;
  --s1: #1d4b75; --s2: #3a8bb0; --s3: #b97417; --s4: #ad2f2f; --s5: #86909e;
  --h1: #e6eff7; --h2: #c6dcee; --h3: #9cc3e1; --h4: #6ea9d3; --heat-text: #10202f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11161d; --panel: #19202a; --text: #e4e9f0; --quiet: #a5b0be; --line: #313c4a;
    --accent: #8fbfeb; --good: #7fd3a0; --good-back: #14291e; --bad: #f2a3a3; --bad-back: #331a1c;
    --warn: #e8bf74; --warn-back: #2e2413;
    --s1: #6ea9d8; --s2: #4fc0c9; --s3: #dca351; --s4: #e57373; --s5: #8f9bab;
    --h1: #1c2f42; --h2: #22425f; --h3: #2a567d; --h4: #336a9b; --heat-text: #f2f6fb;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 68rem; padding: 0 1.25rem 3rem; background: var(--page);
  color: var(--text); font: 1rem/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums lining-nums;
}
a { color: var(--accent); }
a:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px;
}
main:focus { outline: none; }
.skip { position: absolute; left: -200vw; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--page); z-index: 1; }
header { padding: 2.5rem 0 1.25rem; border-bottom: 3px solid var(--accent); }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.01em; }
.kicker { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }
header .kicker { margin-top: .4rem; font-size: 1.05rem; }
h2 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1.05rem; }
p { margin: 0 0 .75rem; max-width: 48rem; }
nav ul, .legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; }
nav { padding: .75rem 0; border-bottom: 1px solid var(--line); }
nav ul { gap: .25rem 1.25rem; }
nav a { display: inline-block; padding: .15rem 0; text-decoration: none; font-size: .95rem; }
nav a:hover { text-decoration: underline; }
section { padding: 2.25rem 0 0; }
.verdict {
  margin: 0 0 1.25rem; padding: 1rem 1.25rem; border-left: 6px solid var(--quiet);
  background: var(--panel);
}
.verdict p { margin: 0; max-width: none; }
.verdict strong { font-size: 1.2rem; }
.verdict.good { border-color: var(--good); background: var(--good-back); }
.verdict.good strong, .good-text { color: var(--good); }
.verdict.bad { border-color: var(--bad); background: var(--bad-back); }
.verdict.bad strong, .bad-text { color: var(--bad); }
.verdict.warn { border-color: var(--warn); background: var(--warn-back); }
.verdict.warn strong, .warn-text { color: var(--warn); }
.good-text, .bad-text, .warn-text { font-weight: 600; }
.tiles {
  display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px;
  margin: 0; background: var(--line); border: 1px solid var(--line);
}
.tiles div { padding: .75rem 1rem; background: var(--page); display: flex; flex-direction: column; }
.tiles dt { color: var(--quiet); font-size: .85rem; order: 2; line-height: 1.35; }
.tiles dd { margin: 0; font-size: 1.6rem; line-height: 1.25; font-weight: 600; }
.facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; margin: 0 0 1rem; }
.facts dt, .facts dd {
  margin: 0; padding: .4rem 1.25rem .4rem 0; border-bottom: 1px solid var(--line);
}
.facts dt { color: var(--quiet); }
.facts dd { overflow-wrap: anywhere; min-width: 0; padding-right: 0; }
code {
  font: .875em/1.45 ui-monospace, "Liberation Mono", Consolas, monospace; overflow-wrap: anywhere;
}
.wide { overflow-x: auto; margin: 0 0 .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.4; }
caption { text-align: left; color: var(--quiet); padding: 0 0 .4rem; }
th, td {
  padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: baseline;
  border-bottom: 1px solid var(--line);
}
th:last-child, td:last-child { padding-right: 0; }
thead th {
  color: var(--quiet); font-weight: 600; font-size: .85rem; white-space: nowrap;
  border-bottom: 2px solid var(--line);
}
tbody th { font-weight: 600; white-space: nowrap; }
caption { max-width: calc(100vw - 2.5rem); }
td time { white-space: nowrap; }
.narrow table { width: auto; min-width: min(28rem, 100%); }
.n { text-align: right; white-space: nowrap; }
.k { white-space: nowrap; }
.hash code { display: block; min-width: 33ch; overflow-wrap: anywhere; }
.matrix table { width: auto; font-size: .88rem; }
.matrix th, .matrix td { padding: .4rem .55rem; border: 1px solid var(--line); }
.matrix th { white-space: nowrap; }
.matrix .sum { font-weight: 600; }
.h1 { background: var(--h1); color: var(--heat-text); }
.h2 { background: var(--h2); color: var(--heat-text); }
.h3 { background: var(--h3); color: var(--heat-text); }
.h4 { background: var(--h4); color: var(--heat-text); }
figure { margin: 0 0 1.25rem; }
svg { display: block; overflow: visible; }
svg text { fill: var(--quiet); font-size: 12px; }
.grid { stroke: var(--line); }
.axis { stroke: var(--quiet); }
.graph { width: 100%; max-width: 30rem; height: auto; }
.graph text { fill: var(--text); font-size: 15px; }
.node { fill: var(--accent); }
.edge { fill: none; stroke: var(--s2); }
.e1 { stroke-width: 1.5; } .e2 { stroke-width: 2.5; }
.e3 { stroke-width: 4; } .e4 { stroke-width: 5.5; }
.head { fill: var(--s2); }
.s1 { fill: var(--s1); background: var(--s1); } .s2 { fill: var(--s2); background: var(--s2); }
.s3 { fill: var(--s3); background: var(--s3); } .s4 { fill: var(--s4); background: var(--s4); }
.s5 { fill: var(--s5); background: var(--s5); }
.legend { gap: .25rem 1.25rem; font-size: .9rem; color: var(--quiet); padding-top: .5rem; }
.swatch {
  display: inline-block; width: .8rem; height: .8rem; margin-right: .45rem; vertical-align: -.05rem;
}
.more { color: var(--quiet); font-size: .92rem; }
.finding { border-top: 1px solid var(--line); padding: 1rem 0 .25rem; }
.finding h3 { margin-top: 0; }
.finding tbody tr:last-child > * { border-bottom: 0; }
.tag {
  display: inline-block; padding: 0 .5rem; border: 1px solid; font-size: .82rem; font-weight: 600;
  margin-right: .6rem;
}
footer {
  margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet);
  font-size: .88rem;
}
@media (max-width: 44rem) {
  header { padding-top: 1.5rem; }
  h1 { font-size: 1.55rem; }
  .facts { grid-template-columns: minmax(0, 1fr); }
  .facts dt { border: 0; padding-bottom: 0; font-size: .88rem; }
  .facts dd { padding-top: 0; }
  .tiles { grid-template-columns: 1fr 1fr; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  header { padding-top: 0; }
  .wide { overflow: visible; }
  h2, h3, caption { break-after: avoid; }
  tr, svg, .verdict, .tiles, .finding { break-inside: avoid; }
  thead { display: table-header-group; }
  .verdict, .h1, .h2, .h3, .h4, .swatch {
    -webkit-print-color-adjust: exact; print-color-adjust: exact;
  }
  @page { margin: 16mm; }
}
)css";

}  // namespace medchain::report
