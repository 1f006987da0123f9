import { type Command, Option } from 'commander';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { VerbRequest } from '../workflows/apply/verb-request.js';
import type { TargetReport } from '../report/target/terminal.js';
import type { Surroundings } from './surroundings.js';

/** The options of verbs about what stands in a database. */
export interface TargetFlags {
  readonly config?: string;
  readonly dir?: string;
  readonly formatOfProject?: string;
  readonly target?: string;
  readonly database?: string;
  readonly format: 'text' | 'json';
}

export interface AgreedFlags extends TargetFlags {
  readonly yes?: boolean;
}

export function onTarget(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: lockkeeper.yaml, looked for upwards)')
    .option('--dir <folder>', 'folder of the migrations')
    .option('--format-of-project <id>', 'the tool whose migrations these are (default: detected)')
    .option('--target <name>', 'a configured target')
    .option('--database <url>', 'a database')
    .addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'));
}

export function verbRequestOf(flags: TargetFlags, { cwd, env, clock, signal }: Surroundings): VerbRequest {
  const { config, dir, formatOfProject, target, database } = flags;
  return {
    cwd,
    env,
    clock,
    signal,
    onProgress: () => undefined,
    configPath: config,
    flags: { project: { dir, format: formatOfProject } },
    database: { database: database ?? null, target: target ?? null },
    paths: [],
  };
}

export async function showTarget(report: TargetReport, flags: TargetFlags, around: Surroundings): Promise<void> {
  around.stdout(await render(report, flags, around));
}

async function render(report: TargetReport, { format }: TargetFlags, around: Surroundings): Promise<string> {
  if (format === 'json') return (await import('../report/json.js')).renderJson(report);
  const { width, color } = around;
  return (await import('../report/target/terminal.js')).renderTargetTerminal(report, { width, color });
}

/** Shows what would be done and asks. JSON is for programs, which cannot be asked. */
export function asker(flags: AgreedFlags, around: Surroundings, question: string) {
  return async (plan: TargetReport): Promise<boolean> => {
    if (flags.yes === true) return true;
    if (flags.format === 'text') await showTarget(plan, flags, around);
    if (flags.format === 'json' || !around.interactive) throw unconfirmed(question);
    return /^\s*y(?:es)?\s*$/i.test(await around.ask(`${question} [y/N] `));
  };
}

function unconfirmed(question: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `Nobody can be asked here: ${question}`,
    remedy: 'Say --yes when that is meant.',
    effect: 'none',
  });
}
