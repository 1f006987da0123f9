import { Command } from 'commander';
import { addOutputOptions, addTargetOptions, addWantedOptions, type WantedFlags } from '../change-flags.js';
import type { ProgramRun } from '../program.js';

export function preflightCommand(program: ProgramRun | null): Command {
  const command = new Command('preflight')
    .description('Ask every gate whether what a database lacks may be applied now; nothing is changed')
    .argument('[paths...]', 'a folder of migrations, or single SQL files (default: the configured folder)');
  addWantedOptions(addTargetOptions(command));
  return addOutputOptions(command).action(async (paths: readonly string[], flags: WantedFlags) => {
    if (program === null) return;
    const { runPreflight } = await import('../run-preflight.js');
    program.finish(await runPreflight(paths, flags, program.around));
  });
}
