import { Argument, Command, Option } from 'commander';
import { type GrantVerb, grantVerbs } from '../../model/grants.js';
import type { ProgramRun } from '../program.js';
import type { GrantsFlags } from '../run-target.js';

export function grantsCommand(program: ProgramRun | null): Command {
  return new Command('grants')
    .description('Print the least privileges that a role needs for a verb, as SQL for psql; no database is asked')
    .addArgument(new Argument('<verb>', 'the verb, in quotes where it has a space').choices(grantVerbs))
    .option('--role <name>', 'the role that logs in', 'lockkeeper')
    .option('--owner <role>', 'the role that owns what migrations change')
    .option('--state-table <name>', 'schema.name of the table of the team’s tool')
    .addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'))
    .action(async (verb: GrantVerb, flags: GrantsFlags) => {
      if (program === null) return;
      const { runGrants } = await import('../run-target.js');
      program.finish(await runGrants(verb, flags, program.around));
    });
}
