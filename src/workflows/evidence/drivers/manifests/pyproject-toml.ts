import { defineManifest, type FoundDriver, named, versionOrNull } from '../manifest.js';
import { driverInRequirement, isPythonDriver, normalisePythonName } from '../python-requirement.js';

/** Lines are all that is read of TOML: a table's name, a key, and the strings of a list that may go on over lines. */
export default defineManifest({
  matches: named('pyproject.toml'),
  read: (text) => {
    const found: FoundDriver[] = [];
    let table = '';
    let inList = false;
    for (const line of text.split(/\r?\n/)) {
      const header = /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line)?.[1];
      if (header !== undefined && !inList) {
        table = header.trim();
        continue;
      }
      const [, key = '', value = ''] = /^\s*"?([\w.-]+)"?\s*=\s*(.*)$/.exec(inList ? '' : line) ?? [];
      if (/^tool\.poetry\.(?:group\.[^.]+\.|dev-)?dependencies$/.test(table)) found.push(...ofPoetry(key, value));
      if (inList || opensList(table, key, value)) {
        const items = withoutComment(inList ? line : value);
        found.push(...requirementsIn(items));
        inList = !/\]\s*,?\s*$/.test(items.replace(/"[^"]*"|'[^']*'/g, ''));
      }
    }
    return found;
  },
});

function opensList(table: string, key: string, value: string): boolean {
  const holdsRequirements =
    (table === 'project' && key === 'dependencies') ||
    table === 'project.optional-dependencies' ||
    table === 'dependency-groups';
  return holdsRequirements && value.startsWith('[');
}

/** A `#` within a string is none. */
function withoutComment(line: string): string {
  return /^(?:"[^"]*"|'[^']*'|[^"'#])*/.exec(line)?.[0] ?? '';
}

function requirementsIn(items: string): readonly FoundDriver[] {
  const strings = [...items.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? '');
  return strings.flatMap((one) => driverInRequirement(one) ?? []);
}

/** `psycopg = "^3.1"`, `psycopg = { version = "^3.1", extras = ["binary"] }`. */
function ofPoetry(key: string, value: string): readonly FoundDriver[] {
  if (!isPythonDriver(key)) return [];
  const version = /^["']([^"']*)["']/.exec(value)?.[1] ?? /\bversion\s*=\s*["']([^"']*)["']/.exec(value)?.[1];
  return [{ name: normalisePythonName(key), wanted: versionOrNull(version), exact: null }];
}
