import type { LocksReport, SignalName, SignalPreview } from '../model/locks-report.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import { renderJson } from '../report/json.js';
import { renderSignalPreview } from '../report/locks/signal-preview.js';
import { renderLocksTerminal } from '../report/locks/terminal.js';
import { type LocksRequest, locks, openLocksWatch } from '../workflows/locks.js';
import { exitCodes } from './exit-code.js';
import type { Surroundings } from './surroundings.js';
import { watchLocks } from './watch-locks.js';

/** The options of `locks`, as they were parsed. */
export interface LocksFlags {
  readonly config?: string;
  readonly target?: string;
  readonly database?: string;
  /** Seconds. */
  readonly watch?: number;
  readonly cancel?: number;
  readonly terminate?: number;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly queryText: boolean;
  readonly format: 'text' | 'json';
  readonly verbose?: boolean;
}

/** Shows who waits for whom, and returns the exit code: 1 when somebody waits, or a signal did nothing. Throws ChangeSafetyError. */
export async function runLocks(flags: LocksFlags, around: Surroundings): Promise<number> {
  const request = requestOf(flags, around);
  if (flags.watch !== undefined) {
    const { format, verbose } = flags;
    return await watchLocks(request, { format, verbose: verbose ?? false, everyMs: flags.watch * 1000 }, around);
  }
  const { cancel, terminate } = flags;
  const report =
    cancel !== undefined
      ? await signal('cancel', cancel, { flags, around, request })
      : terminate !== undefined
        ? await signal('terminate', terminate, { flags, around, request })
        : await locks(request);
  around.stdout(render(report, flags, around));
  const failed = report.signal !== null && ['unchanged', 'not sent'].includes(report.signal.result);
  return report.blocked === 0 && !failed ? exitCodes.ok : exitCodes.findings;
}

function requestOf({ config, target, database, queryText }: LocksFlags, around: Surroundings): LocksRequest {
  const { cwd, env, clock } = around;
  return {
    cwd,
    env,
    clock,
    configPath: config,
    database: { database: database ?? null, target: target ?? null },
    hideQueryText: !queryText,
  };
}

function render(report: LocksReport, { format, verbose }: LocksFlags, { width, color }: Surroundings): string {
  return format === 'json' ? renderJson(report) : renderLocksTerminal(report, { width, color, verbose });
}

interface SignalCall {
  readonly flags: LocksFlags;
  readonly around: Surroundings;
  readonly request: LocksRequest;
}

async function signal(name: SignalName, pid: number, { flags, around, request }: SignalCall): Promise<LocksReport> {
  const isText = flags.format === 'text';
  await using watch = await openLocksWatch(request);
  return await watch.signal({
    signal: name,
    pid,
    force: flags.force ?? false,
    show: (preview) => {
      const text = renderSignalPreview(preview, { width: around.width, color: isText && around.color });
      // With JSON nothing else may stand on standard output.
      if (isText) around.stdout(text);
      else around.stderr.write(text);
    },
    confirm: async (preview) => {
      if (flags.yes === true) return true;
      if (!isText || !around.interactive) throw unconfirmed(preview);
      return /^\s*y(?:es)?\s*$/i.test(await around.ask(`${questions[name]} [y/N] `));
    },
  });
}

const questions: Readonly<Record<SignalName, string>> = {
  cancel: 'Cancel its query?',
  terminate: 'End this session? What its transaction did is rolled back.',
};

function unconfirmed({ signal: name, session }: SignalPreview): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'usage',
    message: `Nobody can be asked here whether to ${name} process ${session.pid}.`,
    remedy: 'With --yes it is done without asking.',
    effect: 'none',
  });
}
