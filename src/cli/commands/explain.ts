import { Command, Option } from 'commander';
import { explainFormats } from '../explain-format.js';
import type { ProgramRun } from '../program.js';
import type { ExplainFlags } from '../run-explain.js';

export function explainCommand(program: ProgramRun | null): Command {
  return new Command('explain')
    .description('Say what a rule or a gate is about, why, and what to do instead; without a name, list all of them')
    .argument('[name]', 'id of a rule or a gate, as reports name it')
    .option('--prove', 'run its example on servers of our own, 15 to 18, and show what was predicted and what was seen')
    .option('--config <file>', 'configuration file that loads rules of the project (default: looked for upwards)')
    .addOption(new Option('--format <format>', 'of what is printed').choices(explainFormats).default('text'))
    .action(async (name: string | undefined, flags: ExplainFlags) => {
      if (program === null) return;
      const { runExplain } = await import('../run-explain.js');
      program.finish(await runExplain(name ?? null, flags, program.around));
    });
}
