import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the surroundings of the process say, read once and passed on. */
export interface Environment {
  /** Every variable, for children that need them and for `${NAME}` references. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly temporaryRoot: string;
  /** Where prepared servers are kept between runs: LOCKKEEPER_CACHE, else the XDG cache folder. */
  readonly cacheRoot: string;
  readonly isCi: boolean;
}

export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const home = variables.HOME || homedir();
  const ci = variables.CI;
  return {
    variables,
    home,
    temporaryRoot: variables.TMPDIR || tmpdir(),
    cacheRoot: variables.LOCKKEEPER_CACHE || join(variables.XDG_CACHE_HOME || join(home, '.cache'), 'lockkeeper'),
    isCi: ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0',
  };
}
