import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Session } from '../postgres/session.js';
import { loadArchive } from './load-data-archive.js';
import type { DataSource } from './load-data-command.js';
import { loadScript } from './load-data-script.js';

/** Where psql and pg_restore are looked for, and what stops them. */
export type LoadDataOptions = Pick<DataSource, 'environment' | 'signal'>;

export interface LoadedData {
  readonly format: DataFormat;
  /** Tables of an archive that the database does not have, and whose rows were therefore left out. */
  readonly skipped: readonly string[];
}

export type DataFormat = 'sql' | 'archive';

/**
 * Loads a file of SQL, or a pg_dump archive (custom, directory or tar format), into the session's database. Triggers
 * and foreign keys do not fire. All or nothing, but for SQL that commits by itself. Throws `tool-missing` where an
 * archive meets no pg_restore, `usage` for what is neither, `stage-build-failed` when the server refuses the rows.
 */
export async function loadData(session: Session, file: string, options: LoadDataOptions): Promise<LoadedData> {
  const source: DataSource = { ...options, session, file };
  const format = await readDataFormat(file);
  const loaded = format === 'archive' ? await loadArchive(source) : await loadScript(source);
  await session.query('ANALYZE');
  return { format, ...loaded };
}

/** Tells an archive from SQL by its first bytes; throws `usage` for what cannot be read or is packed. */
export async function readDataFormat(file: string): Promise<DataFormat> {
  const state = await stat(file).catch((cause: unknown) => {
    throw unusable(file, { state: 'cannot be read', remedy: 'Check the path.', cause });
  });
  if (state.isDirectory()) {
    const contents = await stat(join(file, 'toc.dat')).catch(() => null);
    if (contents !== null) return 'archive';
    throw unusable(file, {
      state: 'is a folder without toc.dat',
      remedy: 'Give a file, or the folder that pg_dump --format=directory made.',
    });
  }
  const head = await readHead(file);
  if (head.subarray(0, 5).toString('latin1') === 'PGDMP') return 'archive';
  if (head.subarray(257, 262).toString('latin1') === 'ustar') return 'archive';
  const packing = packings.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  if (packing !== undefined)
    throw unusable(file, { state: `is packed with ${packing.name}`, remedy: 'Unpack it first.' });
  return 'sql';
}

const packings = [
  { name: 'gzip', magic: Buffer.from([0x1f, 0x8b]) },
  { name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { name: 'lz4', magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]) },
  { name: 'zip', magic: Buffer.from('PK\u0003\u0004', 'latin1') },
  { name: 'xz', magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]) },
];

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

interface Unusable {
  readonly state: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

function unusable(file: string, { state, remedy, cause }: Unusable): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message: `The data ${file} ${state}.`, remedy, effect: 'none', cause });
}
