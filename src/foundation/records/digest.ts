import { createHash } from 'node:crypto';
import type { Migration, Project, Script } from '../../model/migration.js';
import { canonicalJson } from './canonical-json.js';

/** What a digest is of: equal content in two domains has two digests. */
export type DigestDomain = 'record' | 'body' | 'change' | 'schema' | 'policy';

/** SHA-256 of the content, hex. */
export function digest(domain: DigestDomain, content: string | Uint8Array): string {
  return createHash('sha256').update(`lockkeeper ${domain} 1\n`).update(content).digest('hex');
}

/** What, beside the files, decides what runs. */
export interface ExecutionOptions {
  readonly transactionScope: Project['transactionScope'];
  /** Values that the format puts into the text. */
  readonly placeholders: Readonly<Record<string, string>>;
}

/** Identity of a change: ordered paths and bytes of the migrations, their includes, and how they are executed. Hex. */
export function changeDigest(migrations: readonly Migration[], options: ExecutionOptions): string {
  const change = {
    transactionScope: options.transactionScope,
    placeholders: options.placeholders,
    migrations: migrations.map((migration) => ({
      id: migration.id,
      ...executionOf(migration),
      down: migration.down === null ? null : executionOf(migration.down),
      sources: migration.sources.map(({ path, sha256 }) => ({ path, sha256 })),
    })),
  };
  return digest('change', canonicalJson(change));
}

function executionOf({ path, transaction }: Script) {
  return { path, transactionMode: transaction.mode };
}
