#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import { onInterrupt } from '../workflows/interruption.js';
import { exitCodeOfError, exitCodes } from './exit-code.js';
import { buildProgram } from './program.js';
import { processTitle } from './process-title.js';
import { processSurroundings } from './surroundings.js';

async function main(): Promise<number> {
  process.title = processTitle(process.argv.slice(2));
  using interruption = onInterrupt();
  let exitCode: number = exitCodes.ok;
  const around = processSurroundings(interruption.signal);
  const program = buildProgram({
    around,
    finish: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync();
  } catch (error) {
    const interrupted = interruption.exitCode();
    if (interrupted === null) return explain((await readRefusal(error)) ?? error);
    process.stderr.write('lockkeeper: interrupted; what had been started is stopped, and no record was written.\n');
    return interrupted;
  }
  return interruption.exitCode() ?? exitCode;
}

/** The driver is loaded already where the server said anything. */
async function readRefusal(error: unknown): Promise<ChangeSafetyError | null> {
  if (!(error instanceof Error) || !('severity' in error)) return null;
  return (await import('../workflows/refused-right.js')).explainRefusedRight(error);
}

/** The one place where failures of all three kinds become words and a number. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof ChangeSafetyError) {
    process.stderr.write(`lockkeeper: ${error.message}\n  ${effects[error.effect]}\n  ${error.remedy}\n`);
    return exitCodeOfError(error);
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`lockkeeper: this is a bug of ours, please report it.\n${detail}\n`);
  return exitCodes.bug;
}

const effects: Readonly<Record<ChangeSafetyError['effect'], string>> = {
  none: 'No database was changed.',
  'rolled-back': 'What had begun was rolled back.',
  partial: 'A part of the change remains.',
  unknown: 'What remains of the change is not known.',
};

process.exitCode = await main();
