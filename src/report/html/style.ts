/** The page's only style sheet. Colours are pairs, one for each colour scheme; all text keeps a contrast of 4.5 or more. */
export const styleSheet = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--faint:#5b6675;--line:#dfe4ea;--grid:#e8ecf1;
--both:#c8323c;--both-ink:#b3232e;--writes:#d9822b;--writes-ink:#965109;--none:#8fb3a4;--none-ink:#3b6f5a;--good:#1f7a4d;--link:#1f5fbf;
--odd:#42659c;--even:#5f7fae;--read:#2f6fde;--write:#b4540a;--standby:#8b3fc7;--grow:#4f7ecb;--shrink:#3f9a78;--code:#f3f5f8;
--k:#7a2fb5;--s:#1f6f43;--c:#67727f;--n:#9a4a00;--i:#0f5f8a}
@media(prefers-color-scheme:dark){:root{--bg:#11151b;--card:#191f28;--ink:#e3e8ef;--faint:#9aa7b6;--line:#2c3542;--grid:#252d39;
--both:#e5545d;--both-ink:#ff8a90;--writes:#e39a45;--writes-ink:#f0b068;--none:#4f7d6b;--none-ink:#8cc4ad;--good:#5fcb93;--link:#7fb0ff;
--odd:#4a6b9e;--even:#3a5480;--read:#6ea2ff;--write:#f2a05a;--standby:#c98bf5;--grow:#6b97df;--shrink:#58b893;--code:#12171e;
--k:#c99bf2;--s:#86d3a5;--c:#8f9bab;--n:#f0b27a;--i:#7cc4ea}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","Liberation Sans",Helvetica,Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:25px;margin:0;line-height:1.25}h2{font-size:19px;margin:34px 0 10px}h3{font-size:15px;margin:20px 0 8px}
p{margin:6px 0}a{color:var(--link)}
.faint{color:var(--faint)}.scroll{overflow-x:auto}
code,pre,.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px}
header{display:flex;gap:16px;align-items:flex-start;justify-content:space-between;flex-wrap:wrap}
.header-text{flex:1 1 320px;min-width:0}
.facts{color:var(--faint);margin:6px 0 0;font-size:14px}
.badge{display:inline-block;border-radius:6px;padding:2px 9px;font-weight:600;font-size:13px;border:1px solid currentColor;white-space:nowrap}
.badge.big{font-size:16px;padding:5px 14px}
.good{color:var(--good)}.bad{color:var(--both-ink)}.warn{color:var(--writes-ink)}
.both-text{color:var(--both-ink)}.writes-text{color:var(--writes-ink)}.none-text{color:var(--none-ink)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;margin:22px 0 8px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.card b{display:block;font-size:21px;line-height:1.25;font-variant-numeric:tabular-nums}.card span{color:var(--faint);font-size:13px;display:block;overflow-wrap:anywhere}
section.migration,.panel{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:16px 0}
details.quiet{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:8px 0;padding:0 18px}
details.quiet>summary{padding:10px 0;cursor:pointer}details.quiet[open]{padding-bottom:14px}
details.quiet section.migration{border:0;padding:0;margin:0;background:none}
.migration-head{display:flex;justify-content:space-between;gap:12px;align-items:baseline;flex-wrap:wrap}.migration-head h2{margin:0;overflow-wrap:anywhere}
ul.plain{list-style:none;padding:0;margin:8px 0}ul.plain li{margin:3px 0}
.finding{border-left:4px solid var(--line);padding:3px 0 3px 12px;margin:12px 0}.finding.error{border-color:var(--both)}.finding.warning{border-color:var(--writes)}.finding.info{border-color:var(--read)}
table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;font-weight:600;color:var(--faint);font-size:12.5px}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
td.num,th.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}td.sql{overflow-wrap:anywhere;min-width:220px}
caption{text-align:left;color:var(--ink);font-weight:600;font-size:13px;padding:14px 0 4px}
td:last-child,th:last-child{padding-right:0}td.num+td:not(.num),th.num+th:not(.num){padding-left:10px}
.measure{display:block;margin:3px 0 0 auto}.measure .track{fill:var(--grid)}.grow{fill:var(--grow)}.shrink{fill:var(--shrink)}
.statement{border-top:1px solid var(--line);margin-top:16px;padding-top:12px}
.statement h3{margin:0 0 8px;display:flex;justify-content:space-between;gap:10px;flex-wrap:wrap}
.number{display:inline-block;min-width:22px;text-align:center;border-radius:4px;background:var(--odd);color:#fff;font-size:12px;padding:1px 5px;margin-right:6px}.number.failed{background:var(--both)}
pre{background:var(--code);border:1px solid var(--line);border-radius:8px;padding:10px 12px;margin:8px 0;overflow-x:auto;white-space:pre;tab-size:4;max-height:420px}
pre.error{border-color:var(--both)}
pre .k{color:var(--k);font-weight:600}pre .s{color:var(--s)}pre .c{color:var(--c);font-style:italic}pre .n{color:var(--n)}pre .i{color:var(--i)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;margin:10px 0;font-size:14px}dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}
.legend{display:flex;gap:18px;flex-wrap:wrap;font-size:13px;color:var(--faint);align-items:center}.legend span{display:inline-flex;gap:6px;align-items:center}
.swatch{width:22px;height:12px;border-radius:2px;display:inline-block}.swatch.both{background:var(--both)}.swatch.writes{background:var(--writes)}.swatch.none{background:var(--none)}
svg.timeline{display:block;width:100%;min-width:760px;height:auto;margin:10px 0;font-family:inherit}
svg .grid{stroke:var(--grid)}svg .axis,svg .lane{stroke:var(--line)}svg .start{stroke:var(--odd);stroke-dasharray:2 3;opacity:.55}
svg .tick{fill:var(--faint);font-size:11.5px;font-variant-numeric:tabular-nums}svg .lane-label{fill:var(--ink);font-size:12.5px}svg .series-label,svg .empty{fill:var(--faint);font-size:12px}
svg .lane-mode{fill:var(--faint);font-size:10.5px}svg .lane-mode.both{fill:var(--both-ink)}svg .lane-mode.writes{fill:var(--writes-ink)}
svg .mark.odd{fill:var(--odd)}svg .mark.even{fill:var(--even)}svg .mark.failed{fill:var(--both)}svg .mark-label{fill:#fff;font-size:12px;font-weight:600}
svg .bar.both{fill:var(--both)}svg .bar.writes{fill:var(--writes)}svg .bar.none{fill:var(--none)}svg .bar.waited{opacity:.35}.hatch{stroke:var(--ink);stroke-width:2.2;opacity:.55}
svg .dots{fill:none;stroke-width:4;stroke-linecap:round;opacity:.8}svg .dots.read{stroke:var(--read)}svg .dots.write{stroke:var(--write)}svg .dots.standby{stroke:var(--standby)}
footer{margin-top:40px;color:var(--faint);font-size:13px;overflow-wrap:anywhere}
.label{display:none}
@media(max-width:640px){main{padding:18px 12px 40px}.panel,section.migration{padding:12px}details.quiet{padding:0 12px}
.cards{grid-template-columns:1fr 1fr;gap:8px}.card{padding:9px 11px}.card b{font-size:18px}
table.stacks,.stacks tbody,.stacks caption{display:block}.stacks thead,.stacks .measure{display:none}
.stacks tr{display:flex;flex-wrap:wrap;gap:1px 10px;align-items:baseline;padding:7px 0;border-bottom:1px solid var(--line)}.stacks tr:last-child{border-bottom:0}
.stacks td,.stacks td.num+td:not(.num){border:0;padding:0;text-align:left;overflow-wrap:anywhere}.stacks td.lead{font-weight:600}.stacks td.sql{min-width:0;flex:1 1 70%}
.label{display:inline;color:var(--faint)}svg.timeline{min-width:620px}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 6px}
.timeline-scroll{background:linear-gradient(to left,var(--card) 30%,transparent) right/40px 100% no-repeat local,linear-gradient(to left,var(--line),transparent) right/14px 100% no-repeat scroll}}
@media print{body{background:#fff}main{max-width:none;padding:0}section.migration,.panel{break-inside:avoid}pre{max-height:none;white-space:pre-wrap}}
`;
