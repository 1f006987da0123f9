import { readFile } from 'node:fs/promises';
import { readSignerBook, type SignerBook } from '../../foundation/approvals/see-statements.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';

/** Who may sign, as the configured file says; null where there is no such file. */
export async function readSigners({ config }: LoadedConfig): Promise<SignerBook | null> {
  const text = await readFile(config.evidence.signers, 'utf8').catch(() => null);
  return text === null ? null : readSignerBook(text);
}
