import { systemClock } from './clock.js';
import { verify as verifyRequest, type VerifyAction, type VerifyRequest, type VerifyResult } from './verify.js';

/** What the options of the command say, each with the same default. Paths are relative to `cwd`. */
export interface VerifyOptions
  extends Partial<Omit<VerifyRequest, 'clock' | 'database' | 'configPath' | 'flags' | 'action'>> {
  /** A configured target; either this or `database` has to be given, unless a comparison names both sides. */
  readonly target?: string;
  /** Connection string of a database. */
  readonly database?: string;
  readonly config?: string;
  /** Default: ask whether all holds. */
  readonly action?: VerifyAction;
}

/**
 * Says whether what is in a database is as it should be, writes down what its rows are, or compares them. Takes a few
 * options, or a whole request. What is wrong is a result; what keeps it from reading throws ChangeSafetyError.
 */
export function verify(options: VerifyOptions | VerifyRequest): Promise<VerifyResult> {
  if ('clock' in options) return verifyRequest(options);
  const { target = null, database = null, config, action = { kind: 'assert' }, ...given } = options;
  return verifyRequest({
    cwd: process.cwd(),
    env: process.env,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    tables: [],
    schemas: [],
    only: null,
    skip: [],
    fenced: false,
    onReplica: false,
    throttle: null,
    maxTransactionSeconds: null,
    resume: false,
    changeDigest: null,
    ...given,
    clock: systemClock,
    configPath: config,
    database: { target, database },
    action,
  });
}
