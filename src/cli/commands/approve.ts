import { Command, Option } from 'commander';
import { addTargetOptions, addWantedOptions } from '../change-flags.js';
import { lengthOfTime, positive } from '../option-values.js';
import type { ProgramRun } from '../program.js';
import type { ApproveFlags, ApproveListFlags, StatementFlags } from '../run-approve.js';

export function approveCommand(program: ProgramRun | null): Command {
  const command = new Command('approve')
    .description(
      'Sign that a change may go to a target: bound to its bytes, its rehearsal and the policy. Also waives a gate, or breaks the glass',
    )
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: what the target lacks)')
    // What stands behind a subcommand is the subcommand's.
    .enablePositionalOptions()
    .option('--role <role>', 'as whom (default: the first role that is open and that you may fill)')
    .option('--waive <gate>', 'take the risk of one gate, instead of approving')
    .option('--any-change', 'with --waive: of every change on the target until it expires')
    .option('--break-glass', 'let it pass without the approvals that it lacks; it is looked into afterwards')
    .option('--reason <text>', 'why; a waiver and --break-glass need one')
    .option(
      '--expires <time>',
      'how long it holds: 4h, 3d, 1w (default: 7 days, or 4 hours of broken glass)',
      lengthOfTime,
    );
  addSigning(addRange(addWantedOptions(addTargetOptions(command)))).action(
    async (paths: readonly string[], flags: ApproveFlags) => {
      if (program === null) return;
      const { runApprove } = await import('../run-approve.js');
      program.finish(await runApprove(paths, flags, program.around));
    },
  );
  return command
    .addCommand(listCommand(program).exitOverride())
    .addCommand(aboutCommand('revoke', program).exitOverride())
    .addCommand(aboutCommand('review', program).exitOverride());
}

function listCommand(program: ProgramRun | null): Command {
  const command = new Command('list')
    .description('Say who has to approve what a target lacks, who has, and why what is there does not count')
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: what the target lacks)');
  return addFormat(addRange(addWantedOptions(addTargetOptions(command)))).action(
    async (paths: readonly string[], flags: ApproveListFlags) => {
      if (program === null) return;
      const { runApproveList } = await import('../run-approve.js');
      program.finish(await runApproveList(paths, flags, program.around));
    },
  );
}

const aboutWords = {
  revoke: 'Take back what was signed: it no longer counts',
  review: 'Say that a waiver or broken glass was looked into; whoever signed that cannot',
} as const;

function aboutCommand(verb: keyof typeof aboutWords, program: ProgramRun | null): Command {
  const command = new Command(verb)
    .description(aboutWords[verb])
    .argument('<record>', 'the beginning of its digest, as `approve list` shows it')
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--reason <text>', verb === 'review' ? 'what was found' : 'why');
  return addSigning(command).action(async (record: string, flags: StatementFlags) => {
    if (program === null) return;
    const { runAboutStatement } = await import('../run-approve.js');
    program.finish(await runAboutStatement(verb, record, { flags, around: program.around }));
  });
}

/** With one of these no database is asked: whoever approves need not be able to reach it. */
function addRange(command: Command): Command {
  return command
    .option('--pending <n>', 'the last n migrations, without asking the target', positive)
    .option('--from <id>', 'from this migration on, without asking the target')
    .option('--since <ref>', 'files that are new since a git revision, without asking the target')
    .option('--all', 'all migrations, without asking the target');
}

function addSigning(command: Command): Command {
  return addFormat(command)
    .option('--key <file>', 'private key, or the public half of one that an agent holds')
    .option('--yes', 'do not ask');
}

function addFormat(command: Command): Command {
  return command.addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'));
}
