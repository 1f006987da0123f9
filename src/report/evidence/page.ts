import type { ControlReport, FilledChecklist } from '../../model/controls.js';
import {
  type BundledRecord,
  type ChangeEvidence,
  type EvidenceReport,
  evidenceSections,
} from '../../model/evidence-bundle.js';
import { Html, html } from '../html/escape.js';
import { styleSheet } from '../html/style.js';
import { type Column, renderTable } from '../html/table.js';
import { formatCounted } from '../units.js';
import { renderExecution } from './execution-section.js';
import { evidenceStyle } from './evidence-style.js';
import {
  compatibilityInWords,
  contentInWords,
  controlsInWords,
  shortDigest,
  shortTime,
  sourceInWords,
  stateLooks,
  stateMarks,
  stateWords,
} from './evidence-words.js';
import { renderWatch } from './watch-section.js';

/** Everything on record about a change as one page that needs nothing but itself: no network, no script. */
export function renderEvidencePage(report: EvidenceReport): string {
  const { evidence, checklists, tool } = report;
  const { change } = evidence;
  const name = change.migrations.join(', ') || shortDigest(change.digest);
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evidence: ${name}</title>
<style>${new Html(styleSheet + evidenceStyle)}</style></head>
<body><main>
${renderHeader(evidence, name)}
${renderCards(evidence)}
<h2>Required steps</h2>${renderControls(evidence.controls)}
${renderExecution(evidence)}
${renderWatch(evidence)}
<h2>Decisions</h2>${renderDecisions(evidence)}
<h2>Compatibility</h2>${renderCompatibility(evidence)}
<h2>Checklists</h2>${checklists.map(renderFilled)}
<h2>Records</h2>${renderRecords(evidence)}
<footer>${tool.name} ${tool.version} · exported ${evidence.exportedAt} · change ${change.digest}</footer>
</main></body></html>
`;
  return page.toString();
}

function renderHeader({ change, controls, redacted }: ChangeEvidence, name: string): Html {
  const { risk, tier, applied, appliedAt, complete } = controls;
  const look = { no: 'faint', applied: 'good', failed: 'bad', 'rolled back': 'warn' }[applied];
  const facts = [
    change.target === null ? 'no target by name' : `target ${change.target}`,
    tier === null ? 'tier unknown' : `tier ${tier}`,
    `risk ${risk ?? 'unknown'}`,
    ...(appliedAt === null ? [] : [`${shortTime(appliedAt)} UTC`]),
  ];
  return html`<header><div class="header-text"><h1>Evidence of ${name}</h1><p class="facts">${facts.join(' · ')}</p></div><span class="badge big ${look}">${applied === 'no' ? 'not applied' : applied}</span></header>
<p class="${complete ? 'good' : 'warn'}"><b>${controlsInWords(controls)}.</b></p>
<p class="faint">${redacted ? 'Values in SQL, and what the server says of rows, are redacted.' : 'Nothing is redacted: this page is for local use only.'}</p>`;
}

function renderCards({ records, decisions, anchors, controls }: ChangeEvidence): Html {
  const done = controls.controls.filter(({ state }) => state === 'done').length;
  const needed = controls.controls.filter(({ state }) => state !== 'not applicable').length;
  const own = records.filter(({ content }) => content !== 'left out').length;
  const card = (value: string, label: string): Html =>
    html`<div class="card"><b>${value}</b><span>${label}</span></div>`;
  return html`<div class="cards">${[
    card(`${done} of ${needed}`, 'required steps done'),
    card(String(own), `records of this change, ${records.length} in the chain`),
    card(String(decisions.length), 'decisions'),
    card(
      anchors === null ? '–' : String(anchors.length),
      anchors === null ? 'the ledger was not asked' : 'anchors in the ledger',
    ),
  ]}</div>`;
}

const controlColumns: readonly Column[] = [
  { title: '' },
  { title: 'Step' },
  { title: 'What is on record' },
  { title: 'By whom, when' },
];

/** The required steps of a change, those before it first. */
function renderControls({ controls }: Pick<ControlReport, 'controls'>): Html {
  const rows = controls.map((control) => {
    const { state, title, figures, demandedBy, remedy, phase } = control;
    return [
      { value: html`<span class="state ${stateLooks[state]}">${stateMarks[state]} ${stateWords[state]}</span>` },
      { value: html`${title}<br><span class="faint">${phase} · ${demandedBy.join(', ')}</span>`, look: 'lead' },
      { value: html`${figures}${remedy === null ? null : html`<div class="warn">→ ${remedy}</div>`}`, look: 'sql' },
      { value: sourceInWords(control), look: 'faint' },
    ];
  });
  return html`<div class="panel steps">${renderTable({ caption: null, columns: controlColumns, rows })}</div>`;
}

function renderDecisions({ decisions }: ChangeEvidence): Html {
  if (decisions.length === 0) return html`<p class="panel faint">Nothing is on record.</p>`;
  const columns: readonly Column[] = [{ title: 'When (UTC)' }, { title: 'What' }, { title: 'By' }, { title: 'Why' }];
  const rows = decisions.map(({ at, what, by, why }) => [
    { value: html`<span class="time">${shortTime(at)}</span>` },
    { value: what, look: 'lead' },
    { value: by ?? html`<span class="faint">the rules</span>` },
    { value: why ?? '', look: 'sql' },
  ]);
  return html`<div class="panel">${renderTable({ caption: null, columns, rows })}</div>`;
}

function renderCompatibility({ compatibility }: ChangeEvidence): Html {
  if (compatibility === null) return html`<p class="panel faint">Nothing is on record.</p>`;
  return html`<div class="panel"><ul class="plain">${compatibilityInWords(compatibility).map((line) => html`<li>${line}</li>`)}</ul></div>`;
}

function renderFilled({ id, title, head, sections }: FilledChecklist): Html {
  const lines = sections.flatMap((section) => section.lines);
  const done = lines.filter(({ state }) => state === 'done').length;
  const known = head.flatMap(({ name, value }) => (value === null ? [] : [`${name}: ${value}`]));
  return html`<details class="quiet" id="checklist-${id}"><summary><b>${title}</b> <span class="faint">${done} of ${formatCounted(lines.length, 'line')} ticked</span></summary>
<p class="faint">${known.join(' · ')}</p>
${sections.map(
  (section) =>
    html`<h3>${section.title}</h3><ul class="plain checks">${section.lines.map(
      (line) =>
        html`<li><span class="state ${stateLooks[line.state]}">${stateMarks[line.state]}</span> <span>${line.text}${renderAsk(line)}</span></li>`,
    )}</ul>`,
)}</details>`;
}

function renderAsk(line: FilledChecklist['sections'][number]['lines'][number]): Html {
  const { askRole, confirm, state } = line;
  if (askRole !== null) {
    return html` <span class="warn">to be ticked by the ${askRole}</span>${confirm === null ? null : html`<br><code>${confirm}</code>`}`;
  }
  const told = line.at !== null && line.text.includes(shortTime(line.at)) ? { ...line, at: null } : line;
  const source = state === 'missing' ? 'nothing on record says so' : sourceInWords(told);
  return html` <span class="faint">${state === 'not applicable' ? 'not applicable' : source}</span>`;
}

const recordColumns: readonly Column[] = [
  { title: 'When (UTC)' },
  { title: 'Kind' },
  { title: 'Record' },
  { title: 'Content' },
];

function renderRecords({ records, sections, heads, anchors }: ChangeEvidence): Html {
  const sectionOf = (record: BundledRecord): string =>
    evidenceSections.find((section) => sections[section].includes(record.digest)) ?? '';
  const rows = records.map((record) => [
    { value: html`<span class="time">${shortTime(record.header.createdAt)}</span>` },
    { value: html`${record.header.subject.kind}<br><span class="faint">${sectionOf(record)}</span>`, look: 'lead' },
    { value: html`<span class="mono digest">${record.digest}</span>` },
    {
      value: html`${contentInWords(record)}${heads.includes(record.digest) ? html` <span class="faint">head</span>` : null}`,
    },
  ]);
  const told = (anchors ?? []).map(
    ({ entry, at, heads: named }) =>
      html`<li>ledger entry ${String(entry)}, ${shortTime(at)}: <span class="mono">${named.map(shortDigest).join(', ')}</span></li>`,
  );
  return html`<div class="panel">${renderTable({ caption: null, columns: recordColumns, rows })}${told.length === 0 ? null : html`<h3>Anchors</h3><ul class="plain">${told}</ul>`}</div>`;
}
