/** A driver as one file names it. */
export interface FoundDriver {
  readonly name: string;
  /** What the file asks for, as it stands there; null where it asks for none, or for an address. */
  readonly wanted: string | null;
  /** The exact version that the file settles on; null where it does not. */
  readonly exact: string | null;
}

/** One kind of file that names drivers: what it is called, and how to read it. Nothing of it is run. */
export interface Manifest {
  /** Case counts. */
  readonly matches: (fileName: string) => boolean;
  /** Pure. What cannot be read names no drivers. */
  readonly read: (text: string) => readonly FoundDriver[];
}

export function defineManifest(manifest: Manifest): Manifest {
  return manifest;
}

export const named =
  (...names: readonly string[]) =>
  (fileName: string): boolean =>
    names.includes(fileName);

/** An address may carry a token, and says no version. */
export function versionOrNull(text: string | undefined | null): string | null {
  const version = (text ?? '').trim();
  return version === '' || /:\/\/|@/.test(version) ? null : version;
}

/** The value of a JSON text where it is an object; null for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
