import type { GatePage } from '../../model/gate-page.js';
import { codeSpan, tableRow } from '../markdown-text.js';

/** A gate's page of the documentation. */
export function renderGatePage(page: GatePage): string {
  const section = (title: string, text: string | null): readonly string[] =>
    text === null ? [] : [`## ${title}`, '', text, ''];
  return [
    `# ${page.id}`,
    '',
    `${page.title}.`,
    '',
    ...section('Why', page.why),
    ...section('When it does not pass', page.remedy),
    ...section('What it does not see', page.blindSpot),
    ...settingsOf(page),
    ...(page.sources.length === 0 ? [] : ['## Sources', '', ...page.sources.map((source) => `- <${source}>`), '']),
  ].join('\n');
}

function settingsOf({ id, settings }: GatePage): readonly string[] {
  if (settings.length === 0) return [];
  return [
    '## Settings',
    '',
    `They stand under ${codeSpan(`policy.gates.${id}`)}; a figure may be one for all tiers, or one for each: ${codeSpan('{ "0": 1, "1": 2 }')}.`,
    '',
    tableRow(['setting', 'meaning', 'tier 0', 'tier 1', 'tier 2', 'tier 3']),
    tableRow(['---', '---', '---', '---', '---', '---']),
    ...settings.map(({ name, meaning, byTier }) =>
      tableRow([codeSpan(name), meaning, ...(byTier ?? ['', '', '', '']).map(String)]),
    ),
    '',
  ];
}

/** The index of all gates, in the order in which they are asked. */
export function renderGateIndex(pages: readonly GatePage[]): string {
  return [
    '# Gates',
    '',
    'What has to hold before a change is applied, in the order in which it is asked. Generated from the gates themselves;',
    '`npm run docs` writes these pages anew.',
    '',
    tableRow(['gate', 'what holds when it passes']),
    tableRow(['---', '---']),
    ...pages.map(({ id, title }) => tableRow([`[${id}](${id}.md)`, title])),
    '',
    'A gate passes, warns, blocks, or says that it could not find out. Not to know is no pass: it blocks until somebody',
    'takes the risk in a waiver, by name, with a reason and a last day, for one gate on one target:',
    '',
    '```yaml',
    'policy:',
    '  waivers:',
    '    - gate: disk-space',
    '      target: production',
    '      by: Ada Lovelace',
    '      reason: The provider shows no free disk; its console says 400 GB.',
    '      grantedAt: 2026-06-01',
    '      expiresAt: 2026-06-08',
    '```',
    '',
    'A waiver that is over, not begun, or longer than `policy.limits.waiverDays` (14) lets nothing pass, and the report says so.',
    '',
  ].join('\n');
}
