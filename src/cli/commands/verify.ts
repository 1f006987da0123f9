import { Command, InvalidArgumentError, Option } from 'commander';
import { applyFormats } from '../apply-format.js';
import { severities } from '../exit-code.js';
import type { ProgramRun } from '../program.js';
import type { VerifyFlags } from '../run-verify.js';

export function verifyCommand(program: ProgramRun | null): Command {
  const command = new Command('verify')
    .description(
      'Say whether the data is as it should be: references, keys, constraints, indexes, pages, sequences, invariants; or compare it with a snapshot or another database. It only reads, gently; exit with 1 when something is wrong or could not be looked at',
    )
    .option('--target <name>', 'a configured target')
    .option('--database <url>', 'a database')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--table <name...>', 'only these tables, as SQL names them: public.orders')
    .option('--schema <name...>', 'only these schemas');
  addWhat(command);
  addHow(command);
  return command.action(async (flags: VerifyFlags) => {
    if (program === null) return;
    const { runVerify } = await import('../run-verify.js');
    program.finish(await runVerify(flags, program.around));
  });
}

function addWhat(command: Command): void {
  command
    .option('--only <id...>', 'only these assertions: foreign-keys, unique-holds, …')
    .option('--skip <id...>', 'not these assertions, which the report says')
    .option(
      '--snapshot <file>',
      'write counts and checksums of the rows, by ranges of their keys, for a later comparison',
    )
    .addOption(
      new Option(
        '--compare <sides...>',
        'compare a snapshot with the database, or two of: a snapshot, a target, a connection string',
      ).conflicts('snapshot'),
    )
    .option('--fenced', 'nobody writes now: compare everything exactly')
    .option('--change-digest <hex>', 'of the change after which this is asked, for the record');
}

function addHow(command: Command): void {
  command
    .option('--on-replica', 'read on the first replica of the target')
    .addOption(
      new Option(
        '--throttle <share>',
        'share of the time spent with reading: off, or 0.2 for a fifth (the default)',
      ).argParser(toShare),
    )
    .addOption(
      new Option('--max-transaction <seconds>', 'no transaction takes longer (default and at most: 60)').argParser(
        toSeconds,
      ),
    )
    .option('--resume', 'go on where a reading with the same options was broken off')
    .addOption(
      new Option('--format <format>', 'of the report (default: text, or as the name of --output says)').choices(
        applyFormats,
      ),
    )
    .option('--output <file>', 'write the report to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(severities).default('warning'),
    )
    .option('--verbose', 'show what holds too');
}

function toShare(text: string): number {
  if (text === 'off') return 1;
  const share = Number(text);
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('It has to be off, or a share above 0 and up to 1.');
  return share;
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 60)) throw new InvalidArgumentError('It has to be a number of seconds up to 60.');
  return seconds;
}
