"""How a report looks: the window's colours, by day and by night, as one style sheet.

The values are those of the design tokens, which the engine may not import; a test holds them equal.
"""

from collections.abc import Mapping

DAY: Mapping[str, str] = {
    "paper": "#FBFAF7", "card": "#FFFFFF", "sunken": "#F3F1EB", "ink": "#1F2328",
    "quiet": "#5D636B", "line": "#E2DFD6", "edge": "#85888B", "selection": "#D8EAE8",
    "accent": "#0B6665"}
NIGHT: Mapping[str, str] = {
    "paper": "#16181C", "card": "#1E2126", "sunken": "#121417", "ink": "#E7E5DF",
    "quiet": "#A2A6AC", "line": "#2D3138", "edge": "#777D86", "selection": "#1D3C3D",
    "accent": "#58BDB6"}
# How dark the fullest field of a grid may get, so that ink stays readable on it.
DAY_DEPTH, NIGHT_DEPTH = 0.66, 0.44


def style_sheet() -> str:
    """The whole of it; colours by name in both appearances, then everything that uses them."""
    return (f":root{{color-scheme:light dark;{_named(DAY)};--depth:{DAY_DEPTH}}}\n"
            f"@media (prefers-color-scheme:dark){{:root{{{_named(NIGHT)};"
            f"--depth:{NIGHT_DEPTH}}}}}\n{_RULES}")


def _named(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in colours.items())


_RULES = """\
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
 font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
 font-variant-numeric:tabular-nums}
main{max-width:1040px;margin:0 auto;padding:24px}
h1{font-size:28px;line-height:1.25;margin:8px 0;font-weight:600}
h2{font-size:20px;line-height:1.3;margin:40px 0 8px;font-weight:600}
h3{font-size:16px;margin:24px 0 8px;font-weight:600}
p,li{max-width:72ch;margin:8px 0}
ul{padding-left:24px}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,.wide:focus-visible{outline:2px solid var(--accent);
 outline-offset:2px}
.quiet{color:var(--quiet)}
.lead{font-size:16px}
nav ul{display:flex;flex-wrap:wrap;gap:8px 16px;padding:0;list-style:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;
 margin:16px 0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:16px;margin:0}
.facts div{margin:0}
.facts dt{font-size:12px;color:var(--quiet)}
.facts dd{margin:0;font-size:16px;overflow-wrap:anywhere}
details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:8px 0}
summary{padding:8px 16px;cursor:pointer}
summary b{font-weight:600}
summary span{color:var(--quiet);margin-left:8px}
details>div{padding:0 16px 16px}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:8px 0}
caption{text-align:left;color:var(--quiet);padding:4px 0}
th,td{padding:4px 16px 4px 0;text-align:right;border-bottom:1px solid var(--line);
 vertical-align:top;white-space:nowrap}
th{font-weight:600}
th:first-child,td.words,th.words{text-align:left}
td.words{white-space:normal;max-width:60ch}
thead th{font-size:12px;color:var(--quiet);font-weight:400;vertical-align:bottom;
 white-space:normal;max-width:160px}
td small{display:block;color:var(--quiet);font-size:12px}
td.best b::after{content:" best";font-size:12px;font-weight:400;color:var(--accent)}
.experimental{color:var(--quiet)}
figure{display:flex;flex-wrap:wrap;gap:16px 32px;margin:16px 0}
figure>div{max-width:100%}
.over{font-weight:600;margin:0}
figcaption{flex-basis:100%;color:var(--quiet);max-width:72ch}
svg{display:block;overflow:visible;font-size:13px}
svg text{fill:var(--ink)}
svg .quiet{fill:var(--quiet);font-size:12px}
svg .heading{font-weight:600}
svg .figure{font-weight:600}
svg .figure.hollow,svg .figure.plain{font-weight:400}
svg line{stroke-width:1}
svg .axis{stroke:var(--edge)}
svg .grid{stroke:var(--line)}
svg .reference{stroke:var(--quiet);stroke-dasharray:4 3;stroke-width:1.5}
svg .gap{stroke:var(--edge);stroke-width:1.5}
svg .whisker{stroke:var(--edge);stroke-width:1.5}
svg .whisker.strong{stroke:var(--accent);stroke-width:2}
svg .dot{fill:var(--edge);stroke:var(--card);stroke-width:1}
svg .dot.strong{fill:var(--accent)}
svg .dot.hollow{fill:var(--card);stroke:var(--edge);stroke-width:1.5}
svg .curve{fill:none;stroke-width:2}
svg .curve.strong{stroke:var(--accent)}
svg .bar{fill:var(--edge)}
svg .field{fill:var(--accent);fill-opacity:calc(var(--share)*var(--depth))}
svg .curve.series-0{stroke:var(--accent)}
svg .curve.series-1{stroke:var(--ink)}
svg .curve.series-2{stroke:var(--edge)}
svg .curve.series-3{stroke:var(--quiet);stroke-dasharray:5 3}
svg .dot.series-0,svg .band.series-0{fill:var(--accent)}
svg .dot.series-1,svg .band.series-1{fill:var(--ink)}
svg .dot.series-2,svg .band.series-2{fill:var(--edge)}
svg .dot.series-3,svg .band.series-3{fill:var(--quiet)}
svg .band{opacity:.14}
@media print{details{break-inside:avoid}body{background:none}}
"""
