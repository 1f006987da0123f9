import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyJsonSchema } from '../report/apply-schema.js';
import { approveJsonSchema } from '../report/approve-schema.js';
import { backupJsonSchema } from '../report/backup-schema.js';
import { checkJsonSchema } from '../report/check-schema.js';
import { evidenceJsonSchemas } from '../report/evidence/schemas.js';
import { diffJsonSchema } from '../report/diff-schema.js';
import { keepJsonSchema } from '../report/keep-schema.js';
import { renderRuleIndex, renderRulePage } from '../report/check/rule-page.js';
import { renderGateIndex, renderGatePage } from '../report/gates/gate-page.js';
import { renderLockPage } from '../report/lock-page.js';
import { locksJsonSchema } from '../report/locks-schema.js';
import { preflightJsonSchema } from '../report/preflight-schema.js';
import { rehearsalJsonSchema } from '../report/rehearsal-schema.js';
import { rollbackJsonSchema } from '../report/rollback-schema.js';
import { targetJsonSchemas } from '../report/target/schemas.js';
import { testJsonSchema } from '../report/test-schema.js';
import { watchJsonSchemas } from '../report/watch-schemas.js';
import { verifyJsonSchema } from '../report/verify-schema.js';
import { configJsonSchema } from '../workflows/config-schema.js';
import { ownRulePages } from '../workflows/explain.js';
import { gatePages } from '../workflows/gate-catalog.js';
import { onInterrupt } from '../workflows/interruption.js';
import { describeLocks } from '../workflows/lock-page/describe-locks.js';
import { buildProgram } from './program.js';

const majors = [15, 16, 17, 18];

/**
 * Writes what is derived from the code: JSON Schemas, the reference of the commands, a page for each rule, and the page
 * of locks, for which it asks a server of each major. Run from the package's folder.
 */
async function writeDocs(signal: AbortSignal): Promise<void> {
  await writeFolder('schemas', {
    'apply.schema.json': json(applyJsonSchema()),
    'approve.schema.json': json(approveJsonSchema()),
    'backup.schema.json': json(backupJsonSchema()),
    'check.schema.json': json(checkJsonSchema()),
    'config.schema.json': json(configJsonSchema()),
    'diff.schema.json': json(diffJsonSchema()),
    'keep.schema.json': json(keepJsonSchema()),
    'locks.schema.json': json(locksJsonSchema()),
    'preflight.schema.json': json(preflightJsonSchema()),
    'rehearsal.schema.json': json(rehearsalJsonSchema()),
    'rollback.schema.json': json(rollbackJsonSchema()),
    'test.schema.json': json(testJsonSchema()),
    'validation.schema.json': json(watchJsonSchemas().validation),
    'watch.schema.json': json(watchJsonSchemas().watch),
    'verify.schema.json': json(verifyJsonSchema()),
    ...Object.fromEntries(
      Object.entries(evidenceJsonSchemas()).map(([kind, schema]) => [`${kind}.schema.json`, json(schema)]),
    ),
    ...Object.fromEntries(
      Object.entries(targetJsonSchemas()).map(([kind, schema]) => [`${kind}.schema.json`, json(schema)]),
    ),
  });
  const pages = ownRulePages();
  await writeFolder('docs/rules', {
    'README.md': renderRuleIndex(pages),
    ...Object.fromEntries(pages.map((page) => [`${page.id}.md`, renderRulePage(page)])),
  });
  const gates = gatePages();
  await writeFolder('docs/gates', {
    'README.md': renderGateIndex(gates),
    ...Object.fromEntries(gates.map((gate) => [`${gate.id}.md`, renderGatePage(gate)])),
  });
  await writeFile('docs/cli.md', reference());
  await writeFile('docs/locks.md', renderLockPage(await describeLocks({ env: process.env, signal, majors })));
}

/** The folder has these files afterwards, and no others: what a removed rule left behind goes. */
async function writeFolder(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const stale = (await readdir(folder)).filter((name) => !(name in files));
  await Promise.all(stale.map((name) => rm(join(folder, name))));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function reference(): string {
  const program = buildProgram(null);
  program.configureHelp({ helpWidth: 110 });
  const commands = program.commands
    .flatMap((command) => [command, ...command.commands])
    .map((command) => {
      const group = command.parent === program ? '' : `${command.parent?.name() ?? ''} `;
      const help = command.configureHelp({ helpWidth: 110 }).helpInformation();
      return `## lockkeeper ${group}${command.name()}\n\n\`\`\`text\n${help}\`\`\`\n`;
    });
  return `# Commands\n\nGenerated from the program; \`npm run docs\` writes it anew.\n\n${commands.join('\n')}`;
}

using interruption = onInterrupt();
await writeDocs(interruption.signal);
