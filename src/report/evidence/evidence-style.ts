/** What this page needs besides the style sheet that all pages share. */
export const evidenceStyle = `
.state{font-weight:600;white-space:nowrap}.time{white-space:nowrap;font-variant-numeric:tabular-nums}
.digest{overflow-wrap:anywhere;font-size:12px}
@media(min-width:641px){.steps td.lead{min-width:270px}.steps td:last-child{min-width:150px}}
ul.checks li{display:flex;gap:9px;align-items:baseline;margin:5px 0}
ul.checks code{color:var(--faint);overflow-wrap:anywhere}
svg.series{display:block;width:100%;height:auto;margin:8px 0 2px}
svg.series .line{fill:none;stroke:var(--read);stroke-width:1.6;stroke-linejoin:round}
svg.series .mark{stroke:var(--both);stroke-width:1.4;stroke-dasharray:3 3}
svg.series text{fill:var(--faint);font-size:11px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:6px 26px}
.charts h3{margin:10px 0 0}
`;
