import type { RulePage } from '../../model/check.js';
import type { RuleProof } from '../../model/rule-proof.js';
import { codeBlock, tableRow } from '../markdown-text.js';

/** A rule's page of the documentation. */
export function renderRulePage(page: RulePage): string {
  return [
    `# ${page.id}`,
    '',
    `${page.title}.`,
    '',
    factsOf(page).join(' · '),
    '',
    '## Why',
    '',
    page.why,
    '',
    '## What to write instead',
    '',
    page.instead,
    '',
    '## Example',
    '',
    ...renderExample(page),
    proofInWords(page),
    '',
    ...(page.sources.length === 0 ? [] : ['## Sources', '', ...page.sources.map((source) => `- <${source}>`), '']),
  ].join('\n');
}

function factsOf(page: RulePage): readonly string[] {
  return [
    `**Concern:** ${page.concern}`,
    `**Severity:** ${page.severity}`,
    `**PostgreSQL:** ${page.majors.join(', ')}`,
    ...(page.needsSchema ? ['**Needs a schema:** silent where only the text is known'] : []),
    ...(page.concern === 'style' ? ['**Off** unless style is judged'] : []),
    ...(page.aliases.length === 0 ? [] : [`**Formerly:** ${page.aliases.join(', ')}`]),
  ];
}

function renderExample({ example }: RulePage): readonly string[] {
  const given = example.setup.trim();
  return [
    ...(given === '' ? [] : ['Given', '', codeBlock(given, 'sql'), '']),
    `${given === '' ? 'This' : 'this'} is reported${fileNamed(example.paths?.unsafe)}`,
    '',
    codeBlock(example.unsafe.trim(), 'sql'),
    '',
    `and this is not${fileNamed(example.paths?.safe)}`,
    '',
    codeBlock(example.safe.trim(), 'sql'),
    '',
    ...(example.application === null
      ? []
      : ['An application that knows nothing of the change sends', '', codeBlock(example.application, 'sql'), '']),
  ];
}

function fileNamed(name: string | undefined): string {
  return name === undefined ? ':' : ` in a file named ${name}:`;
}

function proofInWords({ unobservable, majors }: RulePage): string {
  if (unobservable !== null) return `The tests judge the texts alone. ${unobservable}`;
  return `The tests run both on PostgreSQL ${majors.join(', ')}: the first is predicted and observed, the second neither.`;
}

/** The index of all rules, by concern. */
export function renderRuleIndex(pages: readonly RulePage[]): string {
  const concerns = [...new Set(pages.map(({ concern }) => concern))];
  return [
    '# Rules',
    '',
    'Generated from the rules themselves; `npm run docs` writes these pages anew.',
    '',
    ...concerns.flatMap((concern) => [
      `## ${concern}`,
      '',
      tableRow(['rule', 'severity', 'what it finds']),
      tableRow(['---', '---', '---']),
      ...pages
        .filter((page) => page.concern === concern)
        .map((page) => tableRow([`[${page.id}](${page.id}.md)`, page.severity, page.title])),
      '',
    ]),
  ].join('\n');
}

/** What running a rule's example showed, as a table. */
export function renderProofs(proofs: readonly RuleProof[]): string {
  const word = (answer: boolean | null): string => (answer === null ? '—' : answer ? 'yes' : 'no');
  return [
    tableRow(['rule', 'PostgreSQL', 'form', 'by schema', 'by text', 'observed', 'holds']),
    tableRow(['---', '---', '---', '---', '---', '---', '---']),
    ...proofs.flatMap(({ rule, major, forms, holds }) =>
      forms.map(({ form, bySchema, byText, observed }) =>
        tableRow([rule, String(major), form, word(bySchema), word(byText), word(observed), holds ? 'yes' : 'no']),
      ),
    ),
    '',
  ].join('\n');
}
