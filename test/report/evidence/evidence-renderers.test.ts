import { describe, expect, test } from 'vitest';
import type { ChecklistLine } from '../../../src/model/controls.js';
import { type ChangeEvidence, type EvidenceReport, evidenceSections } from '../../../src/model/evidence-bundle.js';
import { renderChecklist } from '../../../src/report/evidence/checklist-markdown.js';
import { renderEvidencePage } from '../../../src/report/evidence/page.js';
import { renderEvidenceTerminal } from '../../../src/report/evidence/terminal.js';
import { evidenceSchema } from '../../../src/report/evidence/schemas.js';

const digest = 'a'.repeat(64);
const at = '2026-01-31T14:05:09.000Z';
const tool = { name: 'lockkeeper', version: '1.2.3' } as const;

function reportWith(text: string): EvidenceReport {
  const finding = { state: 'done', by: text, at, figures: text, record: digest } as const;
  const asked: ChecklistLine = { ...finding, state: 'ask', text, askRole: text, confirm: `lockkeeper confirm ${text}` };
  const sections = Object.fromEntries(evidenceSections.map((section) => [section, []])) as unknown;
  const evidence: ChangeEvidence = {
    version: 1,
    tool,
    exportedAt: at,
    change: { digest, target: text, migrations: [text], content: null },
    redacted: true,
    compatibility: { server: null, extensions: [{ name: text, version: text }], clients: null, drivers: [] },
    records: [
      {
        name: 'r.json',
        digest,
        header: {
          kind: 'record',
          version: 1,
          tool,
          createdAt: at,
          subject: { kind: 'watch', digest },
          predecessors: [],
        },
        content: 'left out',
        body: null,
      },
    ],
    sections: sections as ChangeEvidence['sections'],
    decisions: [{ at, what: text, by: text, why: text, record: digest }],
    heads: [digest],
    anchors: [{ entry: 7, runId: 'r', at, heads: [digest] }],
    controls: {
      changeDigest: digest,
      target: text,
      tier: 0,
      risk: 'HIGH',
      migrations: [text],
      applied: 'applied',
      appliedAt: at,
      controls: [
        { id: 'x', title: text, phase: 'before', demandedBy: [text], ...finding, remedy: null },
        { id: 'y', title: text, phase: 'after', demandedBy: ['tier 0'], ...finding, state: 'missing', remedy: text },
      ],
      complete: false,
    },
  };
  const line: ChecklistLine = { ...finding, text, askRole: null, confirm: null };
  const checklist = {
    id: 'c',
    title: text,
    head: [{ name: 'Ticket', value: text }],
    sections: [{ title: text, lines: [line, asked] }],
  };
  return { kind: 'evidence', version: 1, tool, evidence, checklists: [checklist] };
}

describe('the renderers of evidence', () => {
  test('say what is there', () => {
    const report = reportWith('notes');
    expect(evidenceSchema.parse(report)).toEqual(report);
    const text = renderEvidenceTerminal(report, { width: 80, color: false });
    expect(text).toContain('1 of 2 required steps done, 1 missing or failed.');
    expect(text).toContain('1 anchor');
    const page = renderEvidencePage(report);
    expect(page).toContain('ledger entry 7');
    expect(page).toContain('✗ missing');
    const [list] = report.checklists;
    const markdown = list === undefined ? '' : renderChecklist(list, report);
    expect(markdown).toContain('**Ticket:** notes');
    expect(markdown).toMatch(/^- \[x\] notes/m);
    expect(markdown).toMatch(/^- \[ \] notes .*to be ticked by the notes: `lockkeeper confirm notes`/m);
  });

  test('let nothing that comes from outside become markup or steer a terminal', () => {
    const hostile = '<script>alert(1)</script>\u001b[31m`x`| [y](z) @all "q"';
    const report = reportWith(hostile);
    const page = renderEvidencePage(report);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('\u001b');
    expect(renderEvidenceTerminal(report, { width: 80, color: false })).not.toContain('\u001b');
    const [list] = report.checklists;
    const markdown = list === undefined ? '' : renderChecklist(list, report);
    expect(markdown.replace(/(`+)[\s\S]*?\1(?!`)/g, '')).not.toMatch(/(?<!\\)<script|\[y\]\(z\)/);
    expect(markdown).not.toContain('\u001b');
  });
});
