import { splitTenant } from '../foundation/config/tenant-target.js';
import { connectToAny } from '../foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../foundation/postgres/connection-string.js';
import { connectionSources } from '../foundation/postgres/connection/connection-sources.js';
import { readOnly } from '../foundation/postgres/read-only.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { ApplyRequest } from './apply.js';
import { loadConfigOf } from './project-request.js';

const limits = { what: 'the list of tenants', statementTimeoutMs: 30_000, lockTimeoutMs: 1_000 };

/**
 * The tenants of the target that is named, as `--target` takes them; null where it has none, or one of them is named.
 * @throws ChangeSafetyError `usage` when the query returns none, or one of them twice.
 */
export async function readTenants(request: Pick<ApplyRequest, 'cwd' | 'env' | 'configPath' | 'flags' | 'database'>) {
  const { target: name, database } = request.database;
  if (name === null || database !== null || splitTenant(name).tenant !== null) return null;
  const loaded = await loadConfigOf(request);
  const settings = loaded.config.targets[name];
  if (settings === undefined || settings.tenants === null) return null;
  const { tenants, url, directUrl } = settings;
  const names = tenants.names ?? (await askForNames(directUrl ?? url, tenants.query ?? '', request.env));
  refuseTwice(names);
  return names.map((tenant) => `${name}/${tenant}`);
}

/** Two of one name are one tenant: what is meant by the other, nobody knows. */
function refuseTwice(names: readonly string[]): void {
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  if (twice.length === 0) return;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `Tenants are listed more than once: ${twice.join(', ')}.`,
    remedy: 'Correct tenants.names of the target, or let tenants.query return each name once: SELECT DISTINCT.',
    effect: 'none',
  });
}

async function askForNames(url: string, query: string, env: ApplyRequest['env']): Promise<readonly string[]> {
  const sources = connectionSources(readEnvironment(env));
  await using session = await connectToAny(parseConnectionString(url, sources), { applicationName: 'lockkeeper' });
  const { rows } = await readOnly(session, limits, () => session.query(query));
  const names = rows.flatMap((row) => Object.values(row).slice(0, 1)).filter((name) => typeof name === 'string');
  if (names.length > 0) return names;
  throw new ChangeSafetyError({
    code: 'usage',
    message: 'The query for the tenants returned no name.',
    remedy: 'Look at tenants.query of the target: its first column has to hold the names, as text.',
    effect: 'none',
  });
}
