import { Command, Option } from 'commander';
import type { ProgramRun } from '../program.js';
import type { EvidenceFlags, ExportFlags, VerifyEvidenceFlags } from '../run-evidence.js';

export function evidenceCommand(program: ProgramRun | null): Command {
  return new Command('evidence')
    .description('Show, verify and export what is on record about a change')
    .addCommand(showCommand(program).exitOverride())
    .addCommand(verifyCommand(program).exitOverride())
    .addCommand(exportCommand(program).exitOverride());
}

const changeWords = 'the beginning of its digest, a migration’s id, or a run’s (default: the newest that took effect)';

function showCommand(program: ProgramRun | null): Command {
  const command = new Command('show')
    .description('Show what is on record about a change: what was done, decided and seen, and what is missing')
    .argument('[change]', changeWords);
  return withValues(withTarget(withFormat(command))).action(
    async (change: string | undefined, flags: EvidenceFlags) => {
      if (program === null) return;
      const { runEvidenceShow } = await import('../run-evidence.js');
      program.finish(await runEvidenceShow(change ?? null, flags, program.around));
    },
  );
}

function verifyCommand(program: ProgramRun | null): Command {
  const command = new Command('verify')
    .description(
      'Say whether a bundle, or the records themselves, are as they were written, who signed, and whether what was applied was approved; exit with 1 when something does not hold',
    )
    .argument('[path]', 'a bundle, or a folder of records (default: the configured folder)')
    .option('--signers <file>', 'allowed signers (default: evidence.signers of the configuration)');
  return withTarget(withFormat(command)).action(async (path: string | undefined, flags: VerifyEvidenceFlags) => {
    if (program === null) return;
    const { runEvidenceVerify } = await import('../run-evidence.js');
    program.finish(await runEvidenceVerify(path ?? null, flags, program.around));
  });
}

function exportCommand(program: ProgramRun | null): Command {
  const command = new Command('export')
    .description('Write what is on record about a change for others: a signed bundle, a page, the filled checklists')
    .argument('[change]', changeWords)
    .option('--out <file>', 'the bundle: a DSSE envelope around an in-toto statement')
    .option('--key <file>', 'SSH key to sign the bundle with; without one it is not signed')
    .option('--html <file>', 'one page that needs nothing but itself')
    .option('--checklists <folder>', 'the checklists, filled, as Markdown');
  return withValues(withTarget(command)).action(async (change: string | undefined, flags: ExportFlags) => {
    if (program === null) return;
    const { runEvidenceExport } = await import('../run-evidence.js');
    program.finish(await runEvidenceExport(change ?? null, flags, program.around));
  });
}

function withTarget(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--target <name>', 'a configured target, whose ledger is asked for its anchors')
    .option('--database <url>', 'the same, by a connection string');
}

function withFormat(command: Command): Command {
  return command.addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'));
}

function withValues(command: Command): Command {
  return command.option('--no-redact', 'leave values in SQL and details of server messages as they are: for local use');
}
