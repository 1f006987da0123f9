import { pythonDrivers } from './driver-names.js';
import { type FoundDriver, versionOrNull } from './manifest.js';

/** `Psycopg2_Binary` and `psycopg2-binary` are one package (PEP 503). */
export function normalisePythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

export function isPythonDriver(name: string): boolean {
  return pythonDrivers.includes(normalisePythonName(name));
}

/** `psycopg[binary]>=3.1,<4; python_version > "3.8"` (PEP 508): the driver, or null for another package. */
export function driverInRequirement(line: string): FoundDriver | null {
  const match = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)/.exec(line);
  const name = match?.[1];
  if (name === undefined || !isPythonDriver(name)) return null;
  const [specifier = ''] = (match?.[2] ?? '').split(/\s+--/);
  const wanted = versionOrNull(specifier.replace(/^\((.*)\)\s*$/, '$1').replace(/\\\s*$/, ''));
  const exact = /^===?\s*([^\s,*]+)$/.exec(wanted ?? '')?.[1] ?? null;
  return { name: normalisePythonName(name), wanted, exact };
}
