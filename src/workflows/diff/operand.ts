import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type LoadedConfig, requireTarget } from '../../foundation/config/load-config.js';
import { splitTenant } from '../../foundation/config/tenant-target.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';

/** What one of the two names that `diff` is given stands for. */
export type Operand =
  | { readonly source: 'database'; readonly name: string; readonly url: string }
  | { readonly source: 'migrations' | 'dump'; readonly name: string; readonly path: string };

/**
 * A connection string, else a configured target, else a folder of migrations or a dump. A path that is called like a
 * target is written `./path`. @throws ChangeSafetyError `usage` for what is none of them.
 */
export async function readOperand(text: string, loaded: LoadedConfig, cwd: string): Promise<Operand> {
  if (isConnectionString(text)) return { source: 'database', name: nameOf(text), url: text };
  const { target } = splitTenant(text);
  if (Object.hasOwn(loaded.config.targets, target) || loaded.unresolvedTargets.has(target)) {
    const { url, directUrl } = requireTarget(loaded, text);
    return { source: 'database', name: `target ${text}`, url: directUrl ?? url };
  }
  const path = resolve(cwd, text);
  const found = await stat(path).catch(() => null);
  if (found === null) throw unknown(text, loaded);
  if (!found.isDirectory()) return { source: 'dump', name: text, path };
  const isArchive = (await stat(join(path, 'toc.dat')).catch(() => null)) !== null;
  return { source: isArchive ? 'dump' : 'migrations', name: text, path };
}

function isConnectionString(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text) || /^\s*[a-z_]+\s*=/.test(text);
}

/** Where it is, and nothing that could be a secret. */
function nameOf(url: string): string {
  const ofUri = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^?]*)/.exec(url);
  if (ofUri !== null) return ofUri[1] === '' ? 'database' : `database ${ofUri[1]}`;
  const words = [...url.matchAll(/\b(host|port|dbname|service)\s*=\s*('[^']*'|\S+)/g)].map(
    ([, key, value]) => `${key}=${value}`,
  );
  return words.length === 0 ? 'database' : `database ${words.join(' ')}`;
}

function unknown(text: string, { config, unresolvedTargets }: LoadedConfig): ChangeSafetyError {
  const targets = [...Object.keys(config.targets), ...unresolvedTargets.keys()];
  return new ChangeSafetyError({
    code: 'usage',
    message: `${basename(text) === text ? text : `The path ${text}`} is no connection string, no configured target, and no file or folder.`,
    remedy: `Name a database (postgres://…), ${targets.length === 0 ? 'a target' : `a target (${targets.join(', ')})`}, a folder of migrations, or a dump.`,
    effect: 'none',
  });
}
