"""How the page of a report looks, by day and by night."""

STYLE = """
:root{color-scheme:light dark;--ground:#f6f7f9;--sheet:#fff;--ink:#1b2430;--soft:#5d6a7a;
--line:#e1e5ea;--track:#e9edf2;--before:#b3bfcc;--after:#1f7a8c;--repaired:#1f7a8c;
--suspected:#d98c1f;--lost:#c2483d;--tint:#eef6f7}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--sheet:#1a2028;--ink:#e6ebf1;
--soft:#98a5b3;--line:#2b343f;--track:#28313c;--before:#5b6876;--after:#4fb3c6;
--repaired:#4fb3c6;--suspected:#e8a94a;--lost:#e5766b;--tint:#1c2b31}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:28px;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:18px;margin:0 0 4px}
header p,section>p{color:var(--soft);margin:4px 0 14px;max-width:72ch}
section{background:var(--sheet);border:1px solid var(--line);border-radius:10px;
padding:20px;margin-top:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;
margin-top:20px}
.tile{background:var(--sheet);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.tile b{display:block;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
.tile.good b{color:var(--after)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:16px}
.pair section{min-width:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;color:var(--soft);font-weight:600;font-size:12px;padding:6px 10px 6px 0;
border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:7px 10px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.why{min-width:220px;overflow-wrap:anywhere}
.examples{min-width:240px}
.name{overflow-wrap:anywhere;min-width:110px}
code{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--tint);
border-radius:4px;padding:1px 5px;overflow-wrap:anywhere;white-space:pre-wrap}
code.old{text-decoration:line-through;text-decoration-color:var(--lost);opacity:.8}
.none{color:var(--soft);font-style:italic;font-size:13px}
.mark{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
.key{color:var(--soft);font-size:13px;margin:10px 0 0}
.key span{margin-right:16px}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px}
figure{margin:0;min-width:0}
figcaption{font-size:13px;overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--ink);font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg text.soft{fill:var(--soft)}
details{border-bottom:1px solid var(--line);padding:8px 0}
details:last-child{border-bottom:0}
summary{cursor:pointer;font-weight:600}
summary span{font-weight:400;color:var(--soft)}
ol{margin:8px 0 4px;padding-left:22px}
li{margin:6px 0;overflow-wrap:anywhere}
li b{font-weight:600;color:var(--after)}
footer{color:var(--soft);font-size:13px;margin-top:24px}
@media print{body{background:#fff}section{break-inside:avoid}}
"""
