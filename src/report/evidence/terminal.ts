import type { ConfirmableReport, ConfirmationReport } from '../../model/confirmation.js';
import type { ControlsReport } from '../../model/controls.js';
import {
  type BundledRecord,
  type ChangeEvidence,
  type EvidenceReport,
  evidenceSections,
  type EvidenceVerifyReport,
} from '../../model/evidence-bundle.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderFacts, renderProse } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import { formatCounted } from '../units.js';
import { renderControls } from './control-lines.js';
import { compatibilityInWords, contentInWords, shortDigest, shortTime } from './evidence-words.js';

export type EvidenceTerminalReport =
  | EvidenceReport
  | EvidenceVerifyReport
  | ControlsReport
  | ConfirmationReport
  | ConfirmableReport;

/** What is on record, whether it holds, what is missing, and what a person said, for a terminal. */
export function renderEvidenceTerminal(report: EvidenceTerminalReport, options: TerminalOptions): string {
  const layout: Layout = {
    width: Math.max(40, options.width),
    palette: makePalette(options.color),
    verbose: options.verbose ?? false,
  };
  return `${linesOf(report, layout).join('\n')}\n`;
}

function linesOf(report: EvidenceTerminalReport, layout: Layout): readonly string[] {
  switch (report.kind) {
    case 'evidence':
      return evidenceLines(report, layout);
    case 'evidence-verify':
      return verifyLines(report, layout);
    case 'controls':
      return controlsLines(report, layout);
    case 'confirmation':
      return confirmationLines(report, layout);
    case 'confirmable':
      return confirmableLines(report, layout);
    default:
      return report satisfies never;
  }
}

function evidenceLines({ tool, evidence, checklists }: EvidenceReport, layout: Layout): readonly string[] {
  const { palette } = layout;
  const { change, controls } = evidence;
  const title = `${tool.name} ${tool.version} · evidence of ${change.migrations.join(', ') || 'a change'} · ${change.target ?? 'no target by name'}`;
  const lists = `Checklists: ${checklists.map(({ id }) => id).join(', ')}. \`lockkeeper evidence export --checklists DIR\` writes them.`;
  return [
    ...renderProse(layout, { head: '', text: title }, palette.title),
    ...headLines(evidence, layout),
    '',
    ...sectionLines(evidence, layout),
    ...decisionLines(evidence, layout),
    '',
    ...renderControls(layout, controls),
    '',
    ...renderProse(layout, { head: '', text: lists }, palette.faint),
  ];
}

function headLines({ change, records, heads, anchors, redacted }: ChangeEvidence, layout: Layout): readonly string[] {
  const facts = [
    formatCounted(records.length, 'record'),
    formatCounted(heads.length, 'head'),
    anchors === null ? 'no ledger was asked' : formatCounted(anchors.length, 'anchor'),
    redacted ? 'values are redacted' : 'nothing is redacted: for local use only',
  ];
  const { faint } = layout.palette;
  return [...renderFacts(layout, [`change ${change.digest}`], faint), ...renderFacts(layout, facts, faint)];
}

function sectionLines({ records, sections, compatibility }: ChangeEvidence, layout: Layout): readonly string[] {
  const { title, faint } = layout.palette;
  const nothing = faint('  nothing is on record');
  const byDigest = new Map(records.map((record) => [record.digest, record]));
  const told = evidenceSections.flatMap((section) => {
    const lines = sections[section].flatMap((digest) => {
      const record = byDigest.get(digest);
      return record === undefined ? [] : inList(recordInWords(record), layout);
    });
    return [title(section), ...(lines.length === 0 ? [nothing] : lines)];
  });
  const fitting =
    compatibility === null ? [nothing] : compatibilityInWords(compatibility).flatMap((text) => inList(text, layout));
  return [...told, title('compatibility'), ...fitting];
}

function recordInWords(record: BundledRecord): string {
  const { createdAt, subject } = record.header;
  return `${shortTime(createdAt)}  ${subject.kind}  ${shortDigest(record.digest)}  ${contentInWords(record)}`;
}

function decisionLines({ decisions }: ChangeEvidence, layout: Layout): readonly string[] {
  const words = decisions.map(
    ({ at, what, by, why }) =>
      `${shortTime(at)}  ${what}${by === null ? '' : `, by ${by}`}${why === null ? '' : `: ${why}`}`,
  );
  return [layout.palette.title('decisions'), ...words.flatMap((text) => inList(text, layout))];
}

function inList(text: string, layout: Layout): readonly string[] {
  return renderProse(layout, { head: '  ', text }, layout.palette.plain);
}

function verifyLines(report: EvidenceVerifyReport, layout: Layout): readonly string[] {
  const { palette } = layout;
  const { tool, path, source, records, signedBy, approvals, confirmations, anchors, problems, notes, verdict } = report;
  return [
    ...renderProse(layout, { head: '', text: `${tool.name} ${tool.version} · ${source} ${path}` }, palette.title),
    ...renderFacts(
      layout,
      [
        formatCounted(records.total, 'record'),
        `${records.whole} whole, ${records.redacted} redacted, ${records.leftOut} as headers`,
        formatCounted(anchors, 'anchor'),
        formatCounted(approvals.length, 'approval'),
      ],
      palette.faint,
    ),
    ...(signedBy === null ? [] : renderProse(layout, { head: '✓ ', text: `signed by ${signedBy}` }, palette.good)),
    ...approvals.flatMap(({ by, role, record }) =>
      renderProse(layout, { head: '✓ ', text: `approved by ${by} as ${role} (${shortDigest(record)})` }, palette.good),
    ),
    ...confirmations.flatMap(({ by, role, item, record }) =>
      renderProse(
        layout,
        { head: '✓ ', text: `${item} confirmed by ${by} as ${role} (${shortDigest(record)})` },
        palette.good,
      ),
    ),
    ...problems.flatMap(({ about, place, field, message }) =>
      renderProse(
        layout,
        { head: '✗ ', text: `${about}: ${place}${field === null ? '' : `, ${field}`}: ${message}` },
        palette.bad,
      ),
    ),
    ...notes.flatMap((note) => renderProse(layout, { head: '· ', text: note }, palette.faint)),
    '',
    verdict === 'verified'
      ? palette.title(palette.good('Verified: everything is as it was written.'))
      : palette.title(palette.bad(`Not verified: ${formatCounted(problems.length, 'problem')}.`)),
  ];
}

function controlsLines({ tool, database, changes, notes }: ControlsReport, layout: Layout): readonly string[] {
  const { palette } = layout;
  const title = `${tool.name} ${tool.version} · required steps${database === null ? '' : ` of changes on ${database}`}`;
  return [
    ...renderProse(layout, { head: '', text: title }, palette.title),
    '',
    ...(changes.length === 0 ? ['No change is on record.'] : []),
    ...changes.flatMap((change) => [...renderControls(layout, change), '']),
    ...notes.flatMap((note) => renderProse(layout, { head: '· ', text: note }, palette.faint)),
  ];
}

function confirmationLines(report: ConfirmationReport, layout: Layout): readonly string[] {
  const { title, state, by, role, note, changeDigest, at, signed } = report;
  const who = by.git ?? `${by.osUser}@${by.host}`;
  const key = signed === null ? 'unsigned' : `signed as ${signed.signer.principal} with ${signed.signer.fingerprint}`;
  const words = state === 'done' ? title : `Not applicable: ${title}`;
  return [
    ...renderProse(layout, { head: '✓ ', text: words }, layout.palette.good),
    ...renderFacts(
      layout,
      [
        `change ${shortDigest(changeDigest)}`,
        `${who} as ${role}`,
        key,
        shortTime(at),
        ...(note === null ? [] : [note]),
      ],
      layout.palette.faint,
    ),
  ];
}

function confirmableLines({ changeDigest, items }: ConfirmableReport, layout: Layout): readonly string[] {
  const { palette } = layout;
  const phases = [...new Set(items.map(({ phase }) => phase))];
  return [
    palette.title(`What a person can say of the change ${shortDigest(changeDigest ?? '')}`),
    ...phases.flatMap((phase) => [
      palette.faint(`  ${phase}`),
      ...items
        .filter((item) => item.phase === phase)
        .flatMap(({ id, title, role, confirmed }) => {
          const head = `  ${confirmed === null ? '?' : '✓'} `;
          const said =
            confirmed === null
              ? `asked of: ${role}`
              : `${confirmed.by.git ?? confirmed.by.osUser} as ${confirmed.role}, ${(confirmed.signed ?? null) === null ? 'unsigned' : `signed as ${confirmed.signed?.signer.principal}`}, ${shortTime(confirmed.at)}${confirmed.note === null ? '' : `: ${confirmed.note}`}`;
          return renderProse(
            layout,
            { head, text: `${id}: ${title} (${said})` },
            confirmed === null ? palette.plain : palette.good,
          );
        }),
    ]),
  ];
}
