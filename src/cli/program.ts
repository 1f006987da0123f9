import { Command } from 'commander';
import { tool } from '../workflows/tool-version.js';
import { abortCommand } from './commands/abort.js';
import { applyCommand } from './commands/apply.js';
import { approveCommand } from './commands/approve.js';
import { backupCommand } from './commands/backup.js';
import { baselineCommand } from './commands/baseline.js';
import { checkCommand } from './commands/check.js';
import { confirmCommand } from './commands/confirm.js';
import { diffCommand } from './commands/diff.js';
import { evidenceCommand } from './commands/evidence.js';
import { explainCommand } from './commands/explain.js';
import { grantsCommand } from './commands/grants.js';
import { historyCommand } from './commands/history.js';
import { initCommand } from './commands/init.js';
import { keepCommand } from './commands/keep.js';
import { locksCommand } from './commands/locks.js';
import { preflightCommand } from './commands/preflight.js';
import { rehearseCommand } from './commands/rehearse.js';
import { repairCommand } from './commands/repair.js';
import { resumeCommand } from './commands/resume.js';
import { rollbackCommand } from './commands/rollback.js';
import { statusCommand } from './commands/status.js';
import { testCommand } from './commands/test.js';
import { uninstallCommand } from './commands/uninstall.js';
import { validateCommand } from './commands/validate.js';
import { verifyCommand } from './commands/verify.js';
import { watchCommand } from './commands/watch.js';
import type { Surroundings } from './surroundings.js';

/** A program that is run, with what it may know of its process and where its exit code goes. */
export interface ProgramRun {
  readonly around: Surroundings;
  readonly finish: (exitCode: number) => void;
}

/**
 * The commands and their options. Without a run it can only be described. What stands behind a command is the command's:
 * in `approve list --target` it is no option of `approve`.
 */
export function buildProgram(run: ProgramRun | null): Command {
  return new Command('lockkeeper')
    .description(
      'Change safety for PostgreSQL: check migrations, rehearse them and prove their rollbacks before production sees them',
    )
    .version(tool.version)
    .enablePositionalOptions()
    .exitOverride()
    .addCommand(abortCommand(run).exitOverride())
    .addCommand(applyCommand(run).exitOverride())
    .addCommand(approveCommand(run).exitOverride())
    .addCommand(backupCommand(run).exitOverride())
    .addCommand(baselineCommand(run).exitOverride())
    .addCommand(checkCommand(run).exitOverride())
    .addCommand(confirmCommand(run).exitOverride())
    .addCommand(diffCommand(run).exitOverride())
    .addCommand(evidenceCommand(run).exitOverride())
    .addCommand(explainCommand(run).exitOverride())
    .addCommand(grantsCommand(run).exitOverride())
    .addCommand(historyCommand(run).exitOverride())
    .addCommand(initCommand(run).exitOverride())
    .addCommand(keepCommand(run).exitOverride())
    .addCommand(locksCommand(run).exitOverride())
    .addCommand(preflightCommand(run).exitOverride())
    .addCommand(rehearseCommand(run).exitOverride())
    .addCommand(repairCommand(run).exitOverride())
    .addCommand(resumeCommand(run).exitOverride())
    .addCommand(rollbackCommand(run).exitOverride())
    .addCommand(statusCommand(run).exitOverride())
    .addCommand(testCommand(run).exitOverride())
    .addCommand(uninstallCommand(run).exitOverride())
    .addCommand(validateCommand(run).exitOverride())
    .addCommand(verifyCommand(run).exitOverride())
    .addCommand(watchCommand(run).exitOverride());
}
