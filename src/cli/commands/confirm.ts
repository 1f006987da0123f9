import { Command, Option } from 'commander';
import type { ProgramRun } from '../program.js';
import type { ConfirmFlags } from '../run-confirm.js';

export function confirmCommand(program: ProgramRun | null): Command {
  return new Command('confirm')
    .description('Write down what only a person can say of a change: who, in which role, when, and with which words')
    .argument('[item]', 'what is confirmed; --list names all')
    .option('--list', 'show what may be confirmed, and what was')
    .option('--change <change>', 'the beginning of its digest, a migration’s id, or a run’s (default: the newest)')
    .option('--role <role>', 'in which role you speak (default: the one that is asked)')
    .option('--note <text>', 'a few words: a number, a link, a name')
    .option('--at <time>', 'when it was done, 2026-01-31T14:05Z (default: now)')
    .option('--key <file>', 'sign it with this SSH key, or the .pub file of one that an agent holds')
    .option('--not-applicable', 'it does not concern this change')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--target <name>', 'the target for which it is said, and whose ledger anchors the record')
    .addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'))
    .action(async (item: string | undefined, flags: ConfirmFlags) => {
      if (program === null) return;
      const { runConfirm } = await import('../run-confirm.js');
      program.finish(await runConfirm(item ?? null, flags, program.around));
    });
}
